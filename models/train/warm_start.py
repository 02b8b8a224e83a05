"""Starts a new Falconet from the files of an older one: what the shipped graphs hold, back as checkpoints.

Usage: python warm_start.py --folder ../falconet --vision-out build/vision-start.pt --language-out build/language-start.pt

The eye: the shipped convolutions have batch norm folded in. Filters are scaled to unit length and
batch norm gets the mean and spread it meets on new scenes, so that the whole computes what it did
and can be trained on. The voice: words that both vocabularies have keep their vectors; new nouns
are drawn like the old ones, from the plane the old nouns span, so that what learned to match and to
copy nouns does so with new ones; a Chinese word starts beside its English one.
"""
import argparse
import json
import random
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn as nn
from onnx import numpy_helper
from tokenizers import Tokenizer

from classes import COLOURS, LINE_STYLES, MORE_STYLES, NAMES, TRAIN_STYLES
from scenes import compose
from sprites import SpriteBank
from vision import CLASS_COUNT, Detector, normalize_pixels


def stored(path):
    """Every weight of a shipped graph as float32, by the name it had in torch.

    Matrices of linear layers lost their names in the export: each takes the name of the bias that is added to its product.
    """
    graph, parts = onnx.load(str(path)).graph, {}
    for tensor in graph.initializer:
        parts[tensor.name] = numpy_helper.to_array(tensor).astype(np.float32)
    named = {}
    for node in graph.node:
        if node.op_type == "MatMul":
            follower = next((n for n in graph.node if n.op_type == "Add" and node.output[0] in n.input), None)
            bias = next((i for i in follower.input if i.endswith(".bias")), None) if follower else None
            weight = next((i for i in node.input if i.startswith("onnx::MatMul")), None)
            if bias and weight:
                named[weight] = bias.removesuffix("bias") + "weight"
    whole = {}
    for name, value in parts.items():
        if name.endswith("_int8"):
            value, name = value * parts[name[:-5] + "_scale"], name[:-5]
        elif name.endswith("_half"):
            name = name[:-5]
        elif name.endswith("_scale") and name[:-6] + "_int8" in parts:
            continue
        turned = name in named
        value = torch.from_numpy(np.array(value))
        whole[named.get(name, name)] = value.t().contiguous() if turned else value
    return whole


def open_eye(folder):
    """The older detector inside today's, with its class rows where the names are now."""
    old = json.loads((folder / "eyrie.json").read_text())
    old_names = old["classes"] + old["shapes"]
    whole = {k.removeprefix("eye.").removeprefix("detector."): v for k, v in stored(folder / "onnx/vision_encoder.onnx").items()}
    model = Detector().to(memory_format=torch.channels_last)
    state = model.state_dict()
    biases = {}
    with torch.no_grad():
        for name in state:
            if name.startswith("what.1"):
                rows = whole[name]
                state[name].mul_(0.3)
                for i, known in enumerate(NAMES):
                    if known in old_names:
                        state[name][i] = rows[old_names.index(known)]
                    elif name.endswith("bias"):
                        state[name][i] = rows[: len(old_names)].mean()
                state[name][CLASS_COUNT:] = rows[len(old_names) :]
            elif name in whole:
                value = whole[name]
                if name.endswith(".0.weight") and name.removesuffix(".0.weight") + ".1.running_mean" in state:
                    length = value.flatten(1).norm(dim=1).clamp(min=1e-6)
                    biases[name.removesuffix(".0.weight") + ".1"] = (length, whole[name.removesuffix("weight") + "bias"])
                    value = value / length.view(-1, 1, 1, 1)
                state[name].copy_(value)
    model.load_state_dict(state)
    calibrate(model, biases)
    return model


