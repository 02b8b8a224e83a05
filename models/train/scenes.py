"""Composes scenes: icons and coloured shapes on drawn backgrounds, with the truth about them.

A scene is `(pixels, objects)`: uint8 [SIDE, SIDE, 3] and a list of dicts
`{name, colour, size, class_id, colour_id, box}`; `box` is normalized xyxy of the
original image (whose aspect ratio the square network input squashes away).
Everything is a function of the `random.Random` passed in.
"""
import json
import math
import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("FALCONET_BUILD", HERE / "build"))
CLASSES = json.loads((HERE / "classes.json").read_text())
SIDE = 256
ICON_NAMES = sorted(set(CLASSES["icons"].values()))
SHAPES = CLASSES["shapes"]
NAMES = ICON_NAMES + SHAPES
CLASS_ID = {name: i for i, name in enumerate(NAMES)}
COLOURS = list(CLASSES["colours"])
NO_COLOUR = len(COLOURS)
TRAIN_STYLES = CLASSES["trainStyles"]
# Drawings of one ink, coloured in by us; training only.
LINE_STYLES = CLASSES["lineStyles"]
UNSEEN_STYLES = CLASSES["unseenStyles"]


# Square root of the area, as a fraction of the image: below and above these people would name the size.
SMALL_TO, LARGE_FROM = 0.155, 0.24


def size_word(box):
    """`small`, `large`, or None for the sizes people would not name."""
    extent = math.sqrt(max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1]))
    return "small" if extent < SMALL_TO else "large" if extent > LARGE_FROM else None


