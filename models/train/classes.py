"""What there is to know: names, colours and styles, read from classes.json."""
import json
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("FALCONET_BUILD", HERE / "build"))
CLASSES = json.loads((HERE / "classes.json").read_text())
ICON_NAMES = sorted(CLASSES["classes"])
SHAPES = list(CLASSES["shapes"])
NAMES = ICON_NAMES + SHAPES
CLASS_ID = {name: i for i, name in enumerate(NAMES)}
CHINESE = {**{name: entry["zh"] for name, entry in CLASSES["classes"].items()}, **CLASSES["shapes"]}
COLOURS = list(CLASSES["colours"])
COLOUR_RGB = {name: tuple(entry["rgb"]) for name, entry in CLASSES["colours"].items()}
CHINESE_COLOURS = {name: entry["zh"] for name, entry in CLASSES["colours"].items()}
NO_COLOUR = len(COLOURS)
# Combinations of shape and colour kept out of training.
NEW_COMBINATIONS = [tuple(reversed(text.split())) for text in CLASSES["newCombinations"]]
TRAIN_STYLES = CLASSES["trainStyles"]
UNSEEN_STYLES = CLASSES["unseenStyles"]
# Training only: a set of pictures, clip art, coloured symbols, and drawings of one ink that we colour in.
MORE_STYLES = [CLASSES["pictureStyle"], CLASSES["clipartStyle"]] + CLASSES["symbolStyles"]
LINE_STYLES = CLASSES["lineStyles"] + CLASSES["glyphStyles"]
# Square root of the area, as a fraction of the image: below and above these people would name the size.
SMALL_TO, LARGE_FROM = 0.155, 0.24
