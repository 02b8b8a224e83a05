"""Judges the shipped graphs on scenes never used in training, one question at a time, greedy.

Usage: python evaluate.py --folder ../falconet [--count 400] [--samples ../../samples/first-flight]
Scenes are drawn from seeds 9,000,000 and up (training uses seeds below 1,000,000), without the
style changes of training. Writes evaluation.json into the folder and prints a table.

REC: first box of the answer against the truth, IoU >= 0.5. PointQA and BoxQA: the object's name
(for shapes also the colour) is the end of the answer. Count and relation: the answer's words.
Exist: yes or no. Absent: the answer says that there is none.
"""
import argparse
import json
import random
import re
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "export"))
from runner import Runner  # noqa: E402
from scenes import TRAIN_STYLES, UNSEEN_STYLES, SpriteBank, compose  # noqa: E402
from tasks import ALL_WEIGHTS, MAKERS, ask, noun, text_of  # noqa: E402
from train_vision import box_iou  # noqa: E402

BOX = re.compile(r"(0\.\d{3}),(0\.\d{3}),(0\.\d{3}),(0\.\d{3})")
EVALUATION_SEED = 9_000_000


def boxes_in(text):
    return [[float(v) for v in m.groups()] for m in BOX.finditer(text)]


def words_in(text):
    return re.sub(r"\s*\[[^\]]*\]", "", text).strip()


def pair_up(said, true):
    """How many of the true boxes are met by a said box of their own at IoU 0.5."""
    left, met = list(said), 0
    for box in true:
        best = max(left, key=lambda b: box_iou(b, box), default=None)
        if best and box_iou(best, box) >= 0.5:
            left.remove(best)
            met += 1
    return met


def score(task, said, answer, objects, aim):
    """The measures of one answer: {measure: 0..1}."""
    truth = text_of(answer)
    if task == "rec":
        found = boxes_in(said)
        iou = box_iou(found[0], objects[aim]["box"]) if found else 0.0
        return {"REC Acc@0.5": iou >= 0.5, "REC Acc@0.75": iou >= 0.75, "REC mean IoU": iou, "REC answers with a readable box": bool(found)}
    if task in ("point", "box"):
        label = "PointQA" if task == "point" else "BoxQA"
        if aim is None:
            return {f"{label}, empty place": said == truth}
        return {f"{label} name (and colour)": (" " + said).endswith(" " + noun(objects[aim])), f"{label} whole answer": said == truth}
    if task == "all":
        said_boxes, true_boxes = boxes_in(said), boxes_in(truth)
        met = pair_up(said_boxes, true_boxes)
        return {"Find all: exact set at IoU 0.5": met == len(true_boxes) == len(said_boxes)}
    if task == "count":
        return {"Count": words_in(said) == words_in(truth)}
    if task == "exist":
        return {"Exist (yes or no)": said.split(",")[0] == truth.split(",")[0]}
    if task == "absent":
        return {"Absent object refused": said.startswith(("there is no ", "there are no "))}
    if task == "relation":
        direction = lambda text: next((w for w in ("left of", "right of", "above", "below") if w in text), None)
        return {"Relation: direction": direction(said) == direction(truth), "Relation: whole answer": said == truth}
    met, true_boxes = pair_up(boxes_in(said), boxes_in(truth)), boxes_in(truth)
    return {"Caption: objects boxed (recall)": met / len(true_boxes), "Caption: readable": said.endswith(".") and len(said) < 600}


def judge(runner, next_scene, counts, rng):
    """Averages per measure with n, over `counts[task]` questions; each scene gets one question per task at most."""
    sums, left, examples = {}, dict(counts), []
    while any(left.values()):
        features, objects = next_scene(rng)
        if not objects:
            continue
        for task in [t for t, n in left.items() if n > 0]:
            made = MAKERS[task](rng, objects)
            if not made:
                continue
            left[task] -= 1
            question, answer, aim = made
            said = runner.answer(features, text_of(question))
            for measure, value in score(task, said, answer, objects, aim).items():
                total, n = sums.get(measure, (0.0, 0))
                sums[measure] = (total + float(value), n + 1)
            if len(examples) < 60:
                examples.append([task, text_of(question), said, text_of(answer)])
    return {m: {"value": round(t / n, 4), "n": n} for m, (t, n) in sums.items()}, examples


def judge_second_turn(runner, next_scene, count, rng):
    """REC Acc@0.5 of a second question, with the model's own first answer (any task) before it."""
    right = asked = 0
    while asked < count:
        features, objects = next_scene(rng)
        if not objects:
            continue
        first, made = ask(rng, objects, ALL_WEIGHTS)[1], MAKERS["rec"](rng, objects)
        if not made:
            continue
        asked += 1
        prompt = runner.prompt(text_of(first))
        prompt += runner.generate(features, prompt) + [runner.eos] + runner.prompt(text_of(made[0]))
        found = boxes_in(runner.tokenizer.decode(runner.generate(features, prompt)))
        right += bool(found) and box_iou(found[0], objects[made[2]]["box"]) >= 0.5
    return {"value": round(right / count, 4), "n": count}


def fresh_scenes(runner, styles):
    bank = SpriteBank(styles)

    def next_scene(rng):
        pixels, objects = compose(rng, bank, strength=0.0)
        return runner.see(runner.normalize(pixels[None]))[0], objects
    return next_scene


def sample_scenes(runner, folder):
    truth = json.loads((folder / "truth.json").read_text())
    seen = []
    for file, record in truth.items():
        features = runner.see(runner.prepare(Image.open(folder / file)))[0]
        seen.append((features, record["objects"]))
    return lambda rng: rng.choice(seen)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default=str(HERE.parent / "falconet"))
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--samples", default=str(HERE.parent.parent / "samples/first-flight"))
    parser.add_argument("--examples", action="store_true")
    parser.add_argument("--dry", action="store_true", help="do not write evaluation.json")
    args = parser.parse_args()
    runner, start = Runner(args.folder, args.threads), time.time()
    n = args.count
    counts = {"rec": n, "point": n, "box": n // 2, "absent": n // 2, "all": n // 4, "count": n // 4, "exist": n // 4,
              "relation": n // 4, "caption": n // 10}
    result = {}
    groups = {"trained styles": fresh_scenes(runner, TRAIN_STYLES), "unseen styles": fresh_scenes(runner, UNSEEN_STYLES)}
    if args.samples:
        groups["first-flight images"] = sample_scenes(runner, Path(args.samples))
    for k, (name, next_scene) in enumerate(groups.items()):
        result[name], examples = judge(runner, next_scene, counts, random.Random(EVALUATION_SEED + k))
        result[name]["REC Acc@0.5, second turn"] = judge_second_turn(runner, next_scene, n // 4, random.Random(EVALUATION_SEED + 10 + k))
        if args.examples:
            print(f"--- {name}")
            for example in examples:
                print(" | ".join(example))
    print("| measure | " + " | ".join(result) + " |\n|---|" + "---|" * len(result))
    for measure in result["trained styles"]:
        cells = [f"{r[measure]['value']:.3f} (n={r[measure]['n']})" if measure in r else "-" for r in result.values()]
        print(f"| {measure} | " + " | ".join(cells) + " |")
    if not args.dry:
        record = {"seeds": [EVALUATION_SEED + k for k in range(len(groups))], "trainedStyles": TRAIN_STYLES, "unseenStyles": UNSEEN_STYLES,
                  "seconds": round(time.time() - start), "groups": result}
        (Path(args.folder) / "evaluation.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
