"""Trains the language part: first on symbolic scenes, then on what the detector really sees.

Usage: python train_language.py --minutes 40 --out build/language.pt [--real build/seen.pt] [--all-tasks-at 0.3]
Resumable. Prints single-question accuracy every few minutes; loss alone says little.
"""
import argparse
import math
import os
import random
import re
import time

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from tokenizers import Tokenizer

from language import (ANSWER_LOOK, MATCH_LAYER, PLACE_LAYER, SLOT_LAYER, QUESTION_LOOK, Language, greedy, place_code, word_tables)
from packing import Speller, collate, match, pack, symbolic_scene
from classes import NAMES
from tasks import ALL_WEIGHTS, FIRST_WEIGHTS, TONGUES, ask, follow_up, text_of
from words import plural
from train_vision import box_iou
from vision import CANDIDATES

BOX = re.compile(r"\[(0\.\d+),(0\.\d+),(0\.\d+),(0\.\d+)")


class SeenScenes:
    """Scenes with the detector's real candidates, made by see.py."""

    def __init__(self, path):
        saved = torch.load(path, weights_only=False)
        self.objects = saved["objects"]
        self.found = {k: v.numpy() for k, v in saved["found"].items()}

    def scene(self, rng):
        while True:
            i = rng.randrange(len(self.objects))
            found = {k: v[i].astype(np.float32) for k, v in self.found.items()}
            objects, targets = match(self.objects[i], found)
            if objects:
                return objects, found, targets


def produce(queue, seed, size, stage, tokenizer_path, real_path, budget):
    torch.set_num_threads(1)
    rng = random.Random(seed)
    speller = Speller(Tokenizer.from_file(tokenizer_path))
    real = SeenScenes(real_path) if real_path else None
    while True:
        done, all_tasks = stage[0], stage[1]
        rows = []
        for _ in range(size):
            if real and rng.random() < 0.6:  # made-up scenes keep it used to a torn detector
                scene = real.scene(rng)
            else:
                most = 2 if done < 0.05 else 4 if done < 0.10 else 8 if rng.random() < 0.85 else 12
                scene = symbolic_scene(rng, most, 1.0 if done < 0.10 else 0.75)
                if not scene[0]:
                    continue
            rows.append(pack(rng, speller, scene, ALL_WEIGHTS if done > all_tasks else FIRST_WEIGHTS, budget))
        queue.put(collate(rows))


def row_bias(groups, dtype=torch.float32):
    """Who may see whom: image tokens causally, text sees the image and its own conversation so far."""
    n, s = groups.shape
    full = torch.cat([torch.full((n, CANDIDATES), -2, dtype=groups.dtype), groups], 1)
    same = (full[:, :, None] == full[:, None, :]) | (full[:, None, :] == -2)
    causal = torch.ones(s + CANDIDATES, s + CANDIDATES, dtype=torch.bool).tril()
    return torch.where(same & causal, 0.0, -1e4).to(dtype).unsqueeze(1)


