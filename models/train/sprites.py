"""The drawn icons and shapes, and the changes of drawing style that training puts them through.

[Note: Why change styles] A class is learned from some dozen drawings. Held-out styles differ in
palette, outline, shading and stance, so each of these is varied on its own: colours are remapped,
inks and outlines drawn, detail flattened or lost, stance bent. Shape is what remains.
"""
import json
import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from classes import BUILD, COLOUR_RGB


class SpriteBank:
    """The rendered icons of some styles, cropped to what is drawn, by label and kind. `further`: also the drawings only training sees."""

    def __init__(self, styles, folder=BUILD, further=False):
        meta = json.loads((folder / "sprites.json").read_text())
        side = meta["side"]
        raw = np.memmap(folder / "sprites.raw", dtype=np.uint8, mode="r").reshape(-1, side, side, 4)
        self.by_label = {}
        for record, pixels in zip(meta["sprites"], raw):
            if record["set"] not in styles or (record["kind"] == "further" and not further):
                continue
            alpha = pixels[..., 3] > 40
            rows, columns = np.where(alpha.any(1))[0], np.where(alpha.any(0))[0]
            crop = np.array(pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
            image = Image.fromarray(crop)
            image.info["lines"] = record["kind"] == "line"
            self.by_label.setdefault(record["label"], {}).setdefault(record["kind"], []).append(image)
        self.labels = sorted(self.by_label)
        self.varied = {}

    def draw_one(self, rng, label):
        """An icon as it is: emoji most often, for they are what the model is for."""
        kinds = self.by_label[label]
        weights = {"emoji": 0.7, "further": 0.25, "symbol": 0.2, "line": 0.35}
        kind = rng.choices(list(kinds), [weights[k] for k in kinds])[0]
        return rng.choice(kinds[kind])

    def pick(self, rng, label, strength):
        """An icon of `label`, varied; a varied one is used some seven times, for it costs milliseconds."""
        if strength == 0:
            return turn(rng, flip(rng, self.draw_one(rng, label)))
        pool = self.varied.setdefault(label, [])
        if len(pool) < 12 or rng.random() < 0.15:
            made = vary_sprite(rng, self.draw_one(rng, label), strength)
            if len(pool) < 12:
                pool.append(made)
            else:
                pool[rng.randrange(12)] = made
            return made
        return flip(rng, rng.choice(pool))


POLYGONS = {
    "square": [(0, 0), (1, 0), (1, 1), (0, 1)],
    "triangle": [(0.5, 0), (1, 1), (0, 1)],
    "diamond": [(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)],
    "hexagon": [(0.25, 0.067), (0.75, 0.067), (1, 0.5), (0.75, 0.933), (0.25, 0.933), (0, 0.5)],
    "cross": [(0.33, 0), (0.67, 0), (0.67, 0.33), (1, 0.33), (1, 0.67), (0.67, 0.67), (0.67, 1), (0.33, 1), (0.33, 0.67), (0, 0.67), (0, 0.33), (0.33, 0.33)],
}


def draw_shape(rng, kind, colour):
    """A filled shape in a slightly varied colour, sometimes with an outline."""
    image = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    r, g, b = (int(min(255, max(0, v + rng.randint(-18, 18)))) for v in COLOUR_RGB[colour])
    outline = (r // 2, g // 2, b // 2, 255) if rng.random() < 0.25 else None
    if kind == "circle":
        draw.ellipse((0, 0, 127, 127), fill=(r, g, b, 255), outline=outline, width=5)
        return image
    corners = [(x * 127, y * 127) for x, y in POLYGONS[kind]]
    draw.polygon(corners, fill=(r, g, b, 255))
    if outline:
        draw.line(corners + corners[:1], fill=outline, width=6)
    return image.crop(image.getbbox())


def flip(rng, sprite):
    return sprite.transpose(Image.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else sprite


def drawn_box(sprite):
    return sprite.getchannel("A").point(lambda v: 255 if v > 40 else 0).getbbox()


def turn(rng, sprite, share=0.25):
    """Some objects lean, up to 20 degrees."""
    if rng.random() >= share:
        return sprite
    turned = sprite.rotate(rng.uniform(-20, 20), Image.BILINEAR, expand=True)
    return turned.crop(drawn_box(turned))


def enclosed(sprite):
    """What the ink of a drawing encloses, ink included: all but the ground that can be reached from outside. Kept with the drawing."""
    if "inside" not in sprite.info:
        free = np.pad(np.asarray(sprite.getchannel("A")) <= 90, 1, constant_values=True)
        outside = np.zeros_like(free)
        outside[0] = True
        before = -1
        while before != outside.sum():
            before = outside.sum()
            for ground, reached in ((free, outside), (free[::-1], outside[::-1]), (free.T, outside.T), (free.T[::-1], outside.T[::-1])):
                for row in range(1, len(ground)):
                    reached[row] |= ground[row] & reached[row - 1]
        sprite.info["inside"] = Image.fromarray((~outside[1:-1, 1:-1] * 255).astype(np.uint8))
    return sprite.info["inside"]


def colour_in(rng, sprite):
    """A drawing of one ink, in two colours: the ink, and what it encloses."""
    ink, inside = sprite.getchannel("A"), enclosed(sprite)
    ink_of = lambda low, high: tuple(rng.randint(low, high) for _ in range(3))
    drawn = Image.new("RGBA", sprite.size, (0, 0, 0, 0))
    if rng.random() < 0.75:
        drawn.paste(ink_of(60, 255), (0, 0), inside)
        if rng.random() < 0.4:  # a second colour below or beside
            part = Image.new("L", sprite.size, 0)
            cut = rng.uniform(0.3, 0.7)
            w, h = sprite.size
            ImageDraw.Draw(part).rectangle((0, int(cut * h), w, h) if rng.random() < 0.5 else (int(cut * w), 0, w, h), fill=255)
            drawn.paste(ink_of(60, 255), (0, 0), ImageChops.multiply(part, inside))
        drawn.paste(ink_of(0, 70), (0, 0), ink)
        drawn.putalpha(ImageChops.lighter(inside, ink))
    else:
        drawn.paste(ink_of(0, 255), (0, 0), ink)
        drawn.putalpha(ink)
    return drawn


def redraw(rng, sprite):
    """The icon with fewer colours, inked outlines, or both: flat, cartoon and line styles."""
    alpha = sprite.getchannel("A").point(lambda v: 255 if v > 110 else 0) if rng.random() < 0.3 else sprite.getchannel("A")
    flat = sprite.convert("RGB")
    if rng.random() < 0.6:
        flat = flat.filter(ImageFilter.MedianFilter(3)).quantize(rng.choice([3, 4, 6, 8]), Image.MEDIANCUT).convert("RGB")
    if rng.random() < 0.65:
        contours = flat.convert("L").filter(ImageFilter.FIND_EDGES).point(lambda v: 255 if v > 28 else 0)
        rim = ImageChops.subtract(alpha.filter(ImageFilter.MaxFilter(5)), alpha.filter(ImageFilter.MinFilter(3)))
        ink = ImageChops.lighter(ImageChops.darker(contours, alpha), rim)
        if rng.random() < 0.5:
            ink = ink.filter(ImageFilter.MaxFilter(3))
        if rng.random() < 0.3:  # an empty drawing: outlines on paper
            flat = Image.new("RGB", flat.size, tuple(rng.randint(180, 255) for _ in range(3)))
        flat.paste(rng.choice([(0, 0, 0), (0, 0, 0), (40, 30, 30)]), (0, 0), ink)
        alpha = ImageChops.lighter(alpha, ink)
    flat.putalpha(alpha)
    return flat


def recolour(rng, sprite):
    """Other colours on the same drawing: hue turned, channels swapped, a curve per channel, or greys in a tint."""
    rgb, alpha = sprite.convert("RGB"), sprite.getchannel("A")
    r = rng.random()
    if r < 0.45:
        hsv = np.array(rgb.convert("HSV"))
        hsv[..., 0] = (hsv[..., 0].astype(int) + rng.randint(-40, 40)) % 256
        rgb = Image.fromarray(hsv, "HSV").convert("RGB")
    elif r < 0.6:
        order = [0, 1, 2]
        rng.shuffle(order)
        bands = rgb.split()
        rgb = Image.merge("RGB", [bands[i] for i in order])
    elif r < 0.85:
        table = []
        for _ in range(3):
            bend, low, high = rng.uniform(0.5, 1.9), rng.randint(0, 60), rng.randint(190, 255)
            table += [round(low + (high - low) * (v / 255) ** bend) for v in range(256)]
        rgb = rgb.point(table)
    else:
        tint = tuple(rng.randint(60, 255) for _ in range(3))
        grey = rgb.convert("L")
        rgb = Image.merge("RGB", [grey.point([v * t // 255 for v in range(256)]) for t in tint])
    rgb.putalpha(alpha)
    return rgb


def lose_detail(rng, sprite):
    """Blurred, coarse or textured insides; the outline stays."""
    alpha = sprite.getchannel("A")
    rgb = sprite.convert("RGB")
    r = rng.random()
    if r < 0.4:
        rgb = rgb.filter(ImageFilter.GaussianBlur(rng.uniform(1, 3.5)))
    elif r < 0.7:
        grain = rng.uniform(0.12, 0.3)
        small = sprite.resize((max(8, int(sprite.width * grain)), max(8, int(sprite.height * grain))), Image.BILINEAR)
        sprite = small.resize(sprite.size, rng.choice([Image.NEAREST, Image.BILINEAR]))
        return sprite
    else:
        source = np.random.default_rng(rng.getrandbits(32))
        noise = source.normal(0, rng.uniform(8, 30), (sprite.height, sprite.width, 1))
        rgb = Image.fromarray(np.clip(np.asarray(rgb) + noise, 0, 255).astype(np.uint8))
    rgb.putalpha(alpha)
    return rgb


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
    drawn = drawn_box(bent)
    return bent.crop(drawn) if drawn else sprite


def warp(rng, sprite, cells=3, most=0.09):
    """The icon as if drawn by another hand: a grid over it, every knot moved a little."""
    w, h = sprite.size
    pad = max(3, int(most * max(w, h)))
    roomy = Image.new("RGBA", (w + 2 * pad, h + 2 * pad), (0, 0, 0, 0))
    roomy.paste(sprite, (pad, pad))
    xs, ys = ([round(side * i / cells) for i in range(cells + 1)] for side in roomy.size)
    moved = [[(x + rng.uniform(-most, most) * w, y + rng.uniform(-most, most) * h) for x in xs] for y in ys]
    mesh = []
    for i in range(cells):
        for j in range(cells):
            corners = moved[i][j] + moved[i + 1][j] + moved[i + 1][j + 1] + moved[i][j + 1]
            mesh.append(((xs[j], ys[i], xs[j + 1], ys[i + 1]), corners))
    warped = roomy.transform(roomy.size, Image.MESH, mesh, Image.BILINEAR)
    drawn = drawn_box(warped)
    return warped.crop(drawn) if drawn else sprite


def repaint_parts(rng, sprite):
    """Every patch of one colour gets a colour of its own, its shading kept."""
    rgb = sprite.convert("RGB")
    parts = rgb.quantize(rng.choice([4, 6, 8]), Image.MEDIANCUT)
    old = np.array(parts.getpalette()[: 3 * 8], np.float32).reshape(-1, 3)
    spread = rng.uniform(15, 60)
    source = np.random.default_rng(rng.getrandbits(32))
    new = old * source.uniform(0.75, 1.25, (len(old), 1)) + source.normal(0, spread, old.shape)
    pixels = np.asarray(rgb, np.float32) + (new - old)[np.minimum(np.asarray(parts), len(old) - 1)]
    painted = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    painted.putalpha(sprite.getchannel("A"))
    return painted


def shade(rng, sprite):
    """Light from one side, or a gloss in the middle."""
    w, h = sprite.size
    x, y = np.linspace(-1, 1, w)[None], np.linspace(-1, 1, h)[:, None]
    angle, depth = rng.uniform(0, 2 * math.pi), rng.uniform(15, 70)
    light = x * math.cos(angle) + y * math.sin(angle) if rng.random() < 0.6 else 1 - (x - rng.uniform(-0.5, 0.5)) ** 2 - (y - rng.uniform(-0.5, 0.5)) ** 2
    pixels = np.array(sprite)
    pixels[..., :3] = np.clip(pixels[..., :3] + (light * depth)[..., None], 0, 255)
    return Image.fromarray(pixels)


def squeeze(rng, sprite):
    """Stouter or slimmer."""
    by = math.exp(rng.uniform(-0.22, 0.22))
    return sprite.resize((max(8, round(sprite.width * by)), max(8, round(sprite.height / by))), Image.BILINEAR)


def outline(rng, sprite):
    """A line, dark or white, around the whole."""
    width = rng.choice([3, 5])
    padded = Image.new("RGBA", (sprite.width + 2 * width, sprite.height + 2 * width), (0, 0, 0, 0))
    padded.paste(sprite, (width, width))
    edge = padded.getchannel("A").filter(ImageFilter.MaxFilter(2 * (width // 2) + 1))
    line = rng.choice([(20, 20, 20), (60, 40, 30), (250, 250, 250)])
    outlined = Image.new("RGBA", padded.size, line + (0,))
    outlined.putalpha(edge)
    outlined.paste(padded, (0, 0), padded)
    return outlined.crop(edge.getbbox())


def tone(rng, sprite):
    """Contrast, brightness, saturation and a slight cast."""
    a = np.asarray(sprite).astype(np.float32)
    rgb, alpha = a[..., :3], a[..., 3:]
    gain = np.array([rng.uniform(0.75, 1.25) for _ in range(3)], np.float32)
    grey = rgb.mean(-1, keepdims=True)
    rgb = grey + (rgb - grey) * rng.uniform(0.3, 1.4)
    rgb = (rgb - 128) * rng.uniform(0.75, 1.2) + 128 + rng.uniform(-22, 22)
    return Image.fromarray(np.concatenate([np.clip(rgb * gain, 0, 255), alpha], -1).astype(np.uint8), "RGBA")


def vary_sprite(rng, sprite, strength):
    """One drawing in another style: see the note above."""
    lines = sprite.info.get("lines")
    sprite = flip(rng, colour_in(rng, sprite) if lines else sprite)
    if not lines and rng.random() < 0.35 * strength:
        sprite = recolour(rng, sprite)
    elif not lines and rng.random() < 0.25 * strength:
        sprite = repaint_parts(rng, sprite)
    if rng.random() < 0.2 * strength:
        sprite = shade(rng, sprite)
    if not lines and rng.random() < 0.35 * strength:
        sprite = redraw(rng, sprite)
    elif rng.random() < 0.12 * strength:
        sprite = lose_detail(rng, sprite)
    if rng.random() < 0.3 * strength:
        sprite = bend(rng, sprite)
    elif rng.random() < 0.25 * strength:
        sprite = squeeze(rng, sprite)
    if rng.random() < 0.5 * strength:
        sprite = warp(rng, sprite)
    sprite = turn(rng, sprite, 0.35)
    if rng.random() < 0.5 * strength:
        sprite = tone(rng, sprite)
    if rng.random() < 0.15 * strength:
        sprite = outline(rng, sprite)
    return sprite
