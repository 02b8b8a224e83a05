"""Turns scenes and turns into packed training rows.

A row is one scene with several conversations after it. Conversations are isolated: each
sees the image tokens and itself only, and positions restart after the image, so nothing
can be copied from a neighbour. Answers write the boxes the detector proposed (the
language part learns to read tokens, not to guess what the detector got wrong); the truth
is used for judging.
"""
import re

import numpy as np

from classes import CHINESE, ICON_NAMES, NAMES
from scenes import choose_contents, describe, overlaps, pick_extent
from tasks import TONGUES, ask, follow_up
from words import CHINESE_SYNONYMS, SYNONYMS, plural
from train_vision import box_iou
from vision import CANDIDATES, CLASS_COUNT, COLOUR_COUNT

NUMBER = re.compile(r"0\.\d+")


def symbolic_scene(rng, most, sharpness):
    """Objects and made-up detector candidates: no pixels, but the detector's kinds of mistakes."""
    objects, boxes = [], []
    aspect = rng.uniform(0.75, 1.35)
    for name, colour in choose_contents(rng, ICON_NAMES, rng.randint(1, most)):
        for _ in range(5):
            long, ratio = pick_extent(rng), rng.uniform(0.55, 1.0)
            w, h = (long, long * ratio) if rng.random() < 0.5 else (long * ratio, long)
            w, h = min(0.9, w * aspect), min(0.9, h / aspect)
            x, y = rng.uniform(0, 1 - w), rng.uniform(0, 1 - h)
            box = (x, y, x + w, y + h)
            if not overlaps(box, boxes, 0.08):
                objects.append(describe(name, colour, box))
                boxes.append(box)
                break
    found = empty_candidates()
    slots = list(range(CANDIDATES))
    rng.shuffle(slots)
    for o in objects:
        fill(rng, found, slots.pop(), o["class_id"], o["colour_id"], o["box"], rng.uniform(0.35, 1.0), sharpness)
    indexes = [s for s in range(CANDIDATES) if found["scores"][s] > 0]
    order = {tuple(found["boxes"][s]): s for s in indexes}
    targets = [order[tuple(np.float32(o["box"]))] for o in objects]
    while slots:
        cx, cy, w, h = rng.random(), rng.random(), rng.uniform(0.03, 0.4), rng.uniform(0.03, 0.4)
        box = [min(1.0, max(0.0, v)) for v in (cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2)]
        score = rng.uniform(0.2, 0.3) if rng.random() < 0.015 else rng.uniform(0.0, 0.19)
        fill(rng, found, slots.pop(), rng.randrange(CLASS_COUNT), rng.randrange(COLOUR_COUNT), box, score, 0.0)
    return objects, found, targets


def empty_candidates():
    return {
        "scores": np.zeros(CANDIDATES, np.float32), "boxes": np.zeros((CANDIDATES, 4), np.float32),
        "class_probabilities": np.zeros((CANDIDATES, CLASS_COUNT), np.float32),
        "colour_probabilities": np.zeros((CANDIDATES, COLOUR_COUNT), np.float32),
    }


def spread(rng, size, right, sharpness):
    """A made-up probability row: mostly right, sometimes torn, sometimes wrong."""
    row = np.zeros(size, np.float32)
    r = rng.random()
    if r < sharpness:
        keep = rng.uniform(0.75, 1.0)
    elif r < sharpness + 0.75 * (1 - sharpness):
        keep = rng.uniform(0.35, 0.75)
    else:
        keep = rng.uniform(0.08, 0.4)
    row[right] = keep
    others = [rng.randrange(size) for _ in range(rng.choice([1, 2, 4]))]
    for other in others:
        row[other] += (1 - keep) * 0.8 / len(others)
    return row + (1 - keep) * 0.2 / size