def loss_of(model, arrays, look_weight):
    found, packed, spots, rank, kinds = arrays
    ids, labels, question_look, answer_look, slots, groups, positions, nouns = (torch.from_numpy(a) for a in packed)
    found = {k: torch.from_numpy(v) for k, v in found.items()}
    n, s = ids.shape
    with torch.autocast("cpu", dtype=torch.bfloat16):
        tokens, _, _, order = model.objects(found, model.embedding.weight)
        x = torch.cat([tokens.float(), model.embedding(ids)], 1)
        at = torch.cat([torch.arange(CANDIDATES).expand(n, -1), positions], 1)
        _, _, hidden, looks = model.decode(x, at, row_bias(groups), look=True)
        on = labels >= 0
        said = model.logits(hidden[-1][:, CANDIDATES:][on])
    parts = {"text": F.cross_entropy(said.float(), labels[on])}
    where = order.argsort(1)  # candidate index -> position after sorting
    row, column = (nouns >= 0).nonzero(as_tuple=True)
    seen = looks[MATCH_LAYER][row, :, column + CANDIDATES].float()
    fits = (torch.from_numpy(kinds).gather(1, order)[row] == nouns[row, column].unsqueeze(1)).float()
    on_objects = (seen[:, :, :CANDIDATES] * fits.unsqueeze(1)).sum(-1)
    on_itself = seen.gather(2, (column + CANDIDATES).view(-1, 1, 1).expand(-1, seen.shape[1], 1))[..., 0]
    parts["match"] = -torch.where(fits.any(1, keepdim=True), on_objects, on_itself).clamp(min=1e-6).log().mean()
    for layer, aims in ((QUESTION_LOOK, question_look), (ANSWER_LOOK, answer_look)):
        row, column = (aims >= 0).nonzero(as_tuple=True)
        if len(row):
            seen = looks[layer][row, :, column + CANDIDATES].float()  # [m, heads, keys]
            target = where[row, aims[row, column]]
            chosen = seen.gather(2, target.view(-1, 1, 1).expand(-1, seen.shape[1], 1))
            parts["look" + str(layer)] = -(chosen.clamp(min=1e-6).log()).mean()
    if len(spots):
        row, column = torch.from_numpy(spots[:, 0]).long(), torch.from_numpy(spots[:, 1]).long()
        said = model.place_probe(hidden[PLACE_LAYER][row, column + CANDIDATES].float())
        parts["place"] = F.binary_cross_entropy_with_logits(said, place_code(torch.from_numpy(spots[:, 2:])).clamp(0, 1)) * 5
    parts["slot"] = F.cross_entropy(model.slot_probe(hidden[SLOT_LAYER][:, CANDIDATES:].float()).flatten(0, 1), slots.flatten(), ignore_index=-1)
    parts["next"] = F.cross_entropy(
        model.next_slot_probe(hidden[ANSWER_LOOK - 1][:, CANDIDATES:-1].float()).flatten(0, 1), slots[:, 1:].flatten(), ignore_index=-1)
    rank = torch.from_numpy(rank).gather(1, order.unsqueeze(-1).expand(-1, -1, rank.shape[-1]))
    known = rank >= 0
    parts["rank"] = F.binary_cross_entropy_with_logits(model.rank_probe(tokens.float())[known], rank[known])
    total = parts["text"] + look_weight * (parts.get(f"look{QUESTION_LOOK}", 0) + parts.get(f"look{ANSWER_LOOK}", 0) + 0.5 * parts["match"])
    return total + 0.5 * parts.get("place", 0) + 0.1 * parts["slot"] + 0.1 * parts["next"] + 0.3 * parts["rank"], parts


def prompt_ids(speller, question):
    ids = [speller.user]
    for text, _ in question:
        ids += speller.spell(text)
    return ids + [speller.space, speller.assistant]


def is_right(task, said, answer, objects, aim):
    """REC by its box alone; everything else by its words, and every box at IoU 0.5."""
    boxes_of = lambda text: [[float(v) for v in m.groups()] for m in BOX.finditer(text)]
    words_of = lambda text: re.sub(r"\s*\[[^\]]*\]", "", text).strip()
    truth = text_of(answer)
    found, true = boxes_of(said), boxes_of(truth)
    if task == "rec":
        return bool(found) and box_iou(found[0], objects[aim]["box"]) > 0.5
    if task == "aim":
        close = re.search(r"(0\.\d+),(0\.\d+)\]", said)
        b = objects[aim]["box"]
        return bool(close) and b[0] <= float(close[1]) <= b[2] and b[1] <= float(close[2]) <= b[3]
    return words_of(said) == words_of(truth) and len(found) == len(true) and all(box_iou(a, b) > 0.5 for a, b in zip(found, true))


JUDGED = ("rec", "point", "absent", "count", "reg", "relation", "compare", "beside", "aim")


