"""Draws an evaluation set: scenes and questions with their truth, from seeds that training never uses.

Usage: python make_evaluation.py --out build/evaluation [--scenes 100] [--seed 9000000] [--samples ../../samples/first-flight]
                                 [--known ../falconet/eyrie.json] [--only point box relation]
Training uses seeds below 1,000,000. Writes into the folder
  images/                 the scenes in their own aspect ratio
  questions.jsonl         what `eyrie evaluate questions` and evaluate.py ask; see below
  shikra-rec.jsonl        { img_path, expression, bbox } in pixels, as Shikra's REC data
  coco.json               every object of every scene as COCO detection data

A question is { id, split, language, task, image, width, height, history, question, answer, box, name, attributes,
count, objects }: texts in Shikra's spelling, boxes as fractions of the image; `box` is the object an answer is about,
`name` what a point or box question must name, `attributes` what a description must mention, `objects` what a caption
should ground. English and Chinese ask the same things of the same scenes. Splits: `trained` and `unseen` styles,
`combinations` (colours and shapes that training never joins), `first-flight` (the sample pictures). With `--known`
only the things that a model's manifest lists are drawn and asked for, in its languages: for comparing two models. `--only` keeps the
questions of some tasks: many scenes for few measures.
"""
import argparse
import json
import random
import re
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from classes import CLASS_ID, NAMES, SHAPES, TRAIN_STYLES, UNSEEN_STYLES
from expressions import express, kinds_of, unique_words
from scenes import compose, describe, pick_aspect
from sprites import SpriteBank
from tasks import MAKERS, follow_up, text_of
from tongues import TONGUES
from words import CHINESE_KINDS, ENGLISH_KINDS, SYNONYMS, plural

HERE = Path(__file__).resolve().parent
SHOWN_SIDE = 448
# Questions of a task per scene, over all scenes: a caption is long, a REC question is the point of it all.
TASKS = {"rec": 2, "point": 2, "box": 1, "reg": 1, "all": 1, "count": 1, "steps": 1, "exist": 1, "absent": 1, "unknown": 1, "relation": 1,
         "whether": 1, "compare": 1, "beside": 1, "aim": 1, "attribute": 1, "caption": 1, "follow-up": 1}

# What every Falconet was asked in training; `--known` keeps to these.
OLDER_TASKS = ("rec", "point", "nothing", "box", "all", "count", "exist", "absent", "relation", "caption")


def keywords(tongue, o, objects):
    """What the unique description of `o` mentions: its noun, and the word that singles it out."""
    words = unique_words(tongue, o, objects)
    for kind, spellings in (ENGLISH_KINDS if tongue.code == "en" else CHINESE_KINDS).items():
        if kind != "plain":
            for noun in (tongue.noun(o), tongue.noun({**o, "colour": None})):
                if words == spellings[0][0].format(noun):
                    return [noun, spellings[0][0].replace("{}", "").strip()]
    return [words]


def facts(task, answer, aim, objects, tongue):
    """What scoring needs beside the texts."""
    found = {"box": None, "name": None, "attributes": [], "count": None, "objects": []}
    if aim is not None:
        found["box"] = list(objects[aim]["box"])
    if task in ("point", "box") and aim is not None:
        found["name"] = tongue.noun(objects[aim])
    if task == "reg":
        found["attributes"] = keywords(tongue, objects[aim], objects)
    if task in ("relation", "whether"):
        said = text_of(answer)
        found["attributes"] = [w for w in (f" {s} " if tongue.code == "en" else f"的{s}" for s in tongue.sides.values()) if w in said]
    if task in ("count", "steps"):
        found["count"] = len({i for _, i in answer if i is not None})
    if task == "caption":
        found["objects"] = [{"name": tongue.noun(o), "box": list(o["box"])} for o in objects]
    return found


def questions_of(rng, objects, split, scene, record):
    """The questions of one scene in both languages."""
    made = []
    for task, times in TASKS.items():
        for turn in range(times):
            seed = rng.getrandbits(32)
            for tongue in TONGUES.values():
                own, history = random.Random(seed), []
                if task == "follow-up":
                    first = MAKERS["point"](own, objects, tongue)
                    asked = first and follow_up(own, objects, tongue, ("point",) + first)
                    if not asked:
                        continue
                    history, asked = [{"question": text_of(first[0]), "answer": text_of(first[1])}], asked[1:]
                else:
                    asked = next(filter(None, (MAKERS[task](own, objects, tongue) for _ in range(20))), None)
                if not asked:
                    continue
                question, answer, aim = asked
                kind = "nothing" if task == "point" and aim is None else task
                made.append({
                    "id": f"{split}-{scene:04d}-{task}-{turn}-{tongue.code}", "split": split, "language": tongue.code, "task": kind, **record,
                    "history": history, "question": text_of(question), "answer": text_of(answer), **facts(kind, answer, aim, objects, tongue),
                })
    return made


