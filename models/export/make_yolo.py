"""Makes tiny random detectors with the output layouts of YOLO exports, and what a reference makes of their outputs.

Usage: python make_yolo.py [--out fixtures/yolo] [--seed 1]
Needs requirements-families.txt, torchvision 0.23, onnxruntime 1.23 and opencv-python-headless 4.12. The graphs are our own; only the shapes of their
outputs and the keys of their metadata are those of the exporters (ultralytics, YOLOv5, super-gradients). Reference: OpenCV
for the pixels, onnxruntime for the outputs, `torchvision.ops.batched_nms` for overlaps; turned boxes by ProbIoU (below).
"""
import argparse
import base64
import json
import math
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision

from families import tiny

HERE = Path(__file__).resolve().parent
NAMES = {0: "cat", 1: "dog", 2: "fisherman's boat", 3: 'a "red" circle', 4: "traffic light"}
STRIDES, MASKS, POINTS = (8, 16), 8, (3, 3)
LEAST_SCORE, LEAD = 0.25, 1e-4
PICTURES = [name for name, _, _ in tiny.PICTURES]


class Net(nn.Module):
    """pixels [1, 3, H, W] in 0..1 -> one table [1, places, 4 + classes + more] per layout; places of both strides, row by row."""

    def __init__(self, kind, classes, more):
        super().__init__()
        self.kind, self.classes, self.more = kind, classes, more
        # Few enough are seen, and some of them twice.
        self.bias = {"v5": 1.0, "pose": 1.0}.get(kind, 3.0)
        self.stem = nn.Conv2d(3, 12, 7, stride=8, padding=3)
        self.next = nn.Conv2d(12, 16, 3, stride=2, padding=1)
        self.heads = nn.ModuleList([nn.Conv2d(12, 5 + classes + more, 3, padding=1), nn.Conv2d(16, 5 + classes + more, 3, padding=1)])
        self.masks = nn.Conv2d(12, MASKS, 3, padding=1)

    def forward(self, images):
        near = torch.tanh(self.stem(images - 0.45))
        maps = [near, torch.tanh(self.next(near))]
        boxes, chances, scores, rest = [], [], [], []
        for features, head, stride in zip(maps, self.heads, STRIDES):
            raw = head(features)
            rows, columns = raw.shape[2], raw.shape[3]
            y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
            raw = raw.flatten(2).transpose(1, 2)
            centre = ((torch.stack([x.flatten(), y.flatten()], -1) + 0.5).to(raw.dtype) + torch.tanh(raw[..., :2]) * 1.5) * stride
            size = torch.exp(torch.tanh(raw[..., 2:4]) * 0.4 + 1.4) * stride
            boxes.append(torch.cat([centre, size], -1))
            chances.append(raw[..., 4:5].sigmoid())
            scores.append((raw[..., 5:5 + self.classes] * 2 - self.bias).sigmoid())
            rest.append(raw[..., 5 + self.classes:])
        boxes, chances, scores, rest = (torch.cat(parts, 1) for parts in (boxes, chances, scores, rest))
        if self.kind == "pose":
            points = rest.unflatten(-1, POINTS)
            rest = torch.cat([boxes[..., None, :2] + points[..., :2] * 4, points[..., 2:].sigmoid()], -1).flatten(-2)
        if self.kind == "obb":
            rest = torch.tanh(rest) * (math.pi / 2) + math.pi / 4
        if self.kind == "v5":
            return torch.cat([boxes, chances, scores], -1)
        corners = torch.cat([boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2], -1)
        if self.kind == "nas":
            return corners, scores
        if self.kind == "v10":
            most, label = scores.max(-1)
            value, place = most.topk(20, dim=1)
            row = place.unsqueeze(-1)
            return torch.cat([corners.gather(1, row.expand(-1, -1, 4)), value.unsqueeze(-1), label.gather(1, place).unsqueeze(-1).float()], -1)
        table = torch.cat([boxes, scores, rest], -1).transpose(1, 2)
        return (table, F.interpolate(self.masks(near), scale_factor=2.0)) if self.kind == "segment" else table


#: Exported with half=True: float16 in and out.
HALF = ("half",)
#: name: (kind, task, classes, values behind the scores, height and width, whether the graph's size is open)
MODELS = {"v8": ("v8", "detect", NAMES, 0, (64, 64), False), "v5": ("v5", "detect", NAMES, 0, (48, 64), True),
          "half": ("v8", "detect", NAMES, 0, (64, 64), False), "v10": ("v10", "detect", NAMES, 0, (64, 64), False), "nas": ("nas", "detect", NAMES, 0, (64, 64), False),
          "segment": ("segment", "segment", NAMES, MASKS, (64, 64), False), "pose": ("pose", "pose", {0: "person"}, 9, (64, 64), False),
          "obb": ("obb", "obb", NAMES, 1, (64, 64), False)}