class SpriteBank:
    """The rendered icons of some styles, cropped to what is drawn, by label."""

    def __init__(self, styles, folder=BUILD):
        meta = json.loads((folder / "sprites.json").read_text())
        side = meta["side"]
        raw = np.memmap(folder / "sprites.raw", dtype=np.uint8, mode="r").reshape(-1, side, side, 4)
        self.by_label = {}
        for record, pixels in zip(meta["sprites"], raw):
            if record["set"] not in styles:
                continue
            alpha = pixels[..., 3] > 40
            rows, columns = np.where(alpha.any(1))[0], np.where(alpha.any(0))[0]
            crop = np.array(pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
            image = Image.fromarray(crop)
            image.info["lines"] = record["set"] in LINE_STYLES
            self.by_label.setdefault(record["label"], []).append(image)
        self.labels = sorted(self.by_label)
        self.varied = {}

    def pick(self, rng, label, strength):
        """An icon of `label`, varied; a varied one is used about three times, for it costs milliseconds."""
        if strength == 0:
            return flip(rng, rng.choice(self.by_label[label]))
        pool = self.varied.setdefault(label, [])
        if len(pool) < 16 or rng.random() < 0.3:
            made = vary_sprite(rng, rng.choice(self.by_label[label]), strength)
            if len(pool) < 16:
                pool.append(made)
            else:
                pool[rng.randrange(16)] = made
            return made
        return flip(rng, rng.choice(pool))


def draw_shape(rng, kind, colour):
    """A filled shape in a slightly varied colour, sometimes with an outline."""
    image = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    r, g, b = (int(min(255, max(0, v + rng.randint(-18, 18)))) for v in CLASSES["colours"][colour])
    outline = (r // 2, g // 2, b // 2, 255) if rng.random() < 0.25 else None
    style = {"fill": (r, g, b, 255), "outline": outline, "width": 5}
    if kind == "circle":
        draw.ellipse((0, 0, 127, 127), **style)
    elif kind == "square":
        draw.rectangle((0, 0, 127, 127), **style)
    else:
        draw.polygon([(64, 0), (127, 127), (0, 127)], fill=style["fill"], outline=outline)
    return image


def flip(rng, sprite):
    return sprite.transpose(Image.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else sprite


def colour_in(rng, sprite):
    """A drawing of one ink, in two colours: the ink, and what it encloses."""
    ink = sprite.getchannel("A")
    roomy = Image.new("L", (ink.width + 2, ink.height + 2), 0)
    roomy.paste(ink.point(lambda v: 255 if v > 90 else 0), (1, 1))
    ImageDraw.floodfill(roomy, (0, 0), 128)
    inside = roomy.crop((1, 1, ink.width + 1, ink.height + 1)).point(lambda v: 0 if v == 128 else 255)
    shade = lambda low, high: tuple(rng.randint(low, high) for _ in range(3))
    drawn = Image.new("RGBA", sprite.size, (0, 0, 0, 0))
    if rng.random() < 0.7:
        drawn.paste(shade(60, 255), (0, 0), inside)
        drawn.paste(shade(0, 60), (0, 0), ink)
        drawn.putalpha(Image.fromarray(np.maximum(np.asarray(inside), np.asarray(ink))))
    else:
        drawn.paste(shade(0, 255), (0, 0), ink)
        drawn.putalpha(ink)
    return drawn


def redraw(rng, sprite):
    """The icon as if drawn by another hand: inked contours, fewer flat colours, other tints."""
    alpha = sprite.getchannel("A")
    flat = sprite.convert("RGB").filter(ImageFilter.MedianFilter(5))
    if rng.random() < 0.5:
        flat = flat.quantize(rng.randint(3, 7), dither=Image.Dither.NONE).convert("RGB")
    if rng.random() < 0.4:
        hsv = np.array(flat.convert("HSV"))
        hsv[..., 0] = (hsv[..., 0].astype(int) + rng.randint(-24, 24)) % 256
        flat = Image.fromarray(hsv, "HSV").convert("RGB")
    if rng.random() < 0.65:
        contours = flat.convert("L").filter(ImageFilter.FIND_EDGES).point(lambda v: 255 if v > 28 else 0)
        rim = Image.fromarray(np.asarray(alpha.filter(ImageFilter.MaxFilter(5))).astype(np.uint8) - np.minimum(
            np.asarray(alpha.filter(ImageFilter.MaxFilter(5))), np.asarray(alpha.filter(ImageFilter.MinFilter(3)))))
        ink = Image.fromarray(np.maximum(np.minimum(np.asarray(contours), np.asarray(alpha)), np.asarray(rim)))
        if rng.random() < 0.5:
            ink = ink.filter(ImageFilter.MaxFilter(3))
        flat.paste(rng.choice([(0, 0, 0), (0, 0, 0), (40, 30, 30)]), (0, 0), ink)
        alpha = Image.fromarray(np.maximum(np.asarray(alpha), np.asarray(ink)))
    flat.putalpha(alpha)
    return flat


def bend(rng, sprite):
    """The icon with its corners pulled about: another stance of the same thing."""
    w, h = sprite.size
    # Corners only move outward: nothing is cut off.
    out = lambda side: rng.uniform(0, 0.25) * side
    quad = [-out(w), -out(h), -out(w), h + out(h), w + out(w), h + out(h), w + out(w), -out(h)]
    pad = max(w, h) // 4 + 1
    roomy = Image.new("RGBA", (w + 2 * pad, h + 2 * pad), (0, 0, 0, 0))
    roomy.paste(sprite, (pad, pad))
    bent = roomy.transform((w, h), Image.QUAD, [v + pad for v in quad], Image.BILINEAR)
    drawn = bent.getchannel("A").point(lambda v: 255 if v > 40 else 0).getbbox()
    return bent.crop(drawn) if drawn else sprite


def vary_sprite(rng, sprite, strength):
    """Small changes of drawing style, so that unseen styles are less of a surprise."""
    lines = sprite.info.get("lines")
    sprite = flip(rng, colour_in(rng, sprite) if lines else sprite)
    if not lines and rng.random() < 0.4 * strength:
        sprite = redraw(rng, sprite)
    if rng.random() < 0.4 * strength:
        sprite = bend(rng, sprite)
    elif rng.random() < 0.3 * strength:
        sprite = sprite.rotate(rng.uniform(-14, 14), Image.BILINEAR, expand=True)
        sprite = sprite.crop(sprite.getchannel("A").point(lambda v: 255 if v > 40 else 0).getbbox())
    if rng.random() < 0.55 * strength:
        a = np.asarray(sprite).astype(np.float32)
        rgb, alpha = a[..., :3], a[..., 3:]
        gain = np.array([rng.uniform(0.75, 1.25) for _ in range(3)], np.float32)
        grey = rgb.mean(-1, keepdims=True)
        rgb = grey + (rgb - grey) * rng.uniform(0.45, 1.4)
        rgb = (rgb - 128) * rng.uniform(0.75, 1.2) + 128 + rng.uniform(-22, 22)
        sprite = Image.fromarray(np.concatenate([np.clip(rgb * gain, 0, 255), alpha], -1).astype(np.uint8), "RGBA")
    if rng.random() < 0.18 * strength:
        width = rng.choice([3, 5])
        padded = Image.new("RGBA", (sprite.width + 2 * width, sprite.height + 2 * width), (0, 0, 0, 0))
        padded.paste(sprite, (width, width))
        edge = padded.getchannel("A").filter(ImageFilter.MaxFilter(2 * (width // 2) + 1))
        line = rng.choice([(20, 20, 20), (60, 40, 30), (250, 250, 250)])
        outlined = Image.new("RGBA", padded.size, line + (0,))
        outlined.putalpha(edge)
        outlined.paste(padded, (0, 0), padded)
        sprite = outlined.crop(edge.getbbox())
    return sprite


def draw_background(rng):
    """Flat, gradient, noisy or hilly; about half of them pale."""
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
    if rng.random() < 0.12:  # ruled, or squared paper, or boards
        draw = ImageDraw.Draw(image, "RGBA")
        tint, step = tuple(rng.randint(0, 255) for _ in range(3)) + (rng.randint(20, 120),), rng.randint(8, 60)
        across, along = rng.random() < 0.75, rng.random() < 0.5
        for at in range(rng.randint(0, step), SIDE, step):
            if across:
                draw.line((0, at, SIDE, at), fill=tint, width=rng.choice([1, 1, 2]))
            if along:
                draw.line((at, 0, at, SIDE), fill=tint)
    if rng.random() < 0.35:
        draw = ImageDraw.Draw(image, "RGBA")
        for _ in range(rng.randint(1, 5)):
            tint = tuple(rng.randint(0, 255) for _ in range(3)) + (rng.randint(30, 160),)
            x, y = rng.uniform(-0.3, 1) * SIDE, rng.uniform(-0.2, 1) * SIDE
            w, h = rng.uniform(0.4, 2.2) * SIDE, rng.uniform(0.3, 1.2) * SIDE
            if rng.random() < 0.5:
                draw.ellipse((x, y, x + w, y + h), fill=tint)
            else:
                draw.rectangle((-1, y, SIDE + 1, SIDE + 1), fill=tint)
    return image


def pick_extent(rng):
    """Longest side of an object as a fraction of the image: small, medium or large."""
    r = rng.random()
    return rng.uniform(0.09, 0.16) if r < 0.4 else rng.uniform(0.16, 0.26) if r < 0.6 else rng.uniform(0.26, 0.45)


def overlaps(box, others, slack):
    """True when `box` shares more than `slack` of the smaller area with any other."""
    for other in others:
        w = min(box[2], other[2]) - max(box[0], other[0])
        h = min(box[3], other[3]) - max(box[1], other[1])
        if w > 0 and h > 0:
            area = min((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
            if w * h > slack * area:
                return True
    return False


def choose_contents(rng, labels, count):
    """What the objects of one scene are: [(name, colour or None)], classes repeat often."""
    favourite = rng.choice(labels)
    shape_favourite = rng.choice(SHAPES)
    contents = []
    for _ in range(count):
        if rng.random() < 0.24:
            shape = rng.choice(SHAPES) if rng.random() < 0.7 else shape_favourite
            contents.append((shape, rng.choice(COLOURS)))
        else:
            contents.append((rng.choice(labels) if rng.random() < 0.68 else favourite, None))
    return contents


def describe(name, colour, box):
    return {
        "name": name, "colour": colour, "size": size_word(box), "box": box,
        "class_id": CLASS_ID[name], "colour_id": COLOURS.index(colour) if colour else NO_COLOUR,
    }


def compose(rng, bank, count=None, strength=1.0):
    """One scene of `count` objects (1-8 by default; fewer when they do not fit)."""
    image = draw_background(rng)
    aspect = math.sqrt(2.0 ** rng.uniform(-1, 1)) if rng.random() < 0.6 else 1.0
    objects, boxes = [], []
    for name, colour in choose_contents(rng, bank.labels, count or rng.randint(1, 8)):
        if colour:
            sprite = draw_shape(rng, name, colour)
        else:
            sprite = bank.pick(rng, name, strength)
        # Sizes are meant on the original image; `aspect` is sqrt(width / height).
        for attempt in range(5):
            scale = pick_extent(rng) * SIDE / max(sprite.size) * (0.85**attempt)
            w = max(14, min(SIDE - 4, round(sprite.width * scale / aspect)))
            h = max(14, min(SIDE - 4, round(sprite.height * scale * aspect)))
            x, y = rng.randint(0, SIDE - w), rng.randint(0, SIDE - h)
            box = (x / SIDE, y / SIDE, (x + w) / SIDE, (y + h) / SIDE)
            if not overlaps(box, boxes, 0.08):
                break
        else:
            continue
        small = sprite.resize((w, h), rng.choice([Image.BILINEAR, Image.BICUBIC]), reducing_gap=2.0)
        image.paste(small, (x, y), small)
        boxes.append(box)
        objects.append(describe(name, colour, box))
    if rng.random() < 0.12 * strength:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.9)))
    return np.asarray(image), objects
