"""Questions and answers about a scene, in Shikra text, with what each piece of text is about.

A turn is `(task, question, answer, aim)`; question and answer are lists of pieces
`(text, object index or None)`: a region written as text, or the words or the box of that object.
Pieces begin with their own space, so that tokenizing piece by piece equals tokenizing the
joined text. `aim` is the object an answer is about, when it is one.
"""
import math

from classes import COLOURS, ICON_NAMES, NAMES, SHAPES
from expressions import centre, express, extent, pick_weighted, unique_words
from scenes import overlaps
from tongues import OPPOSITE, SIDES, TONGUES


def decimal(value):
    """`.123` of `0.123`, clamped so that a coordinate always begins with 0."""
    return f"{min(999, max(0, round(value * 1000))):03d}"


def coordinates(values):
    return ",".join("0." + decimal(v) for v in values)


def hand_drawn(rng, box):
    """A box as a person would draw it around the object."""
    w, h = box[2] - box[0], box[3] - box[1]
    s = rng.choice([0.0, 0.03, 0.07])
    return tuple(min(0.999, max(0.0, v + rng.gauss(0, s) * side)) for v, side in zip(box, (w, h, w, h)))


def fill(rng, template, *mentions):
    """Fills the `{}` of a question template: pieces. A mention is (text, object or None, is a region)."""
    parts = template.split("{}")
    pieces = [(" " + parts[0].rstrip(), None)] if parts[0].strip() else []
    spaced = not parts[0] or parts[0].endswith(" ")
    for (text, index, is_region), after in zip(mentions, parts[1:]):
        if is_region:
            text = "[" + text + "]"
            space = " " if (rng.random() < 0.85 and (spaced or not pieces)) else ""
        else:
            space = " " if spaced or not pieces else ""
        pieces.append(((space if pieces else " ") + text, index))
        spaced = after.endswith(" ")
        if after.rstrip():
            pieces.append((after.rstrip(), None))
    return pieces


def plain(text):
    return [(" " + text, None)]


def region_of(rng, o, index):
    return coordinates(hand_drawn(rng, o["box"])), index, True


def boxes(objects, indexes):
    pieces = []
    for position, i in enumerate(indexes):
        pieces.append(((";" if position else " [") + coordinates(objects[i]["box"]), i))
    return pieces + [("]", indexes[-1])]


def rec(rng, objects, t):
    i = rng.randrange(len(objects))
    words = express(rng, t, objects[i], objects)
    if not words:
        return None
    return plain(rng.choice(t.asks["rec"]).format(words)), [(t.named(objects[i]), i)] + boxes(objects, [i]), i


def aim(rng, objects, t):
    """The answer is a point: the centre of the object's box."""
    i = rng.randrange(len(objects))
    words = express(rng, t, objects[i], objects)
    if not words:
        return None
    return (plain(rng.choice(t.asks["aim"]).format(words)),
            [(t.named(objects[i]), i), (" [" + coordinates(centre(objects[i])), i), ("]", i)], i)


def point(rng, objects, t):
    question = rng.choice(t.asks["point"])
    if rng.random() < 0.12:
        for _ in range(20):
            x, y = rng.random(), rng.random()
            if not overlaps((x - 0.05, y - 0.05, x + 0.05, y + 0.05), [o["box"] for o in objects], 0.0):
                return fill(rng, question, (coordinates((x, y)), None, True)), [(t.nothing_here, None)], None
    i = rng.randrange(len(objects))
    b = objects[i]["box"]
    x, y = b[0] + (b[2] - b[0]) * rng.uniform(0.12, 0.88), b[1] + (b[3] - b[1]) * rng.uniform(0.12, 0.88)
    if any(p is not objects[i] and p["box"][0] < x < p["box"][2] and p["box"][1] < y < p["box"][3] for p in objects):
        return None
    return fill(rng, question, (coordinates((x, y)), i, True)), [(t.full(objects[i]), i)], i


def boxed(rng, objects, t):
    i = rng.randrange(len(objects))
    return fill(rng, rng.choice(t.asks["box"]), region_of(rng, objects[i], i)), [(t.full(objects[i]), i)], i


def reg(rng, objects, t):
    i = rng.randrange(len(objects))
    words = unique_words(t, objects[i], objects)
    if not words:
        return None
    return fill(rng, rng.choice(t.asks["reg"]), region_of(rng, objects[i], i)), [(" " + t.the(words), i)], i


