"""Draws the sample project's images: icons of styles Falconet was not trained on, on drawn backgrounds.

Usage: FALCONET_BUILD=<folder of 512 px sprites> python make_first_flight.py
(sprites: `node ../models/train/render-sprites.mjs <folder> 512 openmoji,emojione-v1,fxemoji`)
Writes first-flight/*.jpg|png and first-flight/truth.json. Boxes in truth.json are normalized
xyxy of the upright image, that is, after the EXIF orientation has been applied.
"""
import json
import math
import random
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "models" / "train"))
from scenes import CLASSES, SpriteBank, overlaps, size_word  # noqa: E402

OUT = HERE / "first-flight"

# name, style, backdrop, (width, height), file ending, EXIF orientation, what is in it.
# A shape is written "red circle"; "!" asks for a large object, "," for a small one.
SCENES = [
    ("meadow-morning", "openmoji", "hills", (1600, 1067), "jpg", 1, "!cow ,sheep ,sheep tree ,rabbit"),
    ("harbour", "emojione-v1", "sea", (1600, 1067), "jpg", 1, "!boat ,boat ,anchor dolphin sun"),
    ("toy-shelf", "openmoji", "shelf", (1536, 1024), "jpg", 1, "!rocket ,car ,car guitar balloon"),
    ("geometry-lesson", "openmoji", "paper", (1200, 1200), "png", 1, "!red-circle ,red-circle blue-square yellow-triangle ,green-square"),
    ("fruit-table", "fxemoji", "table", (1440, 1080), "jpg", 1, "!pineapple ,strawberry banana grapes ,strawberry"),
    ("night-owl", "openmoji", "night", (1080, 1440), "jpg", 1, "!owl ,star ,star house ,bat"),
    ("safari", "emojione-v1", "savanna", (1600, 1067), "jpg", 1, "!elephant horse ,tiger tree ,snake"),
    ("city-street", "openmoji", "street", (1600, 1000), "jpg", 1, "!bus ,car ,bicycle ,car motorcycle"),
    ("picnic", "openmoji", "meadow", (1400, 1050), "jpg", 1, "!watermelon hamburger ,cookie ,cookie ,ant"),
    ("arctic-family", "fxemoji", "snow", (1400, 1050), "jpg", 1, "!penguin ,penguin ,penguin fish whale"),
    ("two-dogs", "openmoji", "hills", (1280, 960), "jpg", 1, "!dog ,dog ,umbrella house"),
    ("orchestra", "emojione-v1", "stage", (1280, 960), "jpg", 1, "!violin guitar ,bell ,candle"),
    ("aquarium", "openmoji", "deep", (1500, 1000), "jpg", 1, "!octopus ,fish ,fish shark ,crab turtle"),
    ("kitchen-garden", "openmoji", "meadow", (1050, 1400), "jpg", 1, "!carrot tomato ,mushroom eggplant ,snail"),
    ("balloon-sky", "emojione-v1", "sky", (1080, 1440), "jpg", 6, "!balloon ,airplane cloud ,bird"),
    ("desk", "openmoji", "table", (1440, 960), "jpg", 3, "!telephone scissors ,key glasses ,light-bulb"),
    ("forest-path", "fxemoji", "forest", (960, 1440), "jpg", 8, "!bear ,mushroom ,frog bird"),
    ("farm-yard", "emojione-v1", "hills", (1024, 1365), "jpg", 6, "!rooster ,pig tractor ,chicken"),
    ("desert-trip", "openmoji", "savanna", (1600, 900), "jpg", 1, "!camel ,cactus ,cactus tree truck"),
    ("party", "openmoji", "confetti", (1200, 1200), "jpg", 1, "!cake ,candle pizza doughnut ,crown"),
    ("sports-day", "emojione-v1", "meadow", (1600, 1067), "jpg", 1, "!football basketball ,football bicycle"),
    ("shapes-at-sea", "openmoji", "sea", (1280, 853), "jpg", 1, "!orange-circle ,purple-triangle ,purple-square boat"),
    ("winter-cabin", "emojione-v1", "snow", (1365, 1024), "jpg", 1, "!house ,tree ,tree horse ,dog"),
    ("savanna-cats", "openmoji", "savanna", (1365, 1024), "jpg", 1, "!lion tiger ,cat zebra"),
    ("flower-bed", "openmoji", "meadow", (1024, 1280), "jpg", 1, "!sunflower rose ,butterfly ,butterfly ,snail"),
    ("space", "openmoji", "night", (1600, 1067), "jpg", 1, "!rocket ,helicopter ,star yellow-circle ,red-triangle"),
]


