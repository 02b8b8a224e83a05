"""Exports a model with real weights into the folder layout that the app (and transformers.js) reads.

Usage: python export.py FAMILY --weights DIR --out DIR      (DIR as `save_pretrained` writes it)
The graphs are those of the tiny fixtures, so what the fixtures prove of them holds for the weights too;
float32, weights over 1.5 GB go into files beside the graph. recipes.md says what else a model needs.
"""
import argparse
import importlib
import shutil
from pathlib import Path

import onnx

from families import module_of

#: protobuf cannot hold more than 2 GB in one file.
MOST_INSIDE = 1_500_000_000


def move_weights_outside(path):
    """Rewrites a graph whose weights are too large for one protobuf file."""
    if sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*")) <= MOST_INSIDE:
        return
    model = onnx.load(path)
    path.unlink()
    onnx.save(model, path, save_as_external_data=True, all_tensors_to_one_file=True, location=f"{path.name}_data")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("family")
    parser.add_argument("--weights", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    family = importlib.import_module(module_of(args.family))
    source, out = Path(args.weights), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    model = family.load(source)
    family.export(model, out / "onnx")
    for path in sorted((out / "onnx").glob("*.onnx")):
        move_weights_outside(path)
    for path in sorted(source.iterdir()):
        if path.suffix in (".json", ".jinja") and not path.name.endswith("index.json") or path.name.startswith(("README", "LICENSE")):
            shutil.copy(path, out / path.name)
    if hasattr(family, "finish"):
        family.finish(model, source, out)


if __name__ == "__main__":
    main()
