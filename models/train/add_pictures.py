"""Adds the icon set that comes as pictures (Fluent Emoji 3D, WebP by code point) to sprites.raw and sprites.json.

Usage: python add_pictures.py <build folder> [folder with node_modules, default here]
Code points come from the character list of the Noto package, whose icon names classes.json uses.
"""
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
CLASSES = json.loads((HERE / "classes.json").read_text())


def main():
    build, modules = Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else HERE) / "node_modules"
    meta = json.loads((build / "sprites.json").read_text())
    style, side = CLASSES["pictureStyle"], meta["side"]
    if any(r["set"] == style for r in meta["sprites"]):
        return
    points = {}
    for point, name in json.loads((modules / "@iconify-json/noto/chars.json").read_text()).items():
        points.setdefault(name, []).append(point)
    assets, added = modules / "@lobehub/fluent-emoji-3d/assets", []
    for label, entry in CLASSES["classes"].items():
        for name in entry["icons"] + entry.get("more", []):
            files = [assets / f"{p}{end}.webp" for p in points.get(name, []) for end in ("", "-fe0f")]
            file = next((f for f in files if f.exists()), None)
            if file:
                image = Image.open(file).convert("RGBA").resize((side, side), Image.LANCZOS)
                added.append(np.asarray(image))
                meta["sprites"].append({"set": style, "icon": name, "label": label, "kind": "emoji" if name in entry["icons"] else "further"})
    with open(build / "sprites.raw", "ab") as raw:
        raw.write(np.stack(added).tobytes())
    (build / "sprites.json").write_text(json.dumps(meta))
    print(f"{style}: {len(added)} icons")


if __name__ == "__main__":
    main()