@torch.no_grad()
def judge(model, speller, scenes, count=12):
    """Single questions, greedy: share right per task, English / Chinese, and of pronoun turns."""
    rng = random.Random(77)
    model.eval()
    result = {}
    for task in JUDGED + ("it",):
        shares = []
        for tongue in ("en", "zh"):
            right = 0
            for _ in range(count):
                while True:
                    objects, found, _ = scenes(rng)
                    made = ask(rng, objects, {"point" if task == "it" else task: 1.0}, tongue) if objects else None
                    before = []
                    if task == "it" and made:
                        before = speller.turn(made)
                        made = follow_up(rng, objects, TONGUES[tongue], made)
                    if made:
                        break
                tokens = model.objects({k: torch.from_numpy(v)[None] for k, v in found.items()}, model.embedding.weight)[0]
                kind, question, answer, aim = made
                said = speller.tokenizer.decode(greedy(model, tokens, before + prompt_ids(speller, question), speller.eos, 60)).strip()
                right += is_right(kind, said, answer, objects, aim)
            shares.append(right / count)
        result[task] = tuple(shares)
    model.train()
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=40, help="of processor time: a busy machine only makes it take longer")
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--budget", type=int, default=150)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--judge-every", type=float, default=300, help="seconds of processor time between two judgements")
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--all-tasks-at", type=float, default=0.3)
    parser.add_argument("--tokenizer", default="../falconet/tokenizer.json")
    parser.add_argument("--real", default="")
    parser.add_argument("--start-from", default="", help="weights of an earlier stage")
    parser.add_argument("--out", default="build/language.pt")
    args = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)
    tokenizer = Tokenizer.from_file(args.tokenizer)
    speller = Speller(tokenizer)
    model = Language(tokenizer.get_vocab_size(), word_tables(tokenizer))
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=0.02, betas=(0.9, 0.98))
    spent, step = 0.0, 0
    if os.path.exists(args.out):
        saved = torch.load(args.out, map_location="cpu")
        model.load_state_dict(saved["live"])
        optimizer.load_state_dict(saved["optimizer"])
        spent, step, average = saved["spent"], saved["step"], saved["model"]
    else:
        if args.start_from:
            missing = model.load_state_dict(torch.load(args.start_from, map_location="cpu")["model"], strict=False).missing_keys
        if not args.start_from or missing:
            rng, one = random.Random(1), lambda word: tokenizer.encode(" " + word).ids[-1]
            batch = collate([pack(rng, speller, symbolic_scene(rng, 8, 1.0), FIRST_WEIGHTS, 60) for _ in range(32)])[0]
            model.prepare_matching({k: torch.from_numpy(v) for k, v in batch.items()},
                                   [(one(n), one(plural(n))) for n in NAMES if one(n) != one(plural(n))])
        average = {k: v.clone() for k, v in model.state_dict().items()}
    stage = mp.Array("d", [1.0 if args.real or args.start_from else 0.0, args.all_tasks_at])
    queue = mp.Queue(8)
    mp.Process(target=produce, args=(queue, 5000 + step, args.batch, stage, args.tokenizer, args.real, args.budget), daemon=True).start()
    if args.real:
        real = SeenScenes(args.real.replace(".pt", "-judge.pt"))
        scenes = real.scene
    else:
        scenes = lambda rng: symbolic_scene(rng, 6, 1.0)
    start, last_save, last_judge, smooth = time.process_time() - spent, time.time(), time.process_time(), {}
    log_step, log_time = step, time.process_time()
    while time.process_time() - start < args.minutes * 60:
        done = (time.process_time() - start) / (args.minutes * 60)
        stage[0] = 1.0 if args.real or args.start_from else done
        rate = args.rate * min(1, (step + 1) / 300) * (0.04 + 0.96 * 0.5 * (1 + math.cos(math.pi * max(0.0, (done - 0.3) / 0.7))))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss, parts = loss_of(model, queue.get(), 0.5 if done < 0.7 else 0.2)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        keep = min(0.997, 1 - 10 / (step + 10))  # the last tenth of all steps at first
        for name, value in model.state_dict().items():
            average[name].lerp_(value, 1 - keep)
        for name, value in parts.items():
            smooth[name] = 0.96 * smooth.get(name, value.item()) + 0.04 * value.item()
        if step % 100 == 0:
            speed = (step - log_step) * args.batch / (time.process_time() - log_time)
            log_step, log_time = step, time.process_time()
            print(f"{time.process_time() - start:.0f}s step {step} {speed:.0f} rows/s rate {rate:.1e} "
                  + " ".join(f"{k} {v:.3f}" for k, v in smooth.items()), flush=True)
        if time.time() - last_save > 180 or time.process_time() - start >= args.minutes * 60:
            last_save = time.time()
            torch.save({"model": average, "live": model.state_dict(), "optimizer": optimizer.state_dict(),
                        "spent": time.process_time() - start, "step": step}, args.out + ".part")
            os.replace(args.out + ".part", args.out)
        if time.process_time() - last_judge > args.judge_every:
            last_judge = time.process_time()
            print("  judged: " + " ".join(f"{k} {en:.2f}/{zh:.2f}" for k, (en, zh) in judge(model, speller, scenes).items()), flush=True)


if __name__ == "__main__":
    main()
