"""Trains the closer look on boxes of new scenes. Resumable; prints accuracy on fresh scenes. Minutes are of processor time.

Usage: python train_closer.py --minutes 60 --vision build/vision.pt --out build/closer.pt [--leave-out twemoji]
Scenes are made by other processes and kept a while: each step cuts objects out of some of them, at boxes drawn
a little off as the detector draws them. The detector itself stays as it is and is only asked when judging.
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

from classes import LINE_STYLES, MORE_STYLES, SHAPES, TRAIN_STYLES, UNSEEN_STYLES
from closer import CloserLook, agree, cut_out, windows
from scenes import compose
from sprites import SpriteBank
from train_vision import box_iou
from vision import Detector, normalize_pixels

KEPT_SCENES, FEWEST_SCENES = 1500, 200
SCENES_A_STEP, OBJECTS_A_SCENE = 16, 8
FRESH_A_STEP = 6  # a scene is looked at some three times; making it costs as much as learning from it


def produce(queue, seed, styles, strength):
    torch.set_num_threads(1)
    rng, bank = random.Random(seed), SpriteBank(styles, further=True)
    while True:
        pixels, objects = compose(rng, bank, rng.randint(9, 16), strength)
        # Plain shapes are easy: one in three is enough.
        objects = [o for o in objects if o["name"] not in SHAPES or rng.random() < 0.33]
        if objects:
            queue.put((pixels, [o["box"] for o in objects], [o["class_id"] for o in objects]))


def off_by_a_little(boxes):
    """Boxes [.., 4] as a detector draws them: each side off by some 3 % of the object, now and then by 10 %."""
    sides = (boxes[..., 2:] - boxes[..., :2])
    amount = torch.where(torch.rand(boxes.shape[:-1] + (1,)) < 0.2, 0.09, 0.03)
    return boxes + torch.randn_like(boxes) * amount * torch.cat([sides, sides], -1)


def turns(shape, degrees=12):
    angle = (torch.rand(shape) * 2 - 1) * math.radians(degrees) * (torch.rand(shape) < 0.5)
    shear = torch.randn(shape) * 0.08
    c, s = angle.cos(), angle.sin()
    return torch.stack([torch.stack([c, shear - s], -1), torch.stack([s, c], -1)], -2)


def repaint(crops):
    """Brightness, contrast and cast per crop, some greys, some noise, some covered corners."""
    n = len(crops)
    gain, shift = 1 + 0.18 * torch.randn(n, 3, 1, 1), 0.12 * torch.randn(n, 3, 1, 1)
    crops = crops * gain + shift
    grey = (torch.rand(n, 1, 1, 1) < 0.12).float() * torch.rand(n, 1, 1, 1)
    crops = crops * (1 - grey) + crops.mean(1, keepdim=True) * grey
    noisy = (torch.rand(n, 1, 1, 1) < 0.25).float() * 0.08
    crops = crops + noisy * torch.randn_like(crops)
    for i in torch.nonzero(torch.rand(n) < 0.25)[:, 0].tolist():
        side = crops.shape[-1]
        w, h = random.randint(side // 8, side // 2), random.randint(side // 8, side // 3)
        x, y = random.randint(0, side - w), random.randint(0, side - h)
        crops[i, :, y : y + h, x : x + w] = torch.rand(3, 1, 1) * 2 - 1
    return crops.clamp(-1.2, 1.2)


def draw_batch(kept):
    """Scenes from the kept ones, and objects of each -> crops, class ids."""
    pixels, boxes, names = [], [], []
    for _ in range(SCENES_A_STEP):
        scene = random.choice(kept)
        chosen = random.choices(range(len(scene[1])), k=OBJECTS_A_SCENE) if len(scene[1]) < OBJECTS_A_SCENE else random.sample(range(len(scene[1])), OBJECTS_A_SCENE)
        pixels.append(scene[0])
        boxes.append([scene[1][i] for i in chosen])
        names += [scene[2][i] for i in chosen]
    boxes = off_by_a_little(torch.tensor(boxes, dtype=torch.float32))
    centres, halves = windows(boxes)
    crops = cut_out(normalize_pixels(torch.from_numpy(np.stack(pixels))), centres, halves, turns(boxes.shape[:2]))
    return repaint(crops), torch.tensor(names)


@torch.no_grad()
def see(detector, crops):
    """The detector's first stage on crops."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return detector.to_8(crops.contiguous(memory_format=torch.channels_last))


@torch.no_grad()
def find_for_judging(detector, styles, scenes=100, seed=900001):
    """What the detector finds in fresh scenes: crops, its probabilities and the truth of every found icon."""
    rng, bank = random.Random(seed), SpriteBank(styles)
    crops, said, truth = [], [], []
    for _ in range(0, scenes, 20):
        made = [compose(rng, bank, strength=0.0) for _ in range(20)]
        pixels = normalize_pixels(torch.from_numpy(np.stack([m[0] for m in made])))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            maps = detector(pixels)
        picked = detector.pick_peaks(maps)
        seen = cut_out(pixels, *windows(picked["boxes"])).view(20, -1, 3, *[64, 64])
        for i, (_, objects) in enumerate(made):
            boxes, scores = picked["boxes"][i].tolist(), picked["scores"][i].tolist()
            for o in objects:
                best = max(range(len(boxes)), key=lambda k: box_iou(boxes[k], o["box"]) * (scores[k] > 0.1))
                if box_iou(boxes[best], o["box"]) > 0.5 and scores[best] > 0.1 and not o["colour"]:
                    crops.append(seen[i, best])
                    said.append(picked["class_probabilities"][i, best])
                    truth.append(o["class_id"])
    return see(detector, torch.stack(crops)), torch.stack(said), torch.tensor(truth)


