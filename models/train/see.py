"""Shows the trained eye new scenes (all training styles, changed as in training) and keeps what it proposed, for train_language.py --real.

Usage: python see.py --vision build/vision.pt --closer build/closer.pt --scenes 8000 --out build/seen.pt [--seed 500000]
Also writes <out>-judge.pt (200 scenes of another seed) for judging while training.
"""
import argparse
import random

import numpy as np
import torch
import torch.multiprocessing as mp

from classes import LINE_STYLES, MORE_STYLES, TRAIN_STYLES
from closer import load_eye
from scenes import compose
from sprites import SpriteBank
from vision import normalize_pixels


def produce(queue, seed, batches, size):
    rng, bank = random.Random(seed), SpriteBank(TRAIN_STYLES + MORE_STYLES + LINE_STYLES, further=True)
    for _ in range(batches):
        made = [compose(rng, bank) for _ in range(size)]
        queue.put((np.stack([m[0] for m in made]), [m[1] for m in made]))


@torch.no_grad()
def see(model, count, seed, size=32):
    queue = mp.Queue(6)
    batches = (count + size - 1) // size
    worker = mp.Process(target=produce, args=(queue, seed, batches, size), daemon=True)
    worker.start()
    kept, objects = [], []
    for i in range(batches):
        pixels, made = queue.get()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            picked = model(normalize_pixels(torch.from_numpy(pixels)))
        kept.append({k: v.float() if k in ("boxes", "scores") else v.half() for k, v in picked.items()})
        objects += made
        if i % 50 == 0:
            print(f"{len(objects)} of {count}", flush=True)
    worker.join()
    return {"found": {k: torch.cat([p[k] for p in kept]) for k in kept[0]}, "objects": objects}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vision", default="build/vision.pt")
    parser.add_argument("--closer", default="build/closer.pt")
    parser.add_argument("--scenes", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=500000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", default="build/seen.pt")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model = load_eye(args.vision, args.closer).to(memory_format=torch.channels_last)
    torch.save(see(model, 200, args.seed + 1), args.out.replace(".pt", "-judge.pt"))
    torch.save(see(model, args.scenes, args.seed), args.out)


if __name__ == "__main__":
    main()