@torch.no_grad()
def calibrate(model, biases):
    """One pass over new scenes; each batch norm learns what it meets before it is used."""
    rng, bank = random.Random(4), SpriteBank(TRAIN_STYLES + MORE_STYLES + LINE_STYLES)
    pixels = torch.from_numpy(np.stack([compose(rng, bank, rng.randint(4, 12))[0] for _ in range(96)]))

    def meet(name):
        length, bias = biases[name]

        def hook(norm, inputs):
            values = inputs[0].float()
            mean, spread = values.mean((0, 2, 3)), values.var((0, 2, 3), unbiased=False)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(spread)
            norm.weight.copy_((spread + norm.eps).sqrt() * length)
            norm.bias.copy_(bias + mean * length)
        return hook
    hooks = [m.register_forward_pre_hook(meet(n)) for n, m in model.named_modules() if isinstance(m, nn.BatchNorm2d)]
    model.eval()(normalize_pixels(pixels))
    for hook in hooks:
        hook.remove()


@torch.no_grad()
def open_voice(folder, tokenizer, pairs, nouns):
    """The older decoder inside today's. `pairs`: (new word, known word) texts; `nouns`: class nouns, singular and plural."""
    from language import WIDTH, Language, word_tables
    model = Language(tokenizer.get_vocab_size(), word_tables(tokenizer))
    state = model.state_dict()
    eye = stored(folder / "onnx/vision_encoder.onnx")
    taken = set()
    voice = stored(folder / "onnx/decoder_model_merged.onnx")
    for name, value in {**{k: v for k, v in eye.items() if k.startswith("objects.")},
                        **{k.removeprefix("language."): v for k, v in voice.items()}}.items():
        if name == "objects.digits.weight":
            state[name][: len(value)] = value
        elif name in state and state[name].shape == value.shape:
            state[name].copy_(value)
            taken.add(name)
    words = stored(folder / "onnx/embed_tokens.onnx")["weight"]
    old = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def single(t, text):
        ids = t.encode(text).ids
        return ids[0] if len(ids) == 1 else None

    known = {}
    for token, index in tokenizer.get_vocab().items():
        was = old.get_vocab().get(token)
        if was is not None:
            state["embedding.weight"][index] = words[was]
            known[index] = True
    old_nouns = torch.stack([words[single(old, " " + n)] for n, _ in nouns if single(old, " " + n) is not None])
    centre = old_nouns.mean(0)
    axes = torch.linalg.svd(old_nouns - centre, full_matrices=False)
    spread = axes.S / len(old_nouns) ** 0.5
    shift = torch.stack([words[single(old, " " + m)] - words[single(old, " " + n)] for n, m in nouns
                         if single(old, " " + n) is not None and single(old, " " + m) is not None and n != m]).mean(0)
    generator = torch.Generator().manual_seed(3)
    for one, many in nouns:
        a, b = single(tokenizer, " " + one), single(tokenizer, " " + many)
        if a is not None and a not in known:
            state["embedding.weight"][a] = centre + (torch.randn(len(spread), generator=generator) * spread) @ axes.Vh
            known[a] = True
        if b is not None and b not in known and a is not None:
            state["embedding.weight"][b] = state["embedding.weight"][a] + shift
            known[b] = True
    there = torch.randn(WIDTH, generator=generator) * 0.03 * 1.0
    for new, text in pairs:
        a, b = single(tokenizer, new), single(tokenizer, " " + text)
        if a is not None and a not in known and b is not None:
            state["embedding.weight"][a] = state["embedding.weight"][b] + there
            known[a] = True
    left = [n for n in state if n not in taken and not n.startswith(("embedding", "objects.digits")) and "probe" not in n]
    print("not in the older model:", left)
    model.load_state_dict(state)
    model.prepare_points()
    return model, len(known)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default="../falconet")
    parser.add_argument("--tokenizer", default="../falconet-v1/tokenizer.json")
    parser.add_argument("--vision-out", default="")
    parser.add_argument("--language-out", default="")
    args = parser.parse_args()
    folder = Path(args.folder)
    if args.vision_out:
        model = open_eye(folder)
        torch.save({"model": model.state_dict()}, args.vision_out)
    if args.language_out:
        from words import noun_pairs, translation_pairs
        tokenizer = Tokenizer.from_file(args.tokenizer)
        model, count = open_voice(folder, tokenizer, translation_pairs(), noun_pairs())
        print(count, "of", tokenizer.get_vocab_size(), "words start from known ones;", len(COLOURS), "colours")
        torch.save({"model": model.state_dict()}, args.language_out)


if __name__ == "__main__":
    main()