class Exports:
    """The same scenes as Shikra REC lines and COCO."""

    def __init__(self):
        self.lines, self.images, self.annotations = [], [], []

    def add(self, rng, record, objects):
        image_id = len(self.images) + 1
        w, h = record["width"], record["height"]
        self.images.append({"id": image_id, "file_name": record["image"], "width": w, "height": h})
        for o in objects:
            x0, y0, x1, y1 = (v * s for v, s in zip(o["box"], (w, h, w, h)))
            self.annotations.append({
                "id": len(self.annotations) + 1, "image_id": image_id, "category_id": CLASS_ID[o["name"]] + 1, "iscrowd": 0,
                "bbox": [round(v, 2) for v in (x0, y0, x1 - x0, y1 - y0)], "area": round((x1 - x0) * (y1 - y0), 2)})
            if kinds_of(o, objects):
                self.lines.append({"img_path": record["image"], "expression": express(rng, TONGUES["en"], o, objects),
                                   "bbox": [round(v, 2) for v in (x0, y0, x1, y1)]})

    def write(self, out):
        write_lines(out / "shikra-rec.jsonl", self.lines)
        categories = [{"id": i + 1, "name": name, "supercategory": ""} for i, name in enumerate(NAMES)]
        (out / "coco.json").write_text(json.dumps({"images": self.images, "annotations": self.annotations, "categories": categories}))


def write_lines(path, records):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--scenes", type=int, default=100, help="scenes a split")
    parser.add_argument("--seed", type=int, default=9_000_000)
    parser.add_argument("--samples", default="")
    parser.add_argument("--known", default="", help="manifest of a model: ask only for what it knows")
    parser.add_argument("--only", nargs="*", default=[], help="keep questions of these tasks only")
    args = parser.parse_args()
    known = json.loads(Path(args.known).read_text()) if args.known else None
    names = set(known["classes"] + known["shapes"]) if known else set(NAMES)
    shapes = [s for s in SHAPES if s in names]
    out = Path(args.out)
    (out / "images").mkdir(parents=True, exist_ok=True)
    questions, exports = [], Exports()
    splits = {"trained": (TRAIN_STYLES, False), "unseen": (UNSEEN_STYLES, False), "combinations": (TRAIN_STYLES, True)}
    for k, (split, (styles, new)) in enumerate(splits.items()):
        rng, bank = random.Random(args.seed + k), SpriteBank(styles)
        bank.labels = [label for label in bank.labels if label in names]
        for scene in range(args.scenes):
            aspect = pick_aspect(rng)
            pixels, objects = compose(rng, bank, strength=0.0, new=new, aspect=aspect, shapes=shapes)
            size = round(SHOWN_SIDE * aspect), round(SHOWN_SIDE / aspect)
            record = {"image": f"images/{split}-{scene:04d}.png", "width": size[0], "height": size[1]}
            Image.fromarray(np.asarray(pixels)).resize(size, Image.BICUBIC).save(out / record["image"])
            if objects:
                questions += questions_of(rng, objects, split, scene, record)
                exports.add(rng, record, objects)
    if args.samples:
        rng, folder = random.Random(args.seed + 3), Path(args.samples)
        for scene, (file, truth) in enumerate(json.loads((folder / "truth.json").read_text()).items()):
            shutil.copyfile(folder / file, out / "images" / file)
            objects = [describe(o["name"], o["colour"], tuple(o["box"])) for o in truth["objects"] if o["name"] in CLASS_ID]
            questions += questions_of(rng, objects, "first-flight", scene, {"image": f"images/{file}", "width": truth["width"], "height": truth["height"]})
    if known:
        words = [*(set(NAMES) - names), *(w for ws in SYNONYMS.values() for w in ws)]
        strange = re.compile(rf"\b({'|'.join(sorted({f for w in words for f in (w, plural(w))}))})\b")
        asks = lambda q: q["task"] in OLDER_TASKS and q["language"] in known["languages"]
        questions = [q for q in questions if asks(q) and not strange.search(q["question"] + " " + q["answer"])]
    questions = [q for q in questions if not args.only or q["task"] in args.only]
    write_lines(out / "questions.jsonl", questions)
    exports.write(out)
    print(len(questions), "questions about", len({q["image"] for q in questions}), "images")


if __name__ == "__main__":
    main()