def export(net, path, task, names, size, is_open, dtype=torch.float32):
    axes = {"images": {2: "height", 3: "width"}, "output0": {1: "anchors"}} if is_open else {}
    outputs = {"nas": ["boxes", "scores"], "segment": ["output0", "output1"]}.get(net.kind, ["output0"])
    torch.onnx.export(net.eval(), (torch.zeros(1, 3, *size, dtype=dtype),), str(path), input_names=["images"], output_names=outputs, dynamic_axes=axes,
                      opset_version=17, dynamo=False)
    model = onnx.load(path)
    said = {"task": task, "names": str(names), "imgsz": str(list(size)), "stride": str(STRIDES[-1]), "batch": "1", "license": "none: random weights"}
    if task == "pose":
        said["kpt_shape"] = str(list(POINTS))
    if net.kind == "v5":
        said = {key: said[key] for key in ("stride", "names", "imgsz")}
    onnx.helper.set_model_props(model, said)
    onnx.save(model, path)


def letterbox(image, size):
    """uint8 [H, W, 3], the scale, and where the picture begins."""
    height, width = image.shape[:2]
    scale = min(size[0] / height, size[1] / width)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = round((size[1] - wide) / 2 - 0.1), round((size[0] - high) / 2 - 0.1)
    canvas = np.full((*size, 3), 114, np.uint8)
    canvas[top:top + high, left:left + wide] = cv2.resize(image, (wide, high), interpolation=cv2.INTER_LINEAR)
    return canvas, scale, left, top


def prob_iou(one, many):
    """Llerena et al. 2021, for boxes (x, y, w, h, angle)."""
    def moments(box):
        a, b, cos, sin = box[..., 2] ** 2 / 12, box[..., 3] ** 2 / 12, box[..., 4].cos(), box[..., 4].sin()
        return a * cos ** 2 + b * sin ** 2, a * sin ** 2 + b * cos ** 2, (a - b) * cos * sin
    (a1, b1, c1), (a2, b2, c2) = moments(one), moments(many)
    a, b, c, dx, dy = a1 + a2, b1 + b2, c1 + c2, one[0] - many[..., 0], one[1] - many[..., 1]
    whole = a * b - c ** 2
    near = 0.25 * (a * dy ** 2 + b * dx ** 2) / whole - 0.5 * c * dx * dy / whole
    shape = 0.5 * (whole / (4 * ((a1 * b1 - c1 ** 2) * (a2 * b2 - c2 ** 2)).sqrt())).log()
    return 1 - (1 - (-(near + shape)).exp()).clamp(min=0).sqrt()


def turned_nms(boxes, scores, labels, most):
    order, kept, margin = scores.argsort(descending=True).tolist(), [], 1.0
    for place in order:
        same = [other for other in kept if labels[other] == labels[place]]
        likes = prob_iou(boxes[place], boxes[same]) if same else torch.zeros(0)
        margin = min([margin, *(likes - most).abs().tolist()])
        if not (likes > most).any():
            kept.append(place)
    return kept, margin


def tables(kind, classes, outputs):
    """What each layout says: boxes as centre and size, scores [places, classes], values behind them."""
    if kind == "nas":
        corners, scores = outputs[0][0], outputs[1][0]
        return torch.cat([(corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]], 1), scores, scores[:, :0]
    if kind == "v5":
        rows = outputs[0][0]
        return rows[:, :4], rows[:, 5:5 + classes] * rows[:, 4:5], rows[:, :0]
    rows = outputs[0][0].T
    return rows[:, :4], rows[:, 4:4 + classes], rows[:, 4 + classes:]


def corners_of(boxes):
    return torch.cat([boxes[:, :2] - boxes[:, 2:4] / 2, boxes[:, :2] + boxes[:, 2:4] / 2], 1)