def group_of(rng, objects):
    """One thing as (object, colour or None) and the indexes of all that it means, left to right; maybe none."""
    o = rng.choice(objects)
    if rng.random() < 0.2:
        o = {"name": rng.choice(ICON_NAMES + SHAPES * 8), "colour": None}
    colour = o["colour"] if o["colour"] and rng.random() < 0.4 else None
    indexes = [i for i, p in enumerate(objects) if p["name"] == o["name"] and (not colour or p["colour"] == colour)]
    return o, colour, sorted(indexes, key=lambda i: centre(objects[i])[0])


def find_all(rng, objects, t):
    o, colour, indexes = group_of(rng, objects)
    question = plain(rng.choice(t.asks["all"]).format(t.spoken_many(rng, o, colour)))
    if not indexes:
        return question, [(t.none_of(t.many(o, colour), o), None)], None
    return question, [(t.named_all(o, colour, len(indexes)), indexes[0])] + boxes(objects, indexes), None


def count(rng, objects, t):
    o, colour, indexes = group_of(rng, objects)
    question = plain(rng.choice(t.asks["count"]).format(t.spoken_many(rng, o, colour)))
    if not indexes:
        return question, [(t.none_of(t.many(o, colour), o), None)], None
    return question, [(t.counted(o, colour, len(indexes)), None)] + boxes(objects, indexes), None


def steps(rng, objects, t):
    """Counting with boxes first, the number last."""
    o, colour, indexes = group_of(rng, objects)
    question = plain(rng.choice(t.asks["steps"]).format(t.spoken_many(rng, o, colour)))
    if not indexes:
        return question, [(t.none_of(t.many(o, colour), o), None)], None
    return (question, [(t.named_all(o, colour, len(indexes)), indexes[0])] + boxes(objects, indexes)
            + [(t.so_counted(o, colour, len(indexes)), None)], None)


def missing(rng, objects):
    """Something the scene does not show: an object without a place."""
    for _ in range(20):
        if rng.random() < 0.3:
            name, colour = rng.choice(SHAPES), rng.choice(COLOURS)
            if not any(o["name"] == name and o["colour"] == colour for o in objects):
                return {"name": name, "colour": colour}
        name = rng.choice(NAMES)
        if not any(o["name"] == name for o in objects):
            return {"name": name, "colour": None}
    return None


def exist_question(rng, t, words, o):
    question = rng.choice(t.asks["exist"]).format(t.a(words, o))
    return plain(question.replace("Is ", "Are ", 1) if question.startswith("Is ") and t.a(words, o) == words else question)


def exist(rng, objects, t):
    if rng.random() < 0.5:
        gone = missing(rng, objects)
        if not gone:
            return None
        return exist_question(rng, t, t.spoken(rng, gone, gone["colour"]), gone), [(t.no_exist(t.noun(gone), gone), None)], None
    i = rng.randrange(len(objects))
    o = objects[i]
    if sum(p["name"] == o["name"] and p["colour"] == o["colour"] for p in objects) > 1:
        return None
    question = exist_question(rng, t, t.spoken(rng, o, o["colour"]), o)
    return question, [(t.yes, None), (t.named(o) if t.code == "en" else t.noun(o), i)] + boxes(objects, [i]), i


def absent(rng, objects, t):
    gone = missing(rng, objects)
    if not gone:
        return None
    words = t.asked_for(rng, t.spoken(rng, gone, gone["colour"]))
    return plain(rng.choice(t.asks["rec"]).format(words)), [(t.absent(t.noun(gone), gone), None)], None


def stranger(rng, t):
    """A word that names nothing known: letters, or rare characters."""
    if t.code == "zh" and rng.random() < 0.8:
        return "".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(rng.randint(1, 3)))
    syllable = lambda: rng.choice("bcdfghklmnprstvwz") + rng.choice("aeiou") + rng.choice(["", "", "n", "r", "st", "ck", "m", "l"])
    return "".join(syllable() for _ in range(rng.randint(1, 4)))


def unknown(rng, objects, t):
    """Asked for something no word of ours names."""
    words, o = stranger(rng, t), {"name": "thing"}
    task = rng.choice(["rec", "exist", "all", "count"])
    if task == "exist":
        question = exist_question(rng, t, words, o)
    else:
        question = plain(rng.choice(t.asks[task]).format(t.asked_for(rng, words) if task == "rec" else words + ("s" if t.code == "en" else "")))
    return question, [(t.no_such_thing, None)], None