@torch.no_grad()
def judge(model, found):
    features, said, truth = found
    model.eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = torch.cat([model(c).float() for c in features.split(100)])
    share = lambda guess: (guess.argmax(-1) == truth).float().mean().item()
    return {"detector": share(said), "closer": share(logits), "both": share(agree(said, logits))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60, help="of processor time: a busy machine only makes it take longer")
    parser.add_argument("--vision", default="build/vision.pt")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--judge-every", type=float, default=240, help="seconds of processor time between two judgements")
    parser.add_argument("--producers", type=int, default=1)
    parser.add_argument("--leave-out", nargs="*", default=[], help="styles to leave out of training and to judge as well")
    parser.add_argument("--out", default="build/closer.pt")
    args = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)
    styles = [s for s in TRAIN_STYLES + MORE_STYLES + LINE_STYLES if s not in args.leave_out]
    detector = Detector().to(memory_format=torch.channels_last).eval()
    detector.load_state_dict(torch.load(args.vision, map_location="cpu")["model"])
    splits = [("trained", [s for s in TRAIN_STYLES if s not in args.leave_out]), ("unseen", UNSEEN_STYLES)]
    splits += [("left out", args.leave_out)] if args.leave_out else []
    found = {kind: find_for_judging(detector, them) for kind, them in splits}
    model = CloserLook().to(memory_format=torch.channels_last)
    print(sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    decay = [p for p in model.parameters() if p.dim() > 1]
    rest = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.0}], lr=args.rate)
    average = {k: v.clone() for k, v in model.state_dict().items()}
    spent, step = 0.0, 0
    if os.path.exists(args.out):
        saved = torch.load(args.out, map_location="cpu")
        model.load_state_dict(saved["live"])
        optimizer.load_state_dict(saved["optimizer"])
        average, spent, step = saved["model"], saved["spent"], saved["step"]
    queue = mp.Queue(64)
    for i in range(args.producers):
        mp.Process(target=produce, args=(queue, 300_000 + step * 7 + i, styles, args.strength), daemon=True).start()
    kept, made = [queue.get() for _ in range(FEWEST_SCENES)], FEWEST_SCENES
    curve = csv.writer(open(args.out.replace(".pt", ".csv"), "a", buffering=1))
    start, last_save, last_judge, smooth, hits = time.process_time() - spent, time.time(), time.process_time(), None, 0.0
    log_step, log_time = step, time.process_time()
    while time.process_time() - start < args.minutes * 60:
        for _ in range(FRESH_A_STEP):
            if queue.empty():
                break
            scene = queue.get()
            if len(kept) < KEPT_SCENES:
                kept.append(scene)
            else:
                kept[made % KEPT_SCENES] = scene
            made += 1
        done = (time.process_time() - start) / (args.minutes * 60)
        rate = args.rate * min(1, (step + 1) / 200) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.train()
        crops, names = draw_batch(kept)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(see(detector, crops))
        loss = F.cross_entropy(logits.float(), names, label_smoothing=0.1)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        step += 1
        keep = min(0.998, 1 - 10 / (step + 10))
        for name, value in model.state_dict().items():
            if value.dtype.is_floating_point:
                average[name].lerp_(value, 1 - keep)
        smooth = loss.item() if smooth is None else 0.97 * smooth + 0.03 * loss.item()
        hits = 0.97 * hits + 0.03 * (logits.argmax(-1) == names).float().mean().item()
        if step % 100 == 0:
            speed = (step - log_step) * len(names) / (time.process_time() - log_time)
            log_step, log_time = step, time.process_time()
            print(f"{time.process_time() - start:.0f}s step {step} {speed:.0f} objects/s, {made} scenes made, rate {rate:.1e} loss {smooth:.3f} right {hits:.3f}", flush=True)
        if time.time() - last_save > 120 or time.process_time() - start >= args.minutes * 60:
            last_save = time.time()
            torch.save({"model": average, "live": model.state_dict(), "optimizer": optimizer.state_dict(),
                        "spent": time.process_time() - start, "step": step}, args.out + ".part")
            os.replace(args.out + ".part", args.out)
        if time.process_time() - last_judge > args.judge_every or time.process_time() - start >= args.minutes * 60:
            last_judge = time.process_time()
            judged = CloserLook().to(memory_format=torch.channels_last)
            judged.load_state_dict(average)
            for kind in found:
                result = judge(judged, found[kind])
                print(f"  {kind}: " + " ".join(f"{k} {v:.3f}" for k, v in result.items()), flush=True)
                curve.writerow([round(time.process_time() - start), step, kind] + [round(v, 4) for v in result.values()])


if __name__ == "__main__":
    main()
