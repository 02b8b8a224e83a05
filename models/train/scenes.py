"""Composes scenes: icons and coloured shapes on drawn backgrounds, with the truth about them.

A scene is `(pixels, objects)`: uint8 [SIDE, SIDE, 3] and a list of dicts
`{name, colour, size, class_id, colour_id, box, hidden}`; `box` is normalized xyxy of the whole
object in the original image (whose aspect ratio the square network input squashes away), `hidden`
the share of it that later objects cover, at most MOST_HIDDEN. Everything is a function of the
`random.Random` passed in. What is drawn how is in sprites.py.
"""
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from classes import CLASS_ID, COLOURS, LARGE_FROM, NEW_COMBINATIONS, NO_COLOUR, SHAPES, SMALL_TO
from sprites import draw_shape

SIDE = 256
MOST_HIDDEN = 0.25
MOST_OBJECTS = 12


def size_word(box):
    """`small`, `large`, or None for the sizes people would not name."""
    extent = math.sqrt(max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1]))
    return "small" if extent < SMALL_TO else "large" if extent > LARGE_FROM else None


def draw_background(rng):
    """Flat, gradient, noisy, ruled, hilly or cluttered; about half of them pale."""
    noise_source = np.random.default_rng(rng.getrandbits(32))
    corners = noise_source.integers(0, 256, (2, 2, 3)).astype(np.float32)
    if rng.random() < 0.25:
        corners[:] = corners[0, 0]
    if rng.random() < 0.5:
        corners = corners * 0.3 + 175
    pixels = np.asarray(Image.fromarray(corners.astype(np.uint8)).resize((SIDE, SIDE), Image.BILINEAR), np.float32)
    if rng.random() < 0.4:
        cells = rng.choice([8, 16, 32, 64])
        noise = noise_source.normal(0, rng.uniform(3, 22), (cells, cells, 3))
        noise = Image.fromarray(np.clip(noise + 128, 0, 255).astype(np.uint8)).resize((SIDE, SIDE), Image.BICUBIC)
        pixels = pixels + np.asarray(noise, np.float32) - 128
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image, "RGBA")
    shade = lambda low, high: tuple(rng.randint(0, 255) for _ in range(3)) + (rng.randint(low, high),)
    if rng.random() < 0.12:  # ruled, or squared paper, or boards
        tint, step = shade(20, 120), rng.randint(8, 60)
        across, along = rng.random() < 0.75, rng.random() < 0.5
        for at in range(rng.randint(0, step), SIDE, step):
            if across:
                draw.line((0, at, SIDE, at), fill=tint, width=rng.choice([1, 1, 2]))
            if along:
                draw.line((at, 0, at, SIDE), fill=tint)
    if rng.random() < 0.35:
        for _ in range(rng.randint(1, 5)):
            tint = shade(30, 160)
            x, y = rng.uniform(-0.3, 1) * SIDE, rng.uniform(-0.2, 1) * SIDE
            w, h = rng.uniform(0.4, 2.2) * SIDE, rng.uniform(0.3, 1.2) * SIDE
            if rng.random() < 0.5:
                draw.ellipse((x, y, x + w, y + h), fill=tint)
            else:
                draw.rectangle((-1, y, SIDE + 1, SIDE + 1), fill=tint)
    if rng.random() < 0.2:  # clutter: strokes, specks and blades that are no objects
        for _ in range(rng.randint(4, 30)):
            x, y, reach = rng.uniform(0, SIDE), rng.uniform(0, SIDE), rng.uniform(2, 40)
            turn = rng.uniform(0, 2 * math.pi)
            draw.line((x, y, x + reach * math.cos(turn), y + reach * math.sin(turn)), fill=shade(20, 120), width=rng.choice([1, 1, 2, 3]))
    return image


def pick_extent(rng):
    """Longest side of an object as a fraction of the image, 4 to 60 %; most are between 9 and 40 %."""
    r = rng.random()
    low, high = (0.04, 0.09) if r < 0.05 else (0.09, 0.16) if r < 0.40 else (0.16, 0.26) if r < 0.62 else (0.26, 0.42) if r < 0.95 else (0.42, 0.60)
    return rng.uniform(low, high)


def pick_count(rng):
    """1 to 12 objects, mostly fewer than nine."""
    return rng.randint(1, 8) if rng.random() < 0.85 else rng.randint(9, MOST_OBJECTS)


