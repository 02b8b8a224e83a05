"""Writes src-shared/metrics/fixtures/evaluation.json: questions, answers good and broken, and the scores Python gives them.

Usage: python make_scoring_fixture.py SET [--count 160]
The answers are the true ones, damaged on purpose: boxes moved, words swapped, brackets torn, nothing said.
"""
import argparse
import json
import random
import re
from pathlib import Path

from evaluate import read_lines
from scoring import score

OUT = Path(__file__).resolve().parents[2] / "src-shared/metrics/fixtures/evaluation.json"


def damaged(rng, question, others):
    """A true answer, or one of the ways in which answers go wrong."""
    text, way = question["answer"], rng.randrange(9)
    if way < 3:
        return text
    if way < 5:
        nudge = lambda m: f"{min(0.999, max(0.0, float(m[0]) + rng.gauss(0, 0.04 if way == 3 else 0.002))):.3f}"
        return re.sub(r"0\.\d+", nudge, text)
    return [rng.choice(others)["answer"], text.replace("]", ""), "", text.replace("[", "[[") + " 0.5,0.5 [0.1,0.2]"][way - 5]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("set")
    parser.add_argument("--count", type=int, default=160)
    args = parser.parse_args()
    rng = random.Random(11)
    questions = rng.sample(read_lines(Path(args.set) / "questions.jsonl"), args.count)
    answers = []
    for question in questions[:-1]:  # the last one is never answered
        text = damaged(rng, question, questions)
        answers.append({"id": question["id"], "text": text, "confidences": [rng.choice([None, round(rng.random(), 4), 1.0]) for _ in range(text.count("["))]})
    OUT.parent.mkdir(exist_ok=True)
    lines = lambda records: "[\n" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in records) + "\n]"
    OUT.write_text(f'{{\n"questions": {lines(questions)},\n"answers": {lines(answers)},\n"groups": {json.dumps(score(questions, answers))}\n}}\n')


if __name__ == "__main__":
    main()