def fill(rng, found, slot, class_id, colour_id, box, score, sharpness):
    found["scores"][slot], found["boxes"][slot] = score, box
    found["class_probabilities"][slot] = spread(rng, CLASS_COUNT, class_id, sharpness)
    found["colour_probabilities"][slot] = spread(rng, COLOUR_COUNT, colour_id, 0.5 + sharpness / 2)


def match(objects, found, floor=0.2):
    """The objects the detector proposed, with its boxes, and their candidate indexes."""
    seen, targets, used = [], [], set()
    for o in objects:
        options = [k for k in range(CANDIDATES) if found["scores"][k] > floor and k not in used]
        if not options:
            continue
        best = max(options, key=lambda k: box_iou(found["boxes"][k], o["box"]))
        if box_iou(found["boxes"][best], o["box"]) < 0.45:
            continue
        used.add(best)
        seen.append(describe(o["name"], o["colour"], tuple(float(v) for v in found["boxes"][best])))
        targets.append(best)
    return seen, targets


class Speller:
    """Token ids of pieces, remembered; text pieces repeat all the time."""

    def __init__(self, tokenizer):
        self.tokenizer, self.memory = tokenizer, {}
        ids = tokenizer.get_vocab()
        self.user, self.assistant, self.eos = ids["USER:"], ids["ASSISTANT:"], ids["</s>"]
        self.space, self.close = ids["Ġ"], ids["]"]
        self.comma = ids[",0."]
        self.openers = {ids[t] for t in ("[0.", "Ġ[0.", ";0.")}
        # Words that stand for one class only: parts of two names ("traffic light", "light bulb") say nothing alone.
        owners = {}
        for class_id, name in enumerate(NAMES):
            texts = [f" {form}" for word in [name, *SYNONYMS.get(name, [])] for form in (word, plural(word))]
            for text in texts + [CHINESE[name], *CHINESE_SYNONYMS.get(name, [])]:
                for token in tokenizer.encode(text).ids:
                    owners.setdefault(token, set()).add(class_id)
        self.class_of_word = {token: next(iter(ids)) for token, ids in owners.items() if len(ids) == 1}
        self.digits = {ids[str(d)] for d in range(10)}

    def spell(self, text):
        if "0." in text:
            return self.tokenizer.encode(text).ids
        if text not in self.memory:
            if len(self.memory) > 50000:
                self.memory.clear()
            self.memory[text] = self.tokenizer.encode(text).ids
        return self.memory[text]

    def turn(self, turn):
        """The ids of a whole turn, question and answer."""
        return conversation(self, [turn])[0]

    def slots(self, tokens, is_point):
        """Which of the 18 digits of an object each digit is: 12 of the box, 6 of its centre; -1 for other tokens."""
        slots, coordinate, place = [], 0, 0
        for token in tokens:
            slot = -1
            if token in self.openers:
                coordinate, place = 0, 0
            elif token == self.comma:
                coordinate, place = coordinate + 1, 0
            elif token in self.digits and place < 3 and coordinate < 4:
                slot, place = (12 if is_point else 0) + coordinate * 3 + place, place + 1
            slots.append(slot)
        return slots


def conversation(speller, turns):
    """Token ids with, per position: label, looks (question, answer), place and slot to be probed."""
    ids, answers, question_look, slots, places = [], [], [], [], {}

    def push(tokens, obj, is_answer, is_point=False):
        ids.extend(tokens)
        answers.extend([(is_answer, obj)] * len(tokens))
        question_look.extend([-1] * len(tokens))
        slots.extend(speller.slots(tokens, is_point))

    for _, question, answer, primary in turns:
        push([speller.user], None, False)
        for text, obj in question:
            numbers = [float(v) for v in NUMBER.findall(text)]
            push(speller.spell(text), None, False, len(numbers) == 2)
            if len(numbers) in (2, 4):
                places[len(ids) - 1] = tuple(numbers) if len(numbers) == 4 else tuple(numbers * 2)
            if obj is not None:
                question_look[-1] = obj
        push([speller.space], None, False)
        if primary is not None:
            question_look[-1] = primary
        push([speller.assistant], None, False)
        for text, obj in answer:
            push(speller.spell(text), obj, True, len(NUMBER.findall(text)) == 2)
        push([speller.eos], None, True)
    labels = [ids[i + 1] if i + 1 < len(ids) and answers[i + 1][0] else -100 for i in range(len(ids))]
    answer_look = [answers[i + 1][1] if labels[i] >= 0 and answers[i + 1][1] is not None else -1 for i in range(len(ids))]
    return ids, labels, question_look, answer_look, places, slots


