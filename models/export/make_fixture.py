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

from families import module_of, reference, tiny

HERE = Path(__file__).resolve().parent
FAMILIES = ["llava", "qwen2-vl", "qwen2.5-vl", "qwen3-vl", "florence-2", "paligemma", "paligemma2", "idefics3", "kosmos-2", "moondream",
            "llava-onevision", "rt-detr", "d-fine", "yolos"]
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
