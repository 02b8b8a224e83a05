"""Questions and answers about a scene, in Shikra text, with what each piece of text is about.

A turn is `(task, question, answer)`; question and answer are lists of pieces
`(text, object index or None)`. In a question a piece with an object is a region written
as text; in an answer it is the words or the box of that object. Pieces begin with their
own space, so that tokenizing piece by piece equals tokenizing the joined text.
"""
from scenes import COLOURS, ICON_NAMES, NAMES, SHAPES, overlaps
from tokenizer import plural

PLURAL_ONLY = {"scissors", "glasses", "grapes", "cherries"}
REC_QUESTIONS = """Where is {}?|Where is {} in the image?|Where is {} in this picture?|Locate {}.|Find {}.|Point out {}.
Can you find {}?|Can you locate {} in the image?|Please find {}.|Please locate {}.|Give the box of {}.|Show me {}.
Give me the location of {}.|What is the location of {}?|What is the position of {}?|Mark {}.|Which region shows {}?
Can you point out {} in the image and give the coordinates of its location?|Where can I find {}?|Select {}.
Draw a box around {}.|I am looking for {}. Where is it?|Tell me where {} is.|Where do you see {}?|Find {} and give its box.
Help me find {}.|In this image, where is {}?|Provide the bounding box of {}.|Locate {} with a box.|{}|Could you show {}?
What are the coordinates of {}?|Point to {}.|Identify {} in the image.|Where's {}?|Can you see {}? Where is it?""".replace("\n", "|").split("|")
AT_QUESTIONS = """What is at {}?|What is at {}?|What's at {}?|What is this {}?|What do you see at {}?|What is the object at {}?
Which object is at {}?|Name the object at {}.|What is shown at {}?|Identify {}.|What thing is at {}?|Tell me what is at {}.
What is the name of the object at {}?|Describe the object at {}.|What is located at {}?""".replace("\n", "|").split("|")
IN_QUESTIONS = """What is in {}?|What is in {}?|What is {}?|What is in the region {}?|What is inside {}?|What does {} show?
Describe {}.|Describe the region {}.|What is in the box {}?|What object is in {}?|Name the object in {}.|What is this {}?
Give a short description of {}.|What do you see in {}?|Which object is in the region {}?|What can you see in {}?
Tell me what is in {}.|Can you give me a description of the region {} in the image?|What's in {}?|Identify {}.""".replace("\n", "|").split("|")
ALL_QUESTIONS = """Find all {}.|Where are the {}?|Locate all {}.|Show all {}.|Point out all the {}.|Find every one of the {}.
Mark all {}.|Locate the {}.|Where are all the {}?|Show me all {} in the image.|Give the boxes of all {}.""".replace("\n", "|").split("|")
COUNT_QUESTIONS = """How many {} are there?|How many {} are in the image?|Count the {}.|How many {} do you see?
How many {} can you see?|What is the number of {}?|How many {}?""".replace("\n", "|").split("|")
EXIST_QUESTIONS = """Is there {}?|Is there {} in the image?|Do you see {}?|Can you see {} in the picture?
Does the image show {}?|Is {} in the image?|Does this picture contain {}?""".replace("\n", "|").split("|")
RELATION_QUESTIONS = """Where is {} relative to {}?|What is the relation of {} to {}?|How is {} located relative to {}?
Where is {} compared with {}?|Describe where {} is relative to {}.""".replace("\n", "|").split("|")
CAPTION_QUESTIONS = """Describe the image with boxes.|Describe the image and give the box of each object.|Describe the picture with boxes.
What is in the image? Give boxes.|List all objects with their boxes.|Describe the image.|Give a short description of the image with boxes.
Provide a description of the image and include the coordinates for each mentioned object.|What do you see?""".replace("\n", "|").split("|")


def decimal(value):
    """`.123` of `0.123`, clamped so that a coordinate always begins with 0."""
    return f"{min(999, max(0, round(value * 1000))):03d}"


def coordinates(values):
    return ",".join("0." + decimal(v) for v in values)


def noun(o):
    return f"{o['colour']} {o['name']}" if o["colour"] else o["name"]


def with_article(words, name):
    if name in PLURAL_ONLY:
        return words
    return ("an " if words[0] in "aeiou" else "a ") + words


def there_is_no(words, name):
    return f"there are no {words}" if name in PLURAL_ONLY else f"there is no {words}"


def full_name(o):
    words = f"{o['size']} {noun(o)}" if o["size"] else noun(o)
    return with_article(words, o["name"])


def centre(o):
    return (o["box"][0] + o["box"][2]) / 2, (o["box"][1] + o["box"][3]) / 2


def extent(o):
    b = o["box"]
    return ((b[2] - b[0]) * (b[3] - b[1])) ** 0.5


