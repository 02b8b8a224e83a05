"""Writes falconet/fixtures/prompts.json: what the shipped graphs say, for testing other engines.

Usage: python make_fixtures.py [--folder ../falconet] [--samples ../../samples/first-flight]
Computed by onnxruntime (Python, CPU, greedy) with the files of the folder; see runner.py for the steps.
Also writes tokenizer.json's ids for some difficult strings to falconet/fixtures/tokens.json.
"""
import argparse
import json
from pathlib import Path

import onnxruntime
from PIL import Image

from runner import Runner

HERE = Path(__file__).resolve().parent
QUESTIONS = [
    ("01-meadow-morning.jpg", "Where is the cow?"), ("01-meadow-morning.jpg", "Find all sheep."),
    ("02-harbour.jpg", "Where is the anchor?"), ("02-harbour.jpg", "How many boats are there?"),
    ("03-toy-shelf.jpg", "Locate the car on the left."), ("04-geometry-lesson.png", "Where is the small red circle?"),
    ("04-geometry-lesson.png", "Is there a purple triangle?"), ("04-geometry-lesson.png", "Describe the image with boxes."),
    ("05-fruit-table.jpg", "Can you find the banana?"), ("08-city-street.jpg", "Where is the bus?"),
    ("09-picnic.jpg", "How many cookies are there?"), ("10-arctic-family.jpg", "Where is the largest penguin?"),
    ("11-two-dogs.jpg", "Where is the umbrella?"), ("11-two-dogs.jpg", "Where is the elephant?"),
    ("13-aquarium.jpg", "What do you see?"), ("15-balloon-sky.jpg", "Where is the balloon?"),
    ("11-two-dogs.jpg", "左边的狗在哪里？"), ("05-fruit-table.jpg", "有几个苹果？"), ("08-city-street.jpg", "描述这张图片。"), ("11-two-dogs.jpg", "图中有斑马吗？"),
]
STRINGS = [
    "USER: Where is the dog? ASSISTANT:", "the dog [0.123,0.456,0.789,0.999]", "[0.1,0.2;0.3,0.4]", "What is at[0.500,0.250]?",
    "Two  spaces, a tab\tand\na newline", "你好，世界", "左边的红色圆形在哪里？", "a dog狗 [0.123,0.456]", "１２３ 全角", "謥膠鱁", "🦊 fox 👩‍👩‍👧", "naïve café ÀÉÎ", "a1b22c333", "1.000 and -0.5", "</s><image>USER:",
    "woman's hat {x} <b> & \\", "Ünïcödé ﬁ ½ Ω", "", " ", "supercalifragilistic", "[0.", "WHERE IS THE DOG?",
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default=str(HERE.parent / "falconet"))
    parser.add_argument("--samples", default=str(HERE.parent.parent / "samples/first-flight"))
    args = parser.parse_args()
    runner, samples, out = Runner(args.folder), Path(args.samples), Path(args.folder) / "fixtures"
    truth = json.loads((samples / "truth.json").read_text())
    questions = list(QUESTIONS)
    # Regions as questions: a point and a box of the truth, on upright and on turned images.
    for file, kind in (("05-fruit-table.jpg", "point"), ("15-balloon-sky.jpg", "point"), ("08-city-street.jpg", "box"), ("16-desk.jpg", "box")):
        box = truth[file]["objects"][0]["box"]
        if kind == "point":
            questions.append((file, f"What is at [{(box[0] + box[2]) / 2:.3f},{(box[1] + box[3]) / 2:.3f}]?"))
        else:
            questions.append((file, "What is in [" + ",".join(f"{v:.3f}" for v in box) + "]?"))
    records = []
    for file, question in questions:
        features, boxes, scores = runner.see(runner.prepare(Image.open(samples / file)))
        prompt = runner.prompt(question)
        said = runner.generate(features, prompt)
        records.append({
            "image": f"samples/first-flight/{file}", "question": question, "promptIds": prompt, "answerIds": said,
            "answer": runner.tokenizer.decode(said).strip(), "candidates": int((scores[0] > 0.2).sum()),
            "firstFeature": [round(float(v), 5) for v in features[0, 0, :8]],
            "firstBox": [round(float(v), 5) for v in boxes[0, 0]], "firstScore": round(float(scores[0, 0]), 5),
        })
        print(file, "|", question, "|", records[-1]["answer"])
    note = ("Made by make_fixtures.py with onnxruntime " + onnxruntime.__version__ + " (CPU, shipped precision). promptIds follow the image tokens; "
            "answerIds exclude the end token. firstFeature, firstBox, firstScore: token 0 of image_features and its region. Images are upright (EXIF "
            "applied), squashed to the network side with an antialiased bilinear filter; another resampler may move the last digit of a box.")
    out.mkdir(exist_ok=True)
    (out / "prompts.json").write_text(json.dumps({"note": note, "prompts": records}, indent=1) + "\n")
    ids = [{"text": text, "ids": runner.tokenizer.encode(text).ids} for text in STRINGS]
    (out / "tokens.json").write_text(json.dumps(ids, indent=1, ensure_ascii=False) + "\n")
    # The exact pixels of one prepared image, so that an engine can be tested without its own resampler.
    image = Image.open(samples / "11-two-dogs.jpg").convert("RGB").resize((runner.pixels["size"]["width"], runner.pixels["size"]["height"]), Image.BILINEAR)
    image.save(out / "11-two-dogs-prepared.png", optimize=True)


if __name__ == "__main__":
    main()