def gradient(size, top, bottom):
    column = np.linspace(0, 1, size[1])[:, None, None]
    pixels = np.array(top) * (1 - column) + np.array(bottom) * column
    grain = np.random.default_rng(5).normal(0, 0.7, (size[1], size[0], 1))
    return Image.fromarray(np.clip(np.broadcast_to(pixels + grain, (size[1], size[0], 3)), 0, 255).astype(np.uint8))


def ridge(draw, size, rng, height, wave, colour):
    """A rolling line of hills from `height` (fraction from the top) down."""
    w, h = size
    phases = [(rng.uniform(0, 6.3), rng.uniform(0.6, 2.2), rng.uniform(0.4, 1.0)) for _ in range(3)]
    line = [(x, h * (height + wave * sum(a * math.sin(f * 6.3 * x / w + p) for p, f, a in phases) / 2)) for x in range(0, w + 8, 8)]
    draw.polygon([(0, h)] + line + [(w, h)], fill=colour)


def backdrop(kind, size, rng):
    """A calm drawn place: soft light, few forms, enough contrast for what stands on it."""
    w, h = size
    skies = {
        "hills": ((196, 226, 248), (252, 244, 226)), "meadow": ((222, 240, 250), (250, 248, 230)), "sea": ((250, 226, 204), (206, 232, 244)),
        "night": ((22, 28, 66), (74, 70, 124)), "savanna": ((255, 232, 190), (255, 206, 150)), "snow": ((190, 214, 240), (236, 243, 251)),
        "sky": ((120, 184, 236), (226, 242, 252)), "deep": ((110, 196, 220), (24, 88, 142)), "forest": ((226, 240, 214), (170, 206, 160)),
        "shelf": ((246, 238, 226), (236, 222, 204)), "paper": ((251, 250, 246), (240, 238, 232)), "table": ((238, 232, 240), (220, 214, 228)),
        "street": ((214, 230, 244), (246, 236, 230)), "stage": ((92, 36, 56), (150, 58, 70)), "confetti": ((255, 240, 246), (236, 232, 255)),
    }
    image = gradient(size, *skies[kind])
    draw = ImageDraw.Draw(image, "RGBA")
    bands = {
        "hills": [(0.50, 0.05, (174, 208, 184)), (0.62, 0.05, (146, 194, 142)), (0.76, 0.04, (122, 178, 112))],
        "meadow": [(0.42, 0.03, (198, 224, 168)), (0.58, 0.03, (178, 214, 146)), (0.80, 0.02, (160, 202, 126))],
        "sea": [(0.46, 0.004, (132, 190, 214)), (0.60, 0.012, (104, 170, 202)), (0.76, 0.014, (82, 150, 188)), (0.93, 0.02, (240, 222, 184))],
        "night": [(0.66, 0.05, (52, 56, 104)), (0.80, 0.04, (40, 46, 88))],
        "savanna": [(0.56, 0.03, (238, 190, 118)), (0.70, 0.03, (226, 172, 98)), (0.86, 0.02, (210, 154, 84))],
        "snow": [(0.48, 0.06, (218, 230, 244)), (0.62, 0.04, (234, 241, 249)), (0.80, 0.03, (248, 251, 254))],
        "deep": [(0.84, 0.03, (196, 180, 138)), (0.92, 0.02, (212, 196, 152))],
        "forest": [(0.52, 0.03, (146, 190, 134)), (0.70, 0.03, (124, 172, 112))],
        "street": [],
    }.get(kind, [])
    if kind == "street":
        x = 0
        while x < w:
            width = rng.randint(w // 12, w // 7)
            tone = rng.choice([(226, 206, 196), (206, 214, 224), (232, 222, 200), (214, 204, 216)])
            top = int(h * rng.uniform(0.18, 0.36))
            draw.rectangle((x, top, x + width, h), fill=tone)
            for wy in range(top + h // 30, int(h * 0.52), h // 12):
                for wx in range(x + width // 8, x + width - width // 5, width // 4):
                    draw.rectangle((wx, wy, wx + width // 9, wy + h // 26), fill=(255, 250, 232))
            x += width
        draw.rectangle((0, int(h * 0.56), w, h), fill=(226, 224, 220))
        draw.rectangle((0, int(h * 0.64), w, int(h * 0.94)), fill=(150, 154, 162))
        for x in range(w // 30, w, w // 9):
            draw.rectangle((x, int(h * 0.785), x + w // 18, int(h * 0.795)), fill=(244, 242, 234))
    elif kind == "shelf":
        for y in (0.36, 0.68, 0.985):
            draw.rectangle((0, int(h * y), w, int(h * (y + 0.022))), fill=(196, 158, 116))
            draw.rectangle((0, int(h * (y + 0.022)), w, int(h * (y + 0.030))), fill=(150, 116, 80, 90))
    elif kind == "table":
        draw.rectangle((0, int(h * 0.40), w, h), fill=(226, 196, 158))
        for i in range(1, 6):
            y = int(h * (0.40 + 0.6 * (i / 6) ** 1.5))
            draw.line((0, y, w, y), fill=(204, 172, 132), width=max(2, h // 300))
    elif kind == "paper":
        for i in range(1, 24):
            draw.line((0, h * i // 24, w, h * i // 24), fill=(216, 226, 236), width=2)
            draw.line((w * i // 24, 0, w * i // 24, h), fill=(216, 226, 236), width=2)
    elif kind == "stage":
        draw.ellipse((w * 0.12, h * 0.52, w * 0.88, h * 1.2), fill=(255, 226, 180, 70))
        draw.rectangle((0, int(h * 0.80), w, h), fill=(124, 82, 58))
        for x in range(0, w, w // 14):
            draw.line((x, h * 0.80, x - w // 20, h), fill=(104, 66, 46), width=3)
    elif kind == "confetti":
        for _ in range(46):
            x, y, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0.003, 0.008) * w
            tint = rng.choice([(255, 190, 210), (190, 214, 255), (255, 226, 160), (200, 240, 206)])
            draw.ellipse((x, y, x + r, y + r * 1.6), fill=tint)
    elif kind == "sky":
        for _ in range(5):
            x, y, r = rng.uniform(0, w), rng.uniform(0.1, 0.9) * h, rng.uniform(0.1, 0.22) * w
            for dx in (-0.7, 0, 0.6):
                draw.ellipse((x + dx * r - r / 2, y - r / 5, x + dx * r + r / 2, y + r / 4), fill=(255, 255, 255, 60))
    elif kind == "night":
        for _ in range(90):
            x, y, r = rng.uniform(0, w), rng.uniform(0, h * 0.65), rng.uniform(0.6, 1.8)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 250, 220, 150))
    elif kind == "deep":
        for x in (0.15, 0.4, 0.72):
            draw.polygon([(w * x, 0), (w * (x + 0.1), 0), (w * (x - 0.12), h), (w * (x - 0.3), h)], fill=(255, 255, 255, 16))
    for height, wave, colour in bands:
        ridge(draw, size, rng, height, wave, colour)
    return image.filter(ImageFilter.GaussianBlur(max(w, h) / 1400))


def draw_shape(kind, colour, pixels):
    big = Image.new("RGBA", (pixels * 2, pixels * 2), (0, 0, 0, 0))
    draw, e, fill = ImageDraw.Draw(big), pixels * 2 - 1, tuple(CLASSES["colours"][colour]) + (255,)
    if kind == "circle":
        draw.ellipse((0, 0, e, e), fill=fill)
    elif kind == "square":
        draw.rectangle((0, 0, e, e), fill=fill)
    else:
        draw.polygon([(pixels, 0), (e, e), (0, e)], fill=fill)
    return big.resize((pixels, pixels), Image.LANCZOS)


def place(rng, size, wanted, bank):
    """Sizes and places for the wanted objects without overlap; big ones first, standing low."""
    w, h = size
    for attempt in range(1500):
        done, boxes = [], []
        for word in sorted(wanted, key=lambda t: {"!": 0, ",": 2}.get(t[0], 1)):
            mark, name = (word[0], word[1:]) if word[0] in "!," else ("", word)
            colour, _, rest = name.partition("-")
            shape = rest if colour in CLASSES["colours"] and rest in CLASSES["shapes"] else None
            label = shape or name.replace("-", " ")
            share = rng.uniform(0.31, 0.37) if mark == "!" else rng.uniform(0.135, 0.16) if mark == "," else rng.uniform(0.20, 0.24)
            side = share * (1 - 0.3 * attempt / 1500) * math.sqrt(w * h)
            sprite = draw_shape(shape, colour, 512) if shape else rng.choice(bank.by_label[label])
            scale = side / math.sqrt(sprite.width * sprite.height)
            scale = min(scale, 1.25 * side / max(sprite.size))
            sw, sh = round(sprite.width * scale), round(sprite.height * scale)
            floor = 0.05 if label in FLOATING else 0.28
            low, high = (0.04 * h, 0.55 * h - sh) if floor == 0.05 else (floor * h, 0.95 * h - sh)
            if high <= low:
                high = low + 1
            x, y = rng.uniform(0.04 * w, 0.96 * w - sw), rng.uniform(low, min(high, 0.97 * h - sh) if low < 0.97 * h - sh else low)
            gap = 0.018
            wide = (x / w - gap, y / h - gap, (x + sw) / w + gap, (y + sh) / h + gap)
            if overlaps(wide, boxes, 0.0) or y + sh > 0.98 * h:
                break
            boxes.append(wide)
            done.append((label, colour if shape else None, sprite, (round(x), round(y), sw, sh)))
        else:
            return done
    raise RuntimeError("no room")


FLOATING = ("sun", "star", "cloud", "airplane", "bird", "balloon", "bat", "helicopter", "butterfly", "rocket")


def shadow_under(image, x, y, w, h):
    layer = Image.new("L", image.size, 0)
    ImageDraw.Draw(layer).ellipse((x + w * 0.08, y + h * 0.93, x + w * 0.92, y + h * 1.03), fill=60)
    layer = layer.filter(ImageFilter.GaussianBlur(h / 22))
    image.paste((30, 34, 50), (0, 0), layer)


def main():
    truth = {}
    for number, (name, style, kind, size, ending, orientation, contents) in enumerate(SCENES):
        rng = random.Random(f"first flight {name}")
        bank = SpriteBank([style])
        if kind == "snow" and "tree" in bank.by_label:  # no palms in the snow
            bank.by_label["tree"] = bank.by_label["tree"][:1]
        image = backdrop(kind, size, rng)
        objects = []
        for label, colour, sprite, (x, y, w, h) in place(rng, size, contents.split(), bank):
            if kind not in ("sky", "deep", "paper", "night") and label not in FLOATING:
                shadow_under(image, x, y, w, h)
            small = sprite.resize((w, h), Image.LANCZOS)
            image.paste(small, (x, y), small)
            box = [x / size[0], y / size[1], (x + w) / size[0], (y + h) / size[1]]
            objects.append({"name": label, "colour": colour, "size": size_word(box), "box": [round(v, 4) for v in box]})
        file = f"{number + 1:02d}-{name}.{ending}"
        # Stored turned, so that a viewer who honours EXIF sees the upright scene.
        undo = {1: None, 3: Image.ROTATE_180, 6: Image.ROTATE_90, 8: Image.ROTATE_270}[orientation]
        stored = image.transpose(undo) if undo is not None else image
        if ending == "png":
            stored.quantize(128, dither=Image.Dither.NONE).save(OUT / file, optimize=True)
        else:
            exif = Image.Exif()
            if orientation != 1:
                exif[0x0112] = orientation
            stored.save(OUT / file, quality=84, optimize=True, progressive=True, exif=exif.tobytes() if orientation != 1 else b"")
        truth[file] = {"width": size[0], "height": size[1], "style": style, "exifOrientation": orientation, "objects": objects}
    (OUT / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    print(len(truth), "images,", sum(p.stat().st_size for p in OUT.iterdir()) // 1000, "kB")


if __name__ == "__main__":
    main()