def side_of(a, b):
    """On which side of `b` `a` lies, or None when that is not clear."""
    (ax, ay), (bx, by) = centre(a), centre(b)
    dx, dy = ax - bx, ay - by
    if max(abs(dx), abs(dy)) < 1.3 * min(abs(dx), abs(dy)) or max(abs(dx), abs(dy)) < 0.06:
        return None
    return ("left" if dx < 0 else "right") if abs(dx) > abs(dy) else ("above" if dy < 0 else "below")


def relation(rng, objects, t):
    if len(objects) < 2:
        return None
    i, j = rng.sample(range(len(objects)), 2)
    side = side_of(objects[i], objects[j])
    if not side:
        return None
    answer = [(text, (i, j)[which] if which is not None else None) for text, which in t.relation(objects[i], side, objects[j])]
    return fill(rng, rng.choice(t.asks["relation"]), region_of(rng, objects[i], i), region_of(rng, objects[j], j)), answer, None


def mention(rng, t, objects, i):
    """An object of a question with several: by words when words single it out, else by its region."""
    words = express(rng, t, objects[i], objects) if rng.random() < 0.7 else None
    return (words, i, False) if words else region_of(rng, objects[i], i)


def whether(rng, objects, t):
    """Is a to the left of b? Yes or no, and how it is."""
    if len(objects) < 2:
        return None
    i, j = rng.sample(range(len(objects)), 2)
    side = side_of(objects[i], objects[j])
    if not side:
        return None
    asked = side if rng.random() < 0.5 else OPPOSITE[side] if rng.random() < 0.6 else rng.choice(SIDES)
    parts = {"a": mention(rng, t, objects, i), "b": mention(rng, t, objects, j), "side": (t.sides[asked], None, False)}
    question = fill(rng, rng.choice(t.asks["whether"]), *(parts[p] for p in t.whether_order))
    answer = [(text, (i, j)[which] if which is not None else None) for text, which in t.whether_answer(asked == side, objects[i], side, objects[j])]
    return question, answer, None


def compare(rng, objects, t):
    """Which of two is larger, or smaller, or closer to a third."""
    closer = len(objects) > 2 and rng.random() < 0.35
    chosen = rng.sample(range(len(objects)), 3 if closer else 2) if len(objects) > 1 else None
    if not chosen:
        return None
    if closer:
        to, i, j = chosen
        far = lambda k: math.dist(centre(objects[k]), centre(objects[to]))
        if max(far(i), far(j)) < 1.3 * min(far(i), far(j)):
            return None
        best, task, listed = (i if far(i) < far(j) else j), "closer", (to, i, j)
    else:
        i, j = listed = chosen
        task = rng.choice(["larger", "smaller"])
        if max(extent(objects[i]), extent(objects[j])) < 1.2 * min(extent(objects[i]), extent(objects[j])):
            return None
        best = max(chosen, key=lambda k: extent(objects[k]) * (1 if task == "larger" else -1))
    question = fill(rng, rng.choice(t.asks[task]), *(mention(rng, t, objects, k) for k in listed))
    return question, [(t.named(objects[best]), best)] + boxes(objects, [best]), best


def neighbour(objects, i, side):
    """The nearest object on that side of object `i`: its index, None for nobody, or "unclear"."""
    (x, y), found = centre(objects[i]), []
    for k, p in enumerate(objects):
        dx, dy = centre(p)[0] - x, centre(p)[1] - y
        along, across = {"left": (-dx, dy), "right": (dx, dy), "above": (-dy, dx), "below": (dy, dx)}[side]
        if k != i and along > 0.02 and abs(across) < 1.15 * along:
            found.append((math.hypot(dx, dy), abs(across) > 0.85 * along, k))
    found.sort()
    if not found:
        return None
    if found[0][1] or (len(found) > 1 and found[1][0] < 1.12 * found[0][0]):
        return "unclear"
    return found[0][2]


def beside_answer(objects, t, i, side):
    k = neighbour(objects, i, side)
    if k == "unclear":
        return None
    return ([(t.nothing_beside(side), None)], None) if k is None else ([(t.named(objects[k]), k)] + boxes(objects, [k]), k)


