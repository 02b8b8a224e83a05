"""Writes falconet/eyrie.json: what the model is, knows and cannot, and the checksums of its files.

Usage: python write_manifest.py [--folder ../falconet] [--revision 3]
"""
import argparse
import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "train"))
from classes import COLOURS, NAMES, SHAPES, TRAIN_STYLES, UNSEEN_STYLES  # noqa: E402

FILES = ["onnx/vision_encoder.onnx", "onnx/embed_tokens.onnx", "onnx/decoder_model_merged.onnx", "config.json",
         "generation_config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"]
BOX, OTHER = "[0.100,0.200,0.300,0.400]", "[0.500,0.200,0.700,0.400]"
# Those of its tasks that it answers well in Chinese; asked of the sample pictures before they were put here.
CHINESE_ASKS = [
    "红色的圆形在哪里？",
    "点击红色的圆形。",
    "[0.500,0.250]处是什么？",
    "[0.100,0.200,0.400,0.600]里是什么？",
    "找出所有的狗。",
    "图中有几只狗？",
    "标出狗，然后说有多少个。",
    "图中有房子吗？",
    "狗和猫哪个更大？",
    "猫的左边是什么？",
    "[0.100,0.200,0.300,0.400]是什么颜色？",
    "它的左边是什么？",
    "用方框描述这张图。",
]
TASKS = [
    ("rec", "Where is the red circle?", "the red circle [0.123,0.456,0.789,0.987]"),
    ("rec-point", "Click on the red circle.", "the red circle [0.456,0.721]"),
    ("reg", f"Give a unique description of {BOX}.", "the dog on the left"),
    ("point-qa", "What is at [0.500,0.250]?", "a small red circle"),
    ("box-qa", "What is in [0.100,0.200,0.400,0.600]?", "a dog"),
    ("find-all", "Find all dogs.", "the dogs [0.100,0.200,0.300,0.400;0.500,0.600,0.700,0.800]"),
    ("count", "How many dogs are there?", "there are 2 dogs [0.100,0.200,0.300,0.400;0.500,0.600,0.700,0.800]"),
    ("count-steps", "First box all dogs, then count them.", "the dogs [0.100,0.200,0.300,0.400;0.500,0.600,0.700,0.800], so there are 2 dogs."),
    ("exist", "Is there a dog?", "yes, the dog [0.100,0.200,0.300,0.400]"),
    ("absent", "Where is the zebra?", "there is no zebra."),
    ("unknown", "Where is the zorble?", "there is no such thing here."),
    ("relation", f"Where is {BOX} relative to {OTHER}?", "the dog is to the left of the cat"),
    ("relation-yes-no", "Is the dog to the left of the cat?", "yes, the dog is to the left of the cat"),
    ("comparison", "Which is larger, the dog or the cat?", f"the dog {BOX}"),
    ("neighbour", "What is to the left of the cat?", f"the dog {BOX}"),
    ("attribute", f"What color is {BOX}?", "it is red."),
    ("follow-up", "And to its left?", f"the dog {BOX}"),
    ("grounded-caption", "Describe the image with boxes.", "a small red circle [0.100,0.200,0.300,0.400] and a dog [0.500,0.600,0.700,0.800]."),
]
# How an answer says that nothing is there (train/tongues.py); `{}` stands for words.
NONE = [
    "there is no {}.", "there are no {}.", "no, there is no {}.", "no, there are no {}.", "there is no such thing here.",
    "there is nothing {}.", "图中没有{}。", "没有，图中没有{}。", "图中没有这样的东西。", "这里什么都没有。", "它的{}什么都没有。",
]
CANNOT = [
    "photographs, real scenes, people, text in images: it has only ever seen drawn icons and plain shapes",
    "objects outside its list of classes; it will name the nearest thing it knows",
    "languages other than English and Chinese, free conversation; of a word it never learned it says that there is no such thing",
    "relations inside a description (the dog next to the house); only left, right, top, bottom, largest, smallest among equals",
    "objects smaller than about a twentieth of the image, more than twelve objects, heavy overlap",
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default=str(HERE.parent / "falconet"))
    parser.add_argument("--revision", default="3")
    args = parser.parse_args()
    folder = Path(args.folder)
    files = [{"path": f, "bytes": (folder / f).stat().st_size, "sha256": hashlib.sha256((folder / f).read_bytes()).hexdigest()} for f in FILES]
    manifest = {
        "id": "falconet-v3", "name": "Falconet v3", "family": "falconet", "dialect": "shikra", "space": "original",
        "revision": args.revision,
        "licence": "Apache-2.0; learned from icons under Apache-2.0, MIT, CC BY and others, attribution in README.md",
        "languages": ["en", "zh"],
        "tasks": [{"id": i, "prompt": p, "answer": a} for i, p, a in TASKS],
        "asksIn": {"zh": CHINESE_ASKS},
        "namesBoxes": True, "none": NONE,
        "classes": [n for n in NAMES if n not in SHAPES], "shapes": SHAPES, "colours": COLOURS,
        "trainedStyles": TRAIN_STYLES, "unseenStyles": UNSEEN_STYLES, "cannot": CANNOT, "files": files,
    }
    (folder / "eyrie.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(sum(f["bytes"] for f in files), "bytes in", len(files), "files")


if __name__ == "__main__":
    main()