def expressions(o, objects):
    """Referring expressions (without article) that single out `o`, with a weight each."""
    same = [p for p in objects if p["name"] == o["name"]]
    alike = [p for p in same if p["colour"] == o["colour"]]
    found = []
    if len(same) == 1:
        found += [(o["name"], 3), (noun(o), 3)]
        if o["size"]:
            found.append((f"{o['size']} {noun(o)}", 1))
    elif len(alike) == 1:
        found.append((noun(o), 4))
    for group, words in ((same, o["name"]), (alike, noun(o))):
        if len(group) < 2 or (group is alike and not o["colour"]):
            continue
        if o["size"] and sum(p["size"] == o["size"] for p in group) == 1:
            found.append((f"{o['size']} {words}", 3))
        others = [p for p in group if p is not o]
        margin = 0.05
        cx, cy = centre(o)
        if all(cx < centre(p)[0] - margin for p in others):
            found += [(f"{words} on the left", 2), (f"leftmost {words}", 1), (f"left {words}", 1)]
        if all(cx > centre(p)[0] + margin for p in others):
            found += [(f"{words} on the right", 2), (f"rightmost {words}", 1), (f"right {words}", 1)]
        if all(cy < centre(p)[1] - margin for p in others):
            found += [(f"{words} at the top", 2), (f"topmost {words}", 1), (f"upper {words}", 1), (f"highest {words}", 0.5)]
        if all(cy > centre(p)[1] + margin for p in others):
            found += [(f"{words} at the bottom", 2), (f"lowest {words}", 1), (f"lower {words}", 1)]
        if all(extent(o) > extent(p) * 1.2 for p in others):
            found += [(f"largest {words}", 1), (f"biggest {words}", 1)]
        if all(extent(o) * 1.2 < extent(p) for p in others):
            found.append((f"smallest {words}", 1))
    return found


def pick_weighted(rng, pairs):
    return rng.choices([p[0] for p in pairs], [p[1] for p in pairs])[0]


def hand_drawn(rng, box):
    """A box as a person would draw it around the object."""
    w, h = box[2] - box[0], box[3] - box[1]
    s = rng.choice([0.0, 0.03, 0.07])
    return tuple(min(0.999, max(0.0, v + rng.gauss(0, s) * side)) for v, side in zip(box, (w, h, w, h)))


def region(rng, template, *mentions):
    """Fills the `{}` of a question template with region texts: pieces."""
    parts = template.split("{}")
    pieces = [(" " + parts[0].strip(), None)] if parts[0].strip() else []
    for (text, index), after in zip(mentions, parts[1:]):
        pieces.append(((" " if rng.random() < 0.85 else "") + "[" + text + "]", index))
        if after:
            pieces.append((after.rstrip() if after.endswith(" ") else after, None))
    return pieces


def plain(text):
    return [(" " + text, None)]


def boxes(objects, indexes):
    pieces = []
    for position, i in enumerate(indexes):
        pieces.append(((";" if position else " [") + coordinates(objects[i]["box"]), i))
    return pieces + [("]", indexes[-1])]


def rec(rng, objects):
    i = rng.randrange(len(objects))
    found = expressions(objects[i], objects)
    if not found:
        return None
    words = pick_weighted(rng, found)
    article = "the " if rng.random() < 0.85 or words.split()[0].endswith("st") else ("" if rng.random() < 0.5 else with_article(words, words)[: -len(words)])
    question = rng.choice(REC_QUESTIONS).format(article + words)
    return plain(question), [(" the " + noun(objects[i]), i)] + boxes(objects, [i]), i


def point(rng, objects):
    if rng.random() < 0.12:
        for _ in range(20):
            x, y = rng.random(), rng.random()
            if not overlaps((x - 0.05, y - 0.05, x + 0.05, y + 0.05), [o["box"] for o in objects], 0.0):
                return region(rng, rng.choice(AT_QUESTIONS), (coordinates((x, y)), None)), plain("there is nothing here."), None
    i = rng.randrange(len(objects))
    b = objects[i]["box"]
    x = b[0] + (b[2] - b[0]) * rng.uniform(0.12, 0.88)
    y = b[1] + (b[3] - b[1]) * rng.uniform(0.12, 0.88)
    if any(p is not objects[i] and p["box"][0] < x < p["box"][2] and p["box"][1] < y < p["box"][3] for p in objects):
        return None
    return region(rng, rng.choice(AT_QUESTIONS), (coordinates((x, y)), i)), [(" " + full_name(objects[i]), i)], i


def boxed(rng, objects):
    i = rng.randrange(len(objects))
    return (region(rng, rng.choice(IN_QUESTIONS), (coordinates(hand_drawn(rng, objects[i]["box"])), i)),
            [(" " + full_name(objects[i]), i)], i)