def find(kind, classes, outputs):
    """Boxes [n, 4 or 5], labels, scores, further values, how near any decision was, how many boxes were hidden (a graph that hides them itself: some)."""
    if kind == "v10":
        rows = outputs[0][0]
        margin = float((rows[:, 4] - LEAST_SCORE).abs().min())
        rows = rows[rows[:, 4] > LEAST_SCORE]
        boxes = torch.cat([(rows[:, :2] + rows[:, 2:4]) / 2, rows[:, 2:4] - rows[:, :2]], 1)
        return boxes, rows[:, 5].long(), rows[:, 4], rows[:, :0], margin, 2
    boxes, scores, rest = tables(kind, classes, outputs)
    best = scores.topk(min(2, scores.shape[1]), dim=1).values
    score, label = scores.max(1)
    seen = score > LEAST_SCORE
    margin = float((score - LEAST_SCORE).abs().min())
    if scores.shape[1] > 1:
        margin = min([margin, *(best[:, 0] - best[:, 1])[seen].tolist()])
    boxes, rest, label, score = boxes[seen], rest[seen], label[seen], score[seen]
    most = 0.45 if kind == "v5" else 0.7
    if kind == "obb":
        turned = torch.cat([boxes, rest], 1)
        kept, near = turned_nms(turned, score, label, most)
        return turned[kept], label[kept], score[kept], rest[kept], min(margin, near), len(boxes) - len(kept)
    corners = corners_of(boxes)
    overlaps = torchvision.ops.box_iou(corners, corners)[label[:, None] == label[None]]
    kept = torchvision.ops.batched_nms(corners, score, label, most)
    near = float((overlaps - most).abs().min()) if overlaps.numel() else 1.0
    return boxes[kept], label[kept], score[kept], rest[kept], min(margin, near), len(boxes) - len(kept)


def mask_of(box, weights, prototypes, size):
    """The sum of the prototypes, cut to the box in their own grid, made larger, positive."""
    rows, columns = prototypes.shape[1:]
    values = (weights @ prototypes.flatten(1)).view(rows, columns)
    left, top, right, bottom = (corners_of(box[None])[0] * torch.tensor([columns / size[1], rows / size[0]] * 2)).tolist()
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    values = values * ((x >= left) & (x < right) & (y >= top) & (y < bottom))
    return F.interpolate(values[None, None], size, mode="bilinear", align_corners=False)[0, 0] > 0


def record(name, picture, session):
    kind, _, names, _, size, _ = MODELS[name]
    image = np.array(tiny.picture(picture))
    canvas, scale, left, top = letterbox(image, size)
    pixels = canvas.transpose(2, 0, 1)[None].astype(np.float32) / 255
    given = pixels.astype(np.float16) if name in HALF else pixels
    outputs = [torch.from_numpy(part).float() for part in session.run(None, {"images": given})]
    boxes, labels, scores, rest, margin, hidden = find(kind, len(names), outputs)
    found = []
    for box, label, score, more in zip(boxes, labels, scores, rest):
        x0, y0, x1, y1 = corners_of(box[None])[0].tolist()
        ends = [((x0 - left) / scale / image.shape[1]), ((y0 - top) / scale / image.shape[0]), ((x1 - left) / scale / image.shape[1]),
                ((y1 - top) / scale / image.shape[0])]
        ends = [min(1.0, max(0.0, end)) for end in ends]
        if kind != "obb" and (ends[2] <= ends[0] or ends[3] <= ends[1]):
            continue
        entry = {"label": names[int(label)], "score": round(float(score), 5), "box": [round(end, 5) for end in ends]}
        if kind == "obb":
            entry["turned"] = [round(float(value), 4) for value in box]
        if kind == "segment" and len(found) < 4:
            bits = mask_of(box, more, outputs[1][0], size)
            entry["mask"] = base64.b64encode(np.packbits(bits.numpy().flatten()).tobytes()).decode()
        found.append(entry)
    return {"picture": picture, "pixels": tiny.sampled(torch.from_numpy(pixels)), "placed": [scale, left, top], "found": found,
            "margin": round(margin, 5), "hidden": hidden}


def make(name, out, seed):
    kind, task, names, more, size, is_open = MODELS[name]
    path = out / f"{name}.onnx"
    for attempt in range(seed, seed + 200):
        tiny.seed_everything(attempt)
        net = Net(kind, len(names), more)
        with torch.no_grad():
            for weight in net.parameters():
                weight.mul_(3.0)
        dtype = torch.float16 if name in HALF else torch.float32
        export(net.to(dtype), path, task, names, size, is_open, dtype)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        records = [record(name, picture, session) for picture in PICTURES]
        margins = [entry["margin"] for entry in records]
        counts = [len(entry["found"]) for entry in records]
        if min(margins) > LEAD * (8 if name in HALF else 1) and sum(counts) > 8 and min(counts) > 0 and sum(entry["hidden"] for entry in records) > 5:
            print(name, "seed", attempt, counts, "margin", min(margins), path.stat().st_size, "bytes")
            return {"seed": attempt, "records": records}
    raise SystemExit(f"{name}: no seed decides clearly")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default=str(HERE / "fixtures/yolo"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=MODELS, help="for a look: reference.json then holds these alone")
    args = parser.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "opencv": cv2.__version__,
                "onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__}
    made = {name: make(name, out, args.seed) for name in args.only or MODELS}
    (out / "reference.json").write_text(json.dumps({"versions": versions, "models": made}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
