"""Makes the tiny model of one family and what the reference implementation answers with it.

Usage: python make_fixture.py FAMILY [--out fixtures] [--seed 7]      (all families: FAMILY = all)
The first seed from there on whose answers lead clearly is taken; reference.json keeps it, to make the same again.
Needs requirements-families.txt. Weights are random: the answers are nonsense, and exact.
The folder has the layout of transformers.js (config.json, onnx/*.onnx, …) and reference.json beside it.
"""
import argparse
import importlib
import json
import shutil
import tempfile
from pathlib import Path

import onnx

from families import module_of, reference, tiny

HERE = Path(__file__).resolve().parent
FAMILIES = ["llava", "qwen2-vl", "qwen2.5-vl", "qwen3-vl", "florence-2", "paligemma", "paligemma2", "idefics3", "kosmos-2", "moondream", "shikra", "ofa", "smolvlm", "glm4v",
            "llava-onevision", "rt-detr", "d-fine", "yolos", "sam", "sam2", "grounding-dino", "owlv2", "owlvit"]
MAX_BYTES = 2_000_000
#: A token that leads by less could be another one on another machine.
LEAST_LEAD = 1e-3


def write_folder(family, model, tokens, folder):
    """config.json, tokenizer and processor files as `save_pretrained` writes them, and the graphs."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        family.save(model, tokens, Path(scratch))
        for path in sorted(Path(scratch).iterdir()):
            if path.suffix in (".json", ".jinja"):
                shutil.copy(path, folder / path.name)
    family.export(model, folder / "onnx")
    for path in (folder / "onnx").iterdir():
        shorten(path)


def shorten(path):
    """The exporter names every node and every value after the whole way to it: in a tiny model that is more than the weights."""
    graph_file = onnx.load(path)
    graph = graph_file.graph
    if any(attribute.HasField("g") for node in graph.node for attribute in node.attribute):
        return
    kept = {value.name for value in [*graph.input, *graph.output]}
    names = {}
    for node in graph.node:
        node.ClearField("name")
        node.ClearField("doc_string")
        for names_of in (node.input, node.output):
            for at, name in enumerate(names_of):
                if name and name not in kept:
                    names_of[at] = names.setdefault(name, f"v{len(names)}")
    for tensor in graph.initializer:
        tensor.name = names.get(tensor.name, tensor.name)
    del graph.value_info[:]
    onnx.checker.check_model(graph_file)
    onnx.save(graph_file, path)


def make(name, out, seed):
    family = importlib.import_module(module_of(name))
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    for attempt in range(seed, seed + 40):
        tiny.seed_everything(attempt)
        tokens = family.tokenizer()
        model = family.make(tokens)
        found = family.reference(model, tokens)
        leads = [record["lead"] for record in found.get("answers", []) if "lead" in record]
        kinds = {tuple(record["answerIds"]) for record in found.get("answers", []) if "answerIds" in record}
        spread = [len(set(kind)) for kind in kinds]
        if "grounded" in found or "worded" in found:
            records = found.get("grounded") or found["worded"]
            leads = [record["lead"] for record in records]
            labels = {entry["label"] for record in records for entry in record["found"]}
            if min(leads) > 1e-3 and len(labels) > 4:
                break
            print(name, "seed", attempt, "leads", leads, "labels", labels)
            continue
        if "segments" in found:
            leads = [record["lead"] for record in found["segments"]]
            shares = [share for record in found["segments"] for share in record["share"]]
            # Masks of everything or nothing tell nothing; a pixel on the very edge could fall to the other side elsewhere.
            if min(leads) > 0.01 and sum(0.1 < share < 0.9 for share in shares) > len(shares) // 2 and min(record["edge"] for record in found["segments"]) > 1e-5:
                break
            print(name, "seed", attempt, "leads", leads, "shares", shares, "edges", [record["edge"] for record in found["segments"]])
            continue
        if "detections" in found:
            leads = [record["lead"] for record in found["detections"]]
            if min(leads) > 3e-4 and sum(len(record["found"]) for record in found["detections"]) > 3:
                break
            print(name, "seed", attempt, "leads", leads)
            continue
        if all(lead >= LEAST_LEAD for lead in leads) and (not kinds or (len(kinds) > 1 and max(spread) > 2)):
            break
        print(name, "seed", attempt, "leads", leads, "kinds", len(kinds), spread)
    else:
        raise SystemExit(f"{name}: no seed gives answers that lead clearly")
    write_folder(family, model, tokens, folder)
    note = {"family": name, "seed": attempt, "versions": reference.versions(), **found}
    (folder / "reference.json").write_text(json.dumps(note, separators=(",", ":")) + "\n")
    size = tiny.folder_size(folder)
    print(name, "seed", attempt, size, "bytes")
    assert size < MAX_BYTES, f"{name} is larger than {MAX_BYTES} bytes"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("family")
    parser.add_argument("--out", default=str(HERE / "fixtures"))
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    out = Path(args.out)
    tiny.write_pictures(out / "pictures")
    for name in FAMILIES if args.family == "all" else [args.family]:
        make(name, out, args.seed)


if __name__ == "__main__":
    main()
