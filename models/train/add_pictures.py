"""Adds to sprites.raw and sprites.json what is no SVG icon set: Fluent Emoji 3D (WebP), clip art (PNG), the glyphs of two fonts.

Usage: python add_pictures.py <build folder> [--modules FOLDER] [--clipart FOLDER] [--fonts FILE=SET ...]
Emoji are found by code point, from the character list of the Noto package, whose icon names classes.json uses. `--clipart`: what
render-clipart.mjs made. `--fonts`: font files (TrueType or WOFF) with the set each belongs to; a glyph is a drawing of one ink. Sets that are there already stay.
"""
import argparse
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
CLASSES = json.loads((HERE / "classes.json").read_text())
INK = 40  # alpha above this is drawn


def code_points(modules):
    """{icon name: [code point text, ..]}"""
    points = {}
    for point, name in json.loads((modules / "@iconify-json/noto/chars.json").read_text()).items():
        points.setdefault(name, []).append(point)
    return points


def fit(image, side):
    """What is drawn of an RGBA picture, as large as it gets in the middle of a square; None when nothing is."""
    drawn = image.getchannel("A").point(lambda v: 255 if v > INK else 0).getbbox()
    if not drawn:
        return None
    image = image.crop(drawn)
    by = side / max(image.size)
    image = image.resize((max(1, round(image.width * by)), max(1, round(image.height * by))), Image.LANCZOS)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return np.asarray(square)


def drawings_of_classes():
    """(label, icon name, "emoji" or "further") of every emoji drawing training may see."""
    for label, entry in CLASSES["classes"].items():
        for name in entry["icons"] + entry.get("more", []):
            yield label, name, "emoji" if name in entry["icons"] else "further"


def webp_emoji(modules, points, side):
    assets = modules / "@lobehub/fluent-emoji-3d/assets"
    for label, name, kind in drawings_of_classes():
        files = [assets / f"{p}{end}.webp" for p in points.get(name, []) for end in ("", "-fe0f")]
        file = next((f for f in files if f.exists()), None)
        if file:
            image = Image.open(file).convert("RGBA").resize((side, side), Image.LANCZOS)
            yield {"set": CLASSES["pictureStyle"], "icon": name, "label": label, "kind": kind}, np.asarray(image)


def clip_art(folder, side):
    for label, drawings in json.loads((HERE / "clipart.json").read_text()).items():
        for i, drawing in enumerate(drawings):
            file = folder / f"{label} {i}.png"
            pixels = fit(Image.open(file).convert("RGBA"), side) if file.exists() else None
            if pixels is not None:
                yield {"set": CLASSES["clipartStyle"], "icon": drawing, "label": label, "kind": "symbol"}, pixels


def glyphs(file, style, points, side):
    from fontTools.ttLib import TTFont
    font = TTFont(file)
    font.flavor, has, plain = None, font.getBestCmap(), io.BytesIO()
    font.save(plain)
    pen = ImageFont.truetype(io.BytesIO(plain.getvalue()), 200)
    for label, name, _ in drawings_of_classes():
        for point in points.get(name, []):
            if "-" not in point.replace("-fe0f", "") and int(point.split("-")[0], 16) in has:
                image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
                ImageDraw.Draw(image).text((60, 60), chr(int(point.split("-")[0], 16)), font=pen, fill=(0, 0, 0, 255))
                pixels = fit(image, side)
                if pixels is not None:
                    yield {"set": style, "icon": name, "label": label, "kind": "line"}, pixels
                break


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--modules", default=str(HERE / "node_modules"))
    parser.add_argument("--clipart", default="")
    parser.add_argument("--fonts", nargs="*", default=[])
    args = parser.parse_args()
    build, modules = Path(args.build), Path(args.modules)
    meta = json.loads((build / "sprites.json").read_text())
    side, there, points = meta["side"], {r["set"] for r in meta["sprites"]}, code_points(modules)
    sources = [(CLASSES["pictureStyle"], lambda: webp_emoji(modules, points, side))]
    if args.clipart:
        sources.append((CLASSES["clipartStyle"], lambda: clip_art(Path(args.clipart), side)))
    for text in args.fonts:
        file, style = text.rsplit("=", 1)
        sources.append((style, lambda file=file, style=style: glyphs(file, style, points, side)))
    with open(build / "sprites.raw", "ab") as raw:
        for style, source in sources:
            if style in there:
                continue
            count = 0
            for record, pixels in source():
                raw.write(np.ascontiguousarray(pixels, np.uint8).tobytes())
                meta["sprites"].append(record)
                count += 1
            print(f"{style}: {count} more drawings")
    (build / "sprites.json").write_text(json.dumps(meta))


if __name__ == "__main__":
    main()
