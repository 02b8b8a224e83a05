"""Trains the detector alone. Resumable; prints accuracy on fresh scenes. Minutes are of processor time.

Usage: python train_vision.py --minutes 60 --out build/vision.pt [--start-from build/vision-start.pt]
"""
import argparse
import csv
import math
import os
import random
import time

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from classes import LINE_STYLES, MORE_STYLES, TRAIN_STYLES, UNSEEN_STYLES
from scenes import compose
from sprites import SpriteBank
from vision import GRID, Detector, normalize_pixels


def targets(objects):
    """Centre map, and for positive cells the class, colour and the four sides.

    The centre map is a Gaussian per object (narrow, sized by the object); positive cells
    for class and box are the 3x3 around the centre for all but tiny objects.
    """
    centre = np.zeros((GRID, GRID), np.float32)
    classes = np.full((GRID, GRID), -1, np.int64)
    colours = np.full((GRID, GRID), -1, np.int64)
    sides = np.zeros((4, GRID, GRID), np.float32)
    weight = np.zeros((GRID, GRID), np.float32)
    grid = (np.arange(GRID, dtype=np.float32) + 0.5) / GRID
    for o in objects:
        x0, y0, x1, y1 = o["box"]
        cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
        gx, gy = min(GRID - 1, int(cx * GRID)), min(GRID - 1, int(cy * GRID))
        sx, sy = max(0.7, (x1 - x0) * GRID * 0.11), max(0.7, (y1 - y0) * GRID * 0.11)
        bump = np.exp(-((np.arange(GRID)[None] - gx) ** 2 / (2 * sx * sx) + (np.arange(GRID)[:, None] - gy) ** 2 / (2 * sy * sy)))
        centre = np.maximum(centre, bump.astype(np.float32))
        rx, ry = (0 if (b - a) * GRID < 2.6 else 1 for a, b in ((x0, x1), (y0, y1)))
        for yy in range(max(0, gy - ry), min(GRID, gy + ry + 1)):
            for xx in range(max(0, gx - rx), min(GRID, gx + rx + 1)):
                closeness = 1.0 if (yy, xx) == (gy, gx) else 0.5
                if closeness <= weight[yy, xx]:
                    continue
                weight[yy, xx] = closeness
                classes[yy, xx], colours[yy, xx] = o["class_id"], o["colour_id"]
                sides[:, yy, xx] = grid[xx] - x0, grid[yy] - y0, x1 - grid[xx], y1 - grid[yy]
    return centre, classes, colours, sides, weight


def batch(rng, bank, size, dense):
    rows = []
    for _ in range(size):
        pixels, objects = compose(rng, bank, rng.randint(8, 16) if dense and rng.random() < 0.7 else None)
        rows.append((pixels,) + targets(objects))
    return [np.stack(column) for column in zip(*rows)]


def produce(queue, seed, size):
    torch.set_num_threads(1)
    rng, bank = random.Random(seed), SpriteBank(TRAIN_STYLES + MORE_STYLES + LINE_STYLES, further=True)
    while True:
        queue.put(batch(rng, bank, size, True))


def loss_of(model, arrays):
    pixels, centre, classes, colours, sides, weight = (torch.from_numpy(a) for a in arrays)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        maps = model(normalize_pixels(pixels))
    score = maps["centre"].float()[:, 0]
    p = torch.sigmoid(score)
    exact = (centre > 0.999).float()
    # CenterNet's focal loss: the flanks of a bump are punished less than empty ground.
    positive = F.logsigmoid(score) * (1 - p) ** 2 * exact
    negative = F.logsigmoid(-score) * p**2 * (1 - centre) ** 4 * (1 - exact)
    count = exact.sum().clamp(min=1)
    centre_loss = -(positive.sum() + negative.sum()) / count
    on = weight > 0
    w = weight[on] / weight[on].sum()
    class_logits = maps["classes"].float().permute(0, 2, 3, 1)[on]
    class_loss = (F.cross_entropy(class_logits, classes[on], reduction="none", label_smoothing=0.03) * w).sum()
    colour_logits = maps["colours"].float().permute(0, 2, 3, 1)[on]
    colour_loss = (F.cross_entropy(colour_logits, colours[on], reduction="none") * w).sum()
    said = maps["sides"].permute(0, 2, 3, 1)[on]
    true = sides.permute(0, 2, 3, 1)[on]
    shared = (torch.minimum(said[:, 0], true[:, 0]) + torch.minimum(said[:, 2], true[:, 2])) * (
        torch.minimum(said[:, 1], true[:, 1]) + torch.minimum(said[:, 3], true[:, 3]))
    area = lambda s: (s[:, 0] + s[:, 2]) * (s[:, 1] + s[:, 3])
    iou = shared.clamp(min=0) / (area(said) + area(true) - shared).clamp(min=1e-6)
    box_loss = ((1 - iou + 8 * F.smooth_l1_loss(said, true, reduction="none", beta=0.02).sum(-1)) * w).sum()
    return centre_loss + 1.5 * class_loss + 0.5 * colour_loss + 1.5 * box_loss, (centre_loss, class_loss, colour_loss, box_loss)