def pick_aspect(rng):
    """Square root of width / height of the original image: square to 3 : 1 either way."""
    r = rng.random()
    return 1.0 if r < 0.35 else math.sqrt(2.0 ** rng.uniform(-1, 1)) if r < 0.9 else math.sqrt(3.0 ** rng.uniform(-1, 1))


def overlap_area(a, b):
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def overlaps(box, others, slack):
    """True when `box` shares more than `slack` of the smaller area with any other."""
    for other in others:
        area = min((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
        if overlap_area(box, other) > slack * area:
            return True
    return False


def pick_combination(rng, shapes, new):
    """A shape and a colour; those of NEW_COMBINATIONS never in training (`new` False), every second time in their split."""
    if new and rng.random() < 0.5:
        return rng.choice(NEW_COMBINATIONS)
    while True:
        pair = (rng.choice(shapes), rng.choice(COLOURS))
        if new or pair not in NEW_COMBINATIONS:
            return pair


def choose_contents(rng, labels, count, new=False, shapes=SHAPES):
    """What the objects of one scene are: [(name, colour or None)], classes repeat often."""
    favourite = rng.choice(labels)
    shape_favourite = rng.choice(shapes)
    shape_share = 0.6 if new else 0.24
    contents = []
    for _ in range(count):
        if rng.random() < shape_share:
            contents.append(pick_combination(rng, shapes if rng.random() < 0.7 else [shape_favourite], new))
        else:
            contents.append((rng.choice(labels) if rng.random() < 0.68 else favourite, None))
    return contents


def describe(name, colour, box, hidden=0.0):
    return {
        "name": name, "colour": colour, "size": size_word(box), "box": box, "hidden": hidden,
        "class_id": CLASS_ID[name], "colour_id": COLOURS.index(colour) if colour else NO_COLOUR,
    }


def place(rng, extent, shape, aspect, boxes, crowded):
    """A free spot for an object of `shape` (width, height in any unit) in pixels: (x, y, w, h), or None."""
    for attempt in range(6):
        scale = extent * SIDE / max(shape) * (0.85**attempt)
        w = max(8, min(SIDE - 4, round(shape[0] * scale / aspect)))
        h = max(8, min(SIDE - 4, round(shape[1] * scale * aspect)))
        x, y = rng.randint(0, SIDE - w), rng.randint(0, SIDE - h)
        box = (x / SIDE, y / SIDE, (x + w) / SIDE, (y + h) / SIDE)
        if not crowded:
            if not overlaps(box, boxes, 0.08):
                return x, y, w, h
            continue
        # In crowded scenes a newer object may cover a part of an older one, never most of a small one.
        covered = all(overlap_area(box, b) <= MOST_HIDDEN * (b[2] - b[0]) * (b[3] - b[1]) for b in boxes)
        if covered and not overlaps(box, boxes, 0.35):
            return x, y, w, h
    return None


def compose(rng, bank, count=None, strength=1.0, new=False, aspect=None, shapes=SHAPES):
    """One scene of `count` objects (1-12 by default; fewer when they do not fit).

    `aspect` is the square root of width / height of the original, drawn here when not given;
    `strength` scales the changes of drawing style (0: icons as they are); `new` draws the
    combinations of colour and shape that training never shows.
    """
    image = draw_background(rng)
    aspect = aspect or pick_aspect(rng)
    crowded = rng.random() < 0.3
    placed, boxes = [], []
    for name, colour in choose_contents(rng, bank.labels, count or pick_count(rng), new, shapes):
        sprite = draw_shape(rng, name, colour) if colour else bank.pick(rng, name, strength)
        spot = place(rng, pick_extent(rng), sprite.size, aspect, boxes, crowded)
        if not spot:
            continue
        x, y, w, h = spot
        small = sprite.resize((w, h), rng.choice([Image.BILINEAR, Image.BICUBIC]), reducing_gap=2.0)
        image.paste(small, (x, y), small)
        boxes.append((x / SIDE, y / SIDE, (x + w) / SIDE, (y + h) / SIDE))
        placed.append((name, colour))
    if rng.random() < 0.12 * strength:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.1)))
    objects = []
    for i, ((name, colour), box) in enumerate(zip(placed, boxes)):
        area = (box[2] - box[0]) * (box[3] - box[1])
        hidden = min(1.0, sum(overlap_area(box, later) for later in boxes[i + 1 :]) / area)
        objects.append(describe(name, colour, box, round(hidden, 3)))
    return np.asarray(image), objects