def beside(rng, objects, t):
    """What is to the left of the dog? The nearest there, or nothing."""
    i, side = rng.randrange(len(objects)), rng.choice(SIDES)
    answer = beside_answer(objects, t, i, side)
    if not answer or (answer[1] is None and rng.random() < 0.5):
        return None
    parts = {"a": mention(rng, t, objects, i), "side": (t.sides[side], None, False)}
    return (fill(rng, rng.choice(t.asks["beside"]), *(parts[p] for p in t.beside_order)),) + answer


def attribute(rng, objects, t):
    """Colour of a shape, size of anything."""
    i = rng.randrange(len(objects))
    task = "colour" if objects[i]["colour"] and rng.random() < 0.7 else "size"
    if task == "colour" and objects[i]["name"] not in SHAPES:
        return None
    said = {**objects[i], "colour": None} if task == "colour" else objects[i]
    if rng.random() < 0.5 and sum(p["name"] == said["name"] for p in objects) == 1:
        about = (t.asked_for(rng, t.spoken(rng, said, None)), i, False)
    else:
        about = region_of(rng, objects[i], i)
    answer = t.colour_is(objects[i]) if task == "colour" else t.size_is(objects[i])
    return fill(rng, rng.choice(t.asks[task]), about), [(answer, i)], i


def caption(rng, objects, t):
    order = sorted(range(len(objects)), key=lambda i: centre(objects[i])[0])
    pieces = []
    for position, i in enumerate(order):
        if position:
            pieces.append((t.comma_and if position == len(order) - 1 else t.comma, None))
        words = t.full(objects[i])
        pieces += [(words.strip() if position and t.code == "zh" else words, i)] + boxes(objects, [i])
    return plain(rng.choice(t.asks["caption"])), pieces + [(t.stop, None)], None


def follow_up(rng, objects, t, first):
    """A second turn about the object the first was about, by a pronoun; None when there is none."""
    task, i = first[0], first[3]
    if i is None:
        return None
    o = objects[i]
    options = {"its_size": 1.0, "its_side": 3.0, "more": 1.5}
    if o["colour"]:
        options["its_colour"] = 1.5
    if task in ("point", "box", "reg", "attribute", "aim"):
        options["it"] = 4.0
    asked = pick_weighted(rng, list(options.items()))
    question = rng.choice(t.asks[asked])
    if asked == "it":
        return asked, [(" " + question, i)], [(t.named(o), i)] + boxes(objects, [i]), i
    if asked == "its_colour":
        return asked, [(" " + question, i)], [(t.colour_is(o), i)], i
    if asked == "its_size":
        return asked, [(" " + question, i)], [(t.size_is(o), i)], i
    if asked == "its_side":
        side = rng.choice(SIDES)
        made = beside_answer(objects, t, i, side)
        if not made or (made[1] is None and rng.random() < 0.6):
            return None
        return (asked, fill(rng, question, (t.bare_sides[side], i, False))) + made
    others = [k for k, p in enumerate(objects) if k != i and p["name"] == o["name"] and p["colour"] == o["colour"]]
    others.sort(key=lambda k: centre(objects[k])[0])
    if not others:
        return asked, [(" " + question, i)], [(t.only_one(o), i)], None
    return asked, [(" " + question, i)], [(t.others(o, len(others)), others[0])] + boxes(objects, others), None


MAKERS = {"rec": rec, "aim": aim, "point": point, "box": boxed, "reg": reg, "all": find_all, "count": count, "steps": steps,
          "exist": exist, "absent": absent, "unknown": unknown, "relation": relation, "whether": whether, "compare": compare,
          "beside": beside, "attribute": attribute, "caption": caption}
FIRST_WEIGHTS = {"rec": 0.5, "point": 0.28, "box": 0.22}
ALL_WEIGHTS = {"rec": 0.18, "aim": 0.05, "point": 0.10, "box": 0.07, "reg": 0.06, "all": 0.06, "count": 0.06, "steps": 0.03, "exist": 0.06,
               "absent": 0.07, "unknown": 0.02, "relation": 0.12, "whether": 0.10, "compare": 0.11, "beside": 0.10, "attribute": 0.03,
               "caption": 0.04}


def ask(rng, objects, weights, tongue="en"):
    """One turn about a scene; tries again when a task does not fit it, and gives None when none of forty did."""
    t = TONGUES[tongue]
    for _ in range(40):
        task = rng.choices(list(weights), list(weights.values()))[0]
        made = MAKERS[task](rng, objects, t)
        if made:
            return (task,) + made
    return None


def text_of(pieces):
    return "".join(text for text, _ in pieces).strip()