def box_iou(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


@torch.no_grad()
def judge(model, styles, scenes=60, seed=900001):
    """Recall at IoU 0.5, class and colour accuracy of the found, false peaks per scene."""
    rng, bank = random.Random(seed), SpriteBank(styles)
    model.eval()
    total = found = right = coloured = false = overlap = 0
    for start in range(0, scenes, 20):
        made = [compose(rng, bank, strength=0.0) for _ in range(20)]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            maps = model(normalize_pixels(torch.from_numpy(np.stack([m[0] for m in made]))))
        picked = model.pick_peaks(maps)
        for i, (_, objects) in enumerate(made):
            boxes, scores = picked["boxes"][i].tolist(), picked["scores"][i].tolist()
            used = set()
            for o in objects:
                best = max(range(len(boxes)), key=lambda k: box_iou(boxes[k], o["box"]) * (scores[k] > 0.1))
                iou = box_iou(boxes[best], o["box"])
                total += 1
                if iou > 0.5 and scores[best] > 0.1:
                    found += 1
                    used.add(best)
                    overlap += iou
                    right += int(picked["class_probabilities"][i, best].argmax()) == o["class_id"]
                    coloured += int(picked["colour_probabilities"][i, best].argmax()) == o["colour_id"]
            false += sum(s > 0.3 for k, s in enumerate(scores) if k not in used)
    model.train()
    return {"recall": found / total, "iou": overlap / max(1, found), "class": right / max(1, found),
            "colour": coloured / max(1, found), "false_per_scene": false / scenes}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60, help="of processor time: a busy machine only makes it take longer")
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--judge-every", type=float, default=300, help="seconds of processor time between two judgements")
    parser.add_argument("--producers", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--start-from", default="", help="weights to begin with, from warm_start.py")
    parser.add_argument("--keep-stem", action="store_true", help="do not train the first stage: half as much work a scene")
    parser.add_argument("--out", default="build/vision.pt")
    args = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)
    model = Detector().to(memory_format=torch.channels_last)
    if args.keep_stem:
        model.keep_stem()
        model.train()
    decay = [p for p in model.parameters() if p.dim() > 1]
    rest = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.04}, {"params": rest, "weight_decay": 0.0}], lr=args.rate)
    if args.start_from:
        model.load_state_dict(torch.load(args.start_from, map_location="cpu")["model"])
    average = {k: v.clone() for k, v in model.state_dict().items()}
    spent, step = 0.0, 0
    if os.path.exists(args.out):
        saved = torch.load(args.out, map_location="cpu")
        model.load_state_dict(saved["live"])
        optimizer.load_state_dict(saved["optimizer"])
        average, spent, step = saved["model"], saved["spent"], saved["step"]
    queue = mp.Queue(12)
    for i in range(args.producers):
        mp.Process(target=produce, args=(queue, 1000 + step * 7 + i, args.batch), daemon=True).start()
    curve = csv.writer(open(args.out.replace(".pt", ".csv"), "a", buffering=1))
    start, last_save, last_judge, smooth = time.process_time() - spent, time.time(), time.process_time(), None
    log_step, log_time = step, time.process_time()
    while time.process_time() - start < args.minutes * 60:
        done = (time.process_time() - start) / (args.minutes * 60)
        rate = args.rate * min(1, (step + 1) / 300) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss, parts = loss_of(model, queue.get())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        step += 1
        keep = min(0.998, 1 - 10 / (step + 10))  # the last tenth of all steps at first
        for name, value in model.state_dict().items():
            if value.dtype.is_floating_point:
                average[name].lerp_(value, 1 - keep)
        now = torch.stack(parts).detach()
        smooth = now if smooth is None else 0.97 * smooth + 0.03 * now
        if step % 100 == 0:
            speed = (step - log_step) * args.batch / (time.process_time() - log_time)
            log_step, log_time = step, time.process_time()
            print(f"{time.process_time() - start:.0f}s step {step} {speed:.0f} scenes/s rate {rate:.1e} centre/class/colour/box "
                  + " ".join(f"{v:.3f}" for v in smooth.tolist()), flush=True)
        if time.time() - last_save > 180 or time.process_time() - start >= args.minutes * 60:
            last_save = time.time()
            torch.save({"model": average, "live": model.state_dict(), "optimizer": optimizer.state_dict(),
                        "spent": time.process_time() - start, "step": step}, args.out + ".part")
            os.replace(args.out + ".part", args.out)
        if time.process_time() - last_judge > args.judge_every or time.process_time() - start >= args.minutes * 60:
            last_judge = time.process_time()
            judged = Detector().to(memory_format=torch.channels_last)
            judged.load_state_dict(average)
            for kind, styles in (("trained", TRAIN_STYLES), ("unseen", UNSEEN_STYLES)):
                result = judge(judged, styles)
                print(f"  {kind}: " + " ".join(f"{k} {v:.3f}" for k, v in result.items()), flush=True)
                curve.writerow([round(time.process_time() - start), step, kind] + [round(v, 4) for v in result.values()])


if __name__ == "__main__":
    main()