def group_of(rng, objects):
    """Words in the plural and the objects they mean, left to right; maybe none."""
    o = rng.choice(objects)
    if rng.random() < 0.2:
        o = {"name": rng.choice(ICON_NAMES + SHAPES * 8), "colour": None}
    colour = o["colour"] if o["colour"] and rng.random() < 0.4 else None
    indexes = [i for i, p in enumerate(objects) if p["name"] == o["name"] and (not colour or p["colour"] == colour)]
    indexes.sort(key=lambda i: centre(objects[i])[0])
    name = (colour + " " if colour else "") + o["name"]
    return name, (colour + " " if colour else "") + plural(o["name"]), indexes


def find_all(rng, objects):
    name, many, indexes = group_of(rng, objects)
    question = plain(rng.choice(ALL_QUESTIONS).format(many))
    if not indexes:
        return question, plain(f"there are no {many}."), None
    return question, [(" the " + (many if len(indexes) > 1 else name), indexes[0])] + boxes(objects, indexes), None


def count(rng, objects):
    name, many, indexes = group_of(rng, objects)
    question = plain(rng.choice(COUNT_QUESTIONS).format(many))
    if not indexes:
        return question, plain(f"there are no {many}."), None
    words = f"there is 1 {name}" if len(indexes) == 1 else f"there are {len(indexes)} {many}"
    return question, plain(words) + boxes(objects, indexes), None


def missing(rng, objects):
    """Words for something the scene does not show."""
    for _ in range(20):
        if rng.random() < 0.4:
            name, colour = rng.choice(SHAPES), rng.choice(COLOURS)
            if not any(o["name"] == name and o["colour"] == colour for o in objects):
                return f"{colour} {name}", name
        name = rng.choice(NAMES)
        if not any(o["name"] == name for o in objects):
            return name, name
    return None


def exist_question(rng, words, name):
    question = rng.choice(EXIST_QUESTIONS).format(with_article(words, name))
    return plain(question.replace("Is ", "Are ", 1) if name in PLURAL_ONLY else question)


def exist(rng, objects):
    if rng.random() < 0.5:
        gone = missing(rng, objects)
        if not gone:
            return None
        words, name = gone
        return exist_question(rng, words, name), plain(f"no, {there_is_no(words, name)}."), None
    i = rng.randrange(len(objects))
    o = objects[i]
    alike = [p for p in objects if p["name"] == o["name"] and p["colour"] == o["colour"]]
    if len(alike) > 1:
        return None
    question = exist_question(rng, noun(o), o["name"])
    return question, plain("yes,") + [(" the " + noun(o), i)] + boxes(objects, [i]), i


def absent(rng, objects):
    gone = missing(rng, objects)
    if not gone:
        return None
    return plain(rng.choice(REC_QUESTIONS).format("the " + gone[0])), plain(there_is_no(*gone) + "."), None


def relation(rng, objects):
    if len(objects) < 2:
        return None
    i, j = rng.sample(range(len(objects)), 2)
    (ax, ay), (bx, by) = centre(objects[i]), centre(objects[j])
    dx, dy = ax - bx, ay - by
    if max(abs(dx), abs(dy)) < 1.3 * min(abs(dx), abs(dy)) or max(abs(dx), abs(dy)) < 0.06:
        return None
    words = ("to the left of" if dx < 0 else "to the right of") if abs(dx) > abs(dy) else ("above" if dy < 0 else "below")
    a, b = (coordinates(hand_drawn(rng, objects[k]["box"])) for k in (i, j))
    verb = "are" if objects[i]["name"] in PLURAL_ONLY else "is"
    return (region(rng, rng.choice(RELATION_QUESTIONS), (a, i), (b, j)),
            [(" the " + noun(objects[i]), i), (f" {verb} {words}", None), (" the " + noun(objects[j]), j)], None)


def caption(rng, objects):
    order = sorted(range(len(objects)), key=lambda i: centre(objects[i])[0])
    pieces = []
    for position, i in enumerate(order):
        if position:
            pieces.append((" and" if position == len(order) - 1 else ",", None))
        pieces += [(" " + full_name(objects[i]), i)] + boxes(objects, [i])
    return plain(rng.choice(CAPTION_QUESTIONS)), pieces + [(".", None)], None


MAKERS = {"rec": rec, "point": point, "box": boxed, "all": find_all, "count": count, "exist": exist,
          "absent": absent, "relation": relation, "caption": caption}
FIRST_WEIGHTS = {"rec": 0.5, "point": 0.28, "box": 0.22}
ALL_WEIGHTS = {"rec": 0.28, "point": 0.15, "box": 0.10, "all": 0.08, "count": 0.08, "exist": 0.08,
               "absent": 0.11, "relation": 0.07, "caption": 0.05}


def ask(rng, objects, weights):
    """One turn about a scene; tries again when a task does not fit it."""
    while True:
        task = rng.choices(list(weights), list(weights.values()))[0]
        made = MAKERS[task](rng, objects)
        if made:
            return (task,) + made


def text_of(pieces):
    return "".join(text for text, _ in pieces).strip()
