"""Referring expressions: the ways in which words single out one object of a scene."""


def centre(o):
    return (o["box"][0] + o["box"][2]) / 2, (o["box"][1] + o["box"][3]) / 2


def extent(o):
    b = o["box"]
    return ((b[2] - b[0]) * (b[3] - b[1])) ** 0.5


def kinds_of(o, objects):
    """Ways to single out `o`: [(kind, with colour?, weight)], see words.py for the kinds."""
    same = [p for p in objects if p["name"] == o["name"]]
    alike = [p for p in same if p["colour"] == o["colour"]]
    found = []
    if len(same) == 1:
        found += [("plain", False, 3), ("plain", True, 3)]
        if o["size"]:
            found.append((o["size"], True, 1))
    elif len(alike) == 1:
        found.append(("plain", True, 4))
    for group, tinted in ((same, False), (alike, True)):
        if len(group) < 2 or (tinted and not o["colour"]):
            continue
        if o["size"] and sum(p["size"] == o["size"] for p in group) == 1:
            found.append((o["size"], tinted, 3))
        others = [p for p in group if p is not o]
        margin = 0.05
        cx, cy = centre(o)
        if all(cx < centre(p)[0] - margin for p in others):
            found.append(("left", tinted, 4))
        if all(cx > centre(p)[0] + margin for p in others):
            found.append(("right", tinted, 4))
        if all(cy < centre(p)[1] - margin for p in others):
            found.append(("top", tinted, 4))
        if all(cy > centre(p)[1] + margin for p in others):
            found.append(("bottom", tinted, 3))
        if all(extent(o) > extent(p) * 1.2 for p in others):
            found.append(("largest", tinted, 2))
        if all(extent(o) * 1.2 < extent(p) for p in others):
            found.append(("smallest", tinted, 1))
    return found


def pick_weighted(rng, pairs):
    return rng.choices([p[0] for p in pairs], [p[1] for p in pairs])[0]


def express(rng, tongue, o, objects, asked=True):
    """An expression of a question that singles out `o`, or None."""
    found = kinds_of(o, objects)
    if not found:
        return None
    kind, tinted = pick_weighted(rng, [((k, t), w) for k, t, w in found])
    words = pick_weighted(rng, tongue.kinds[kind]).format(tongue.spoken(rng, o, o["colour"] if tinted else None))
    return tongue.asked_for(rng, words) if asked else words


def unique_words(tongue, o, objects):
    """The one expression an answer writes for `o`: the first that fits of name, colour, size, place, rank."""
    found = {(kind, tinted) for kind, tinted, _ in kinds_of(o, objects)}
    for kind in ("plain", "small", "large", "left", "right", "top", "bottom", "largest", "smallest"):
        for tinted in (False, True) if kind == "plain" else (True, False):
            if (kind, tinted) in found and (not tinted or o["colour"] or kind == "plain" or (kind, False) not in found):
                return tongue.kinds[kind][0][0].format(tongue.noun(o) if tinted else tongue.noun({**o, "colour": None}))
    return None
