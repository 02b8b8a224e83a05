"""
The peer of the dialects group: supervision over a file of answers, one JSON string a line. `api` is what
its users call, `Detections.from_vlm`; `function` is the parser inside of it alone.

    supervision_peer.py api|function READER FILE

Reads everything first, then answers each line of standard input with the time of one round over all
answers: {"wall_ms", "cpu_ms", "regions", "raised"}. Nothing but reading is timed.
"""

import json
import sys
import time
import warnings
from importlib import metadata

warnings.filterwarnings("ignore")
import supervision as sv  # noqa: E402
from supervision.detection import vlm  # noqa: E402  (its import warns on standard error)

SIZE = (640, 480)
RESIZED = (644, 476)
FUNCTIONS = {
    "paligemma": lambda text: vlm.from_paligemma(text, SIZE),
    "florence-2": lambda text: vlm.from_florence_2({"<REGION_TO_CATEGORY>": text}, SIZE),
    "qwen2.5-vl": lambda text: vlm.from_qwen_2_5_vl(text, RESIZED, SIZE),
    "qwen3-vl": lambda text: vlm.from_qwen_3_vl(text, SIZE),
    "deepseek-vl2": lambda text: vlm.from_deepseek_vl_2(text, SIZE),
    "gemini-2.0": lambda text: vlm.from_google_gemini_2_0(text, SIZE),
    "gemini-2.5": lambda text: vlm.from_google_gemini_2_5(text, SIZE),
    # Its reader takes what JSON has loaded, and an answer is text: loading is part of reading.
    "moondream": lambda text: (vlm.from_moondream(json.loads(text), SIZE),),
}



def from_vlm(name, load=lambda text: text, **sizes):
    return lambda text: (sv.Detections.from_vlm(name, load(text), resolution_wh=SIZE, **sizes),)


APIS = {
    "paligemma": from_vlm(sv.VLM.PALIGEMMA),
    "florence-2": from_vlm(sv.VLM.FLORENCE_2, lambda text: {"<REGION_TO_CATEGORY>": text}),
    "qwen2.5-vl": from_vlm(sv.VLM.QWEN_2_5_VL, input_wh=RESIZED),
    "qwen3-vl": from_vlm(sv.VLM.QWEN_3_VL),
    "deepseek-vl2": from_vlm(sv.VLM.DEEPSEEK_VL_2),
    "gemini-2.0": from_vlm(sv.VLM.GOOGLE_GEMINI_2_0),
    "gemini-2.5": from_vlm(sv.VLM.GOOGLE_GEMINI_2_5),
    "moondream": from_vlm(sv.VLM.MOONDREAM, json.loads),
}

reader = (APIS if sys.argv[1] == "api" else FUNCTIONS)[sys.argv[2]]
with open(sys.argv[3], encoding="utf-8") as file:
    answers = [json.loads(line) for line in file]
print(json.dumps({"supervision": metadata.version("supervision"), "numpy": metadata.version("numpy"), "python": sys.version.split()[0]}), flush=True)
for _ in sys.stdin:
    regions = raised = 0
    wall, cpu = time.perf_counter(), time.process_time()
    for text in answers:
        try:
            regions += len(reader(text)[0])
        except Exception:
            raised += 1
    taken = {"wall_ms": (time.perf_counter() - wall) * 1000, "cpu_ms": (time.process_time() - cpu) * 1000}
    print(json.dumps({**taken, "regions": regions, "raised": raised}), flush=True)
