"""Measures how far the shipped graphs are from torch, and that both say the same.

Usage: python parity.py --vision ../train/build/vision.pt --closer ../train/build/closer.pt --language ../train/build/language.pt --folder ../falconet
Writes parity.json into the model folder. Compared with torch twice: with the same rounded
weights, which checks the graphs, and with the unrounded weights, which shows what rounding costs.
"""
import argparse
import json
import random
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "train"))
sys.path.insert(0, str(HERE))
from export_onnx import fold_batch_norm, load, round_as_shipped  # noqa: E402
from language import SCORE_FLOOR, greedy  # noqa: E402
from runner import Runner  # noqa: E402
from classes import TRAIN_STYLES, UNSEEN_STYLES  # noqa: E402
from scenes import compose  # noqa: E402
from sprites import SpriteBank  # noqa: E402
from tasks import ALL_WEIGHTS, ask, text_of  # noqa: E402


@torch.no_grad()
def compare(runner, eye, language, scenes, prompts):
    worst = {"image_features": 0.0, "region_boxes": 0.0, "region_scores": 0.0, "logits": 0.0, "chunked_logits": 0.0}
    same = 0
    for pixels, prompt in zip(scenes, prompts):
        values = runner.normalize(pixels[None])
        features, boxes, scores = runner.see(values)
        found = eye(torch.from_numpy(values))
        tokens, torch_boxes, torch_scores, _ = language.objects(found, language.embedding.weight)
        # Candidates under the floor are all the same "nothing" token; their order may differ.
        kept = int((torch_scores[0] > SCORE_FLOOR).sum())
        for name, a, b in (("image_features", features, tokens), ("region_boxes", boxes[:, :kept], torch_boxes[:, :kept]),
                           ("region_scores", scores[:, :kept], torch_scores[:, :kept])):
            worst[name] = max(worst[name], float(np.abs(a - b.numpy()).max()))
        x = torch.cat([tokens, language.embedding(torch.tensor([prompt]))], 1)
        s = x.shape[1]
        bias = torch.full((s, s), -1e4).triu(1)[None, None]
        expected = language.decode(x, torch.arange(s)[None], bias)[0].numpy()
        whole = np.concatenate([features, runner.words(prompt)], 1)
        worst["logits"] = max(worst["logits"], float(np.abs(runner.feed(whole, runner.empty_past(), 0)[0] - expected).max()))
        past, length, cut = runner.empty_past(), 0, [0, 7, 20, s - 3, s]
        for a, b in zip(cut, cut[1:]):
            logits, past = runner.feed(whole[:, a:b], past, length)
            length = b
        worst["chunked_logits"] = max(worst["chunked_logits"], float(np.abs(logits - expected[:, cut[-2]:]).max()))
        same += runner.generate(features, prompt) == greedy(language, tokens, prompt, runner.eos, 200)
    return {**{f"largest_difference_{k}": v for k, v in worst.items()}, "prompts": len(prompts), "identical_greedy_answers": same}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vision", default=str(HERE.parent / "train/build/vision.pt"))
    parser.add_argument("--closer", default=str(HERE.parent / "train/build/closer.pt"))
    parser.add_argument("--language", default=str(HERE.parent / "train/build/language.pt"))
    parser.add_argument("--folder", default=str(HERE.parent / "falconet"))
    parser.add_argument("--prompts", type=int, default=200)
    args = parser.parse_args()
    runner = Runner(args.folder)
    rng, bank = random.Random(31415), SpriteBank(TRAIN_STYLES + UNSEEN_STYLES)
    scenes, prompts = [], []
    while len(prompts) < args.prompts:
        pixels, objects = compose(rng, bank, strength=0.0)
        asked = objects and ask(rng, objects, ALL_WEIGHTS, rng.choice(["en", "zh"]))
        if not asked:
            continue
        scenes.append(pixels)
        prompts.append(runner.prompt(text_of(asked[1])))
    result = {}
    for name in ("same_rounded_weights", "unrounded_weights"):
        eye, language = load(args.vision, args.closer, args.language, runner.tokenizer)
        fold_batch_norm(eye)
        if name == "same_rounded_weights":
            round_as_shipped(eye, language)
        result[name] = compare(runner, eye, language, scenes, prompts)
    (Path(args.folder) / "parity.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
