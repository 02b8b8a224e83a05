"""What goes wrong: the classes that are confused most, and a page of wrong answers as pictures.

Usage: python failures.py SET ANSWERS [--out ../falconet/failures] [--split unseen] [--count 24]
Reads an evaluation set and the answers kept by `--write-answers`. Writes <out>.png, a sheet of pictures with the true box
in green, the answered one in red, question and answer below; prints the confusions of point and box questions as Markdown.
"""
import argparse
import random
from collections import Counter
from pathlib import Path

from PIL import Image, ImageDraw

from evaluate import read_lines
from scoring import boxes_in, measures_of

SIDE, CAPTION, ACROSS = 224, 44, 6
SHOWN = ("rec", "point", "box", "count", "all", "reg")


def is_wrong(question, text):
    measures = measures_of(question, text)
    return not measures.get("accuracyAt50", measures.get("name", measures.get("exactSet", measures.get("exact", 1))))


def confusions(pairs, split):
    """[(true name, answered, times, of how many questions about it)] of English point and box questions, most frequent first."""
    asked, wrong = Counter(), Counter()
    for question, text in pairs:
        if question["task"] in ("point", "box") and question["language"] == "en" and question["split"] == split:
            asked[question["name"]] += 1
            if is_wrong(question, text):
                said = text.strip().removeprefix("a ").removeprefix("an ").removeprefix("small ").removeprefix("large ")
                wrong[question["name"], said] += 1
    return [(true, said, n, asked[true]) for (true, said), n in wrong.most_common(20)]


def panel(root, question, text):
    image = Image.open(root / question["image"]).convert("RGB")
    image.thumbnail((SIDE, SIDE))
    draw = ImageDraw.Draw(image)
    scaled = lambda b: (b[0] * image.width, b[1] * image.height, b[2] * image.width, b[3] * image.height)
    for boxes, colour in ((boxes_in(question["answer"]) or ([question["box"]] if question["box"] else []), (0, 170, 0)), (boxes_in(text), (220, 0, 0))):
        for b in boxes:
            if b[0] <= b[2] and b[1] <= b[3]:
                draw.rectangle(scaled(b), outline=colour, width=2)
    sheet = Image.new("RGB", (SIDE, SIDE + CAPTION), "white")
    sheet.paste(image, ((SIDE - image.width) // 2, (SIDE - image.height) // 2))
    words = ImageDraw.Draw(sheet)
    for line, said in enumerate((question["question"], "> " + text, "= " + question["answer"])):
        words.text((2, SIDE + 2 + 13 * line), said[:38], fill=((0, 0, 0), (180, 0, 0), (0, 120, 0))[line])
    return sheet


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("set")
    parser.add_argument("answers")
    parser.add_argument("--out", default="build/failures")
    parser.add_argument("--split", default="unseen")
    parser.add_argument("--count", type=int, default=24)
    args = parser.parse_args()
    texts = {a["id"]: a["text"] for a in read_lines(args.answers)}
    pairs = [(q, texts[q["id"]]) for q in read_lines(Path(args.set) / "questions.jsonl") if q["id"] in texts]
    print("| is | was called | times | of |\n|---|---|---|---|")
    for row in confusions(pairs, args.split):
        print("| " + " | ".join(map(str, row)) + " |")
    # Pillow's own letters hold no Chinese.
    wrong = [(q, t) for q, t in pairs if q["split"] == args.split and q["language"] == "en" and q["task"] in SHOWN and is_wrong(q, t)]
    chosen = random.Random(5).sample(wrong, min(args.count, len(wrong)))
    rows = (len(chosen) + ACROSS - 1) // ACROSS
    page = Image.new("RGB", (ACROSS * SIDE, rows * (SIDE + CAPTION)), "white")
    for i, (question, text) in enumerate(chosen):
        page.paste(panel(Path(args.set), question, text), (i % ACROSS * SIDE, i // ACROSS * (SIDE + CAPTION)))
    page.save(args.out + ".png", optimize=True)
    print(f"{len(wrong)} wrong English answers of the split; {len(chosen)} shown in {args.out}.png")


if __name__ == "__main__":
    main()
