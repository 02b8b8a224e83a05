"""Asks the shipped graphs every question of an evaluation set, one at a time, greedy, and scores the answers.

Usage: python evaluate.py SET [--folder ../falconet] [--answers FILE] [--write-answers FILE] [--limit N] [--out FILE]
SET is a folder made by make_evaluation.py. With --answers no model is asked. `eyrie evaluate questions SET` does the same
with the studio's own engine; scoring.py says how the two are held together. Prints tables by split and language.
"""
import argparse
import json
import sys
import time
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "export"))
from scoring import score  # noqa: E402


def read_lines(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines() if line]


def ask_all(folder, root, questions, threads):
    """Answers with the confidence of each box, in the order of the questions."""
    from runner import Runner
    runner, seen, answers = Runner(folder, threads), {}, []
    for question in questions:
        if question["image"] not in seen:
            seen = {question["image"]: runner.see(runner.prepare(Image.open(root / question["image"])))[0]}
        text, confidences = runner.answer_with_confidence(seen[question["image"]], question["question"], question["history"])
        answers.append({"id": question["id"], "text": text, "confidences": confidences})
        if len(answers) % 500 == 0:
            print(f"{len(answers)} of {len(questions)}", file=sys.stderr, flush=True)
    return answers


def table(scores):
    """A Markdown table: a line a measure, a column a group."""
    names = list(scores)
    lines = ["| measure | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    rows = {}
    for name, tasks in scores.items():
        for task, measures in tasks.items():
            for measure, value in measures.items():
                if measure != "n":
                    rows.setdefault(f"{task} {measure}", {})[name] = f"{value:.3f} (n={measures['n']})"
    return "\n".join(lines + [f"| {row} | " + " | ".join(cells.get(n, "-") for n in names) + " |" for row, cells in rows.items()])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("set")
    parser.add_argument("--folder", default=str(HERE.parent / "falconet"))
    parser.add_argument("--answers", default="")
    parser.add_argument("--write-answers", default="")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", default="")
    args = parser.parse_args()
    root, start = Path(args.set), time.time()
    questions = read_lines(root / "questions.jsonl")
    questions = questions[: args.limit] if args.limit else questions
    answers = read_lines(args.answers) if args.answers else ask_all(args.folder, root, questions, args.threads)
    if args.write_answers:
        Path(args.write_answers).write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in answers))
    scores = score(questions, answers)
    print(table(scores))
    if args.out:
        Path(args.out).write_text(json.dumps({"questions": len(questions), "seconds": round(time.time() - start), "groups": scores}, indent=1) + "\n")


if __name__ == "__main__":
    main()
