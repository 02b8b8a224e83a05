"""Writes the measured table into a model's card from its evaluation.json, between the two comments that mark its place.

Usage: python card.py [--folder ../falconet]
"""
import argparse
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- measured: made by models/train/card.py -->", "<!-- end of measured -->"
ROWS = {
    "absent exact": "Absent class refused", "aim inside": "Point answered inside the object", "all exactSet": "Find all: exact set",
    "attribute exact": "Colour or size of a region", "beside exact": "Neighbour on a side", "box name": "BoxQA name",
    "caption recall": "Caption: recall of boxes with the right name", "caption precision": "Caption: precision of boxes with the right name",
    "compare accuracyAt50": "Comparison: Acc@0.5", "compare meanIou": "Comparison: mean IoU", "count exact": "Count exact",
    "count offByOne": "Count off by at most one", "exist accuracy": "Yes or no", "follow-up exact": "Second turn with a pronoun",
    "nothing exact": "Empty place: nothing here", "point name": "PointQA name", "rec accuracyAt50": "REC Acc@0.5", "rec accuracyAt75": "REC Acc@0.75",
    "rec meanIou": "REC mean IoU", "rec withBox": "REC answers with a box", "reg exact": "REG: one the words single out",
    "reg attributes": "REG: class and attributes right", "relation direction": "Relation of two regions: direction",
    "steps exact": "Boxes, then count: exact", "unknown exact": "Unknown word refused", "whether direction": "Relation, yes or no",
    "none precision": "None: precision", "none recall": "None: recall", "none f1": "None: F1", "calibration error": "Calibration error of REC boxes",
}


def table(groups):
    """Scores by group -> Markdown, a line a measure, a column a group."""
    lines = ["| measure | " + " | ".join(groups) + " |", "|---|" + "---|" * len(groups)]
    for row, label in ROWS.items():
        task, measure = row.split(" ")
        cells = [f"{scores[task][measure]:.3f} (n={scores[task]['n']})" if measure in scores.get(task, {}) else "-" for scores in groups.values()]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default=str(HERE.parent / "falconet"))
    folder = Path(parser.parse_args().folder)
    card = (folder / "README.md").read_text()
    before, _, rest = card.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"The card has no place for the table: {BEGIN} and {END}")
    made = table(json.loads((folder / "evaluation.json").read_text())["groups"])
    (folder / "README.md").write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}")


if __name__ == "__main__":
    main()