def ask_turns(rng, objects, weights, multi_turn):
    """A conversation in one tongue: mostly one turn; then a pronoun's turn, or another question."""
    tongue = "zh" if rng.random() < 0.45 else "en"
    turns = [ask(rng, objects, weights, tongue) or ask(rng, objects, {"point": 1.0}, tongue) or ask(rng, objects, {"absent": 1.0}, tongue)]
    while rng.random() < multi_turn and len(turns) < 3:
        made = follow_up(rng, objects, TONGUES[tongue], turns[-1]) if rng.random() < 0.75 else None
        turns.append(made or ask(rng, objects, weights, tongue) or turns[0])
    return turns


def pack(rng, speller, scene, weights, budget, multi_turn=0.18):
    """One row; see the file header."""
    objects, found, targets = scene
    columns = [[] for _ in range(8)]
    places, group = [], 0
    while True:
        turns = ask_turns(rng, objects, weights, multi_turn)
        ids, labels, question_look, answer_look, spots, slots = conversation(speller, turns)
        if columns[0] and len(columns[0]) + len(ids) > budget:
            break
        start = len(columns[0])
        aim = lambda looks: [targets[i] if i >= 0 else -1 for i in looks]
        for column, values in zip(columns, (ids, labels, aim(question_look), aim(answer_look), slots,
                                            [group] * len(ids), list(range(CANDIDATES, CANDIDATES + len(ids))),
                                            [speller.class_of_word.get(t, -1) for t in ids])):
            column.extend(values)
        places += [(start + at, box) for at, box in spots.items()]
        group += 1
        if len(columns[0]) > budget - 25:
            break
    kinds = np.full(CANDIDATES, -2, np.int64)
    for o, t in zip(objects, targets):
        kinds[t] = o["class_id"]
    return found, columns, places, ranks(objects, targets), kinds


def ranks(objects, targets):
    """Per candidate: leftmost, rightmost, top, bottom, largest, smallest of its name, alone; -1 for no object."""
    table = np.full((CANDIDATES, 7), -1, np.float32)
    for o, t in zip(objects, targets):
        same = [p["box"] for p in objects if p["name"] == o["name"]]
        x, y, s = (lambda b: b[0] + b[2]), (lambda b: b[1] + b[3]), (lambda b: (b[2] - b[0]) * (b[3] - b[1]))
        b = o["box"]
        table[t] = [x(b) <= min(map(x, same)), x(b) >= max(map(x, same)), y(b) <= min(map(y, same)),
                    y(b) >= max(map(y, same)), s(b) >= max(map(s, same)), s(b) <= min(map(s, same)), len(same) == 1]
    return table


def collate(rows):
    # Few different lengths: every one costs the matrix library memory that it keeps.
    length = -(-max(len(r[1][0]) for r in rows) // 16) * 16
    n = len(rows)
    fills = (0, -100, -1, -1, -1, -1, CANDIDATES, -1)
    packed = [np.full((n, length), fill, np.int64) for fill in fills]
    for i, (_, columns, _, _, _) in enumerate(rows):
        for array, column in zip(packed, columns):
            array[i, : len(column)] = column
    found = {k: np.stack([r[0][k] for r in rows]) for k in rows[0][0]}
    spots = [(i, at) + tuple(box) for i, r in enumerate(rows) for at, box in r[2]]
    return found, packed, np.array(spots, np.float32).reshape(-1, 6), np.stack([r[3] for r in rows]), np.stack([r[4] for r in rows])
