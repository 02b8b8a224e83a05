"""How answers are scored; the twin of src-shared/metrics/evaluation.ts, which has the definitions.

The two do the same arithmetic in the same order, so that they agree in every digit; a fixture in
src-shared/metrics/fixtures holds them to it.
"""
import math
import re

BOX = re.compile(r"([0-9]\.[0-9]+),([0-9]\.[0-9]+),([0-9]\.[0-9]+),([0-9]\.[0-9]+)")
POINT = re.compile(r"\[([0-9]\.[0-9]+),([0-9]\.[0-9]+)\]")
BRACKET = re.compile(r"\[([^\]]*)\]")
NUMBER = re.compile(r"[0-9]+")
BINS = 10
NONE_TASKS = ("rec", "absent", "unknown", "all", "count", "steps", "exist")


def boxes_in(text):
    return [[float(v) for v in m.groups()] for m in BOX.finditer(text)]


def words_of(text):
    return re.sub(r"\s*\[[^\]]*\]", "", text).strip()


def grounded_phrases(text):
    """(words before the bracket, box) of every box, in order."""
    found, end = [], 0
    for m in BRACKET.finditer(text):
        phrase = text[end : m.start()].strip()
        found += [(phrase, box) for box in boxes_in(m.group(1))]
        end = m.end()
    return found


def iou(a, b, width, height):
    """Overlap in pixels; `a` is ordered first, `b` is taken as it is."""
    a = [min(a[0], a[2]) * width, min(a[1], a[3]) * height, max(a[0], a[2]) * width, max(a[1], a[3]) * height]
    b = [b[0] * width, b[1] * height, b[2] * width, b[3] * height]
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if not (w > 0 and h > 0):
        return 0.0
    area = lambda c: (c[2] - c[0]) * (c[3] - c[1]) if c[0] <= c[2] and c[1] <= c[3] else 0.0
    union = area(a) + area(b) - w * h
    return min(1.0, w * h / union) if union > 0 else 0.0


def pair_up(question, said, true, fits=lambda i, j: True):
    """How many of the true boxes are met by a said box of their own at IoU 0.5: best pairs first."""
    pairs = []
    for i, a in enumerate(true):
        for j, b in enumerate(said):
            value = iou(a, b, question["width"], question["height"])
            if value >= 0.5 and fits(i, j):
                pairs.append((-value, i, j))
    taken_true, taken_said, met = set(), set(), 0
    for _, i, j in sorted(pairs):
        if i not in taken_true and j not in taken_said:
            taken_true.add(i)
            taken_said.add(j)
            met += 1
    return met


def same_answer(question, text):
    """The same words, and every box at IoU 0.5 with the one in its place."""
    said, true = boxes_in(text), boxes_in(question["answer"])
    return (words_of(text) == words_of(question["answer"]) and len(said) == len(true)
            and all(iou(a, b, question["width"], question["height"]) >= 0.5 for a, b in zip(true, said)))


def counted(text):
    """The number an answer says; 0 when it says none and shows none; None when it cannot be told."""
    number = NUMBER.search(words_of(text))
    return int(number[0]) if number else (None if boxes_in(text) else 0)


def measures_of(question, text):
    """{measure: value} of one answer; shares are 0 or 1, or a fraction of one answer."""
    task, said = question["task"], boxes_in(text)
    if task in ("rec", "compare"):
        value = iou(question["box"], said[0], question["width"], question["height"]) if said else 0.0
        return {"accuracyAt50": float(value >= 0.5), "accuracyAt75": float(value >= 0.75), "meanIou": value, "withBox": float(bool(said))}
    if task == "aim":
        point, b = POINT.search(text), question["box"]
        return {"inside": float(bool(point) and b[0] <= float(point[1]) <= b[2] and b[1] <= float(point[2]) <= b[3])}
    if task in ("point", "box"):
        return {"name": float((" " + text.strip()).endswith((" " if question["language"] == "en" else "") + question["name"])),
                "exact": float(text.strip() == question["answer"])}
    if task == "reg":
        found = sum(1 for word in question["attributes"] if word in text)
        return {"exact": float(text.strip() == question["answer"]), "attributes": found / len(question["attributes"])}
    if task in ("relation", "whether"):
        return {"direction": float(all(word in text for word in question["attributes"])), "exact": float(text.strip() == question["answer"])}
    if task in ("count", "steps"):
        number = counted(text)
        return {"exact": float(number == question["count"]), "offByOne": float(number is not None and abs(number - question["count"]) <= 1)}
    if task == "all":
        true = boxes_in(question["answer"])
        return {"exactSet": float(pair_up(question, said, true) == len(true) == len(said))}
    if task == "exist":
        return {"accuracy": float(bool(said) == bool(boxes_in(question["answer"])))}
    if task == "caption":
        phrases, objects = grounded_phrases(text), question["objects"]
        met = pair_up(question, [box for _, box in phrases], [o["box"] for o in objects], lambda i, j: objects[i]["name"] in phrases[j][0])
        return {"recall": met / len(objects), "precision": met / len(phrases) if phrases else 0.0}
    return {"exact": float(same_answer(question, text))}


def calibration(pairs):
    """Expected calibration error over (confidence, right) pairs, ten bins of equal width."""
    count, sure, right = [0] * BINS, [0.0] * BINS, [0] * BINS
    for confidence, is_right in pairs:
        at = min(BINS - 1, math.floor(confidence * BINS))
        count[at] += 1
        sure[at] += confidence
        right[at] += int(is_right)
    error = 0.0
    for n, s, r in zip(count, sure, right):
        error += abs(s - r) / len(pairs) if n else 0.0
    return {"n": len(pairs), "error": error}


def score_group(pairs):
    """Scores of one group of (question, answer) pairs."""
    tasks, none, sure = {}, {"both": 0, "said": 0, "true": 0, "n": 0}, []
    for question, answer in pairs:
        text, task = answer["text"], question["task"]
        measures = measures_of(question, text)
        sums = tasks.setdefault(task, {"n": 0})
        sums["n"] += 1
        for name, value in measures.items():
            sums[name] = sums.get(name, 0.0) + value
        if task in NONE_TASKS:
            said, true = not boxes_in(text), not boxes_in(question["answer"])
            none["n"] += 1
            none["both"] += int(said and true)
            none["said"] += int(said)
            none["true"] += int(true)
        if task == "rec" and boxes_in(text) and answer.get("confidences") and answer["confidences"][0] is not None:
            sure.append((answer["confidences"][0], measures["accuracyAt50"] == 1.0))
    result = {task: {"n": s["n"], **{k: v / s["n"] for k, v in s.items() if k != "n"}} for task, s in sorted(tasks.items())}
    if none["n"]:
        precision = none["both"] / none["said"] if none["said"] else 0.0
        recall = none["both"] / none["true"] if none["true"] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
        result["none"] = {"n": none["n"], "precision": precision, "recall": recall, "f1": f1}
    if sure:
        result["calibration"] = calibration(sure)
    return result


def score(questions, answers):
    """{split/language: scores}, in the order in which the groups first appear. A missing answer counts as nothing said."""
    by_id, groups = {a["id"]: a for a in answers}, {}
    for question in questions:
        groups.setdefault(f"{question['split']}/{question['language']}", []).append((question, by_id.get(question["id"], {"text": "", "confidences": []})))
    return {name: score_group(pairs) for name, pairs in groups.items()}
