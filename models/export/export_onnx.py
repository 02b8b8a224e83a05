"""Writes the three ONNX graphs and the configuration of a trained Falconet.

Usage: python export_onnx.py --vision ../train/build/vision.pt --closer ../train/build/closer.pt --language ../train/build/language.pt --out ../falconet
[Note: How weights are stored] Batch norm is folded into the convolutions first. Kernels and
matrices of 100,000 weights and more are int8 with one scale per output channel (per word for the
embedding), every other tensor of 256 and more is float16; the graph begins with the Casts (and Muls) that turn them into
float32, which onnxruntime folds once at load. `--precision fp32` stores them whole. Run parity.py
afterwards: it measures what was shipped.
"""
import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn as nn
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "train"))
from closer import load_eye  # noqa: E402
from language import HEAD_WIDTH, HEADS, LAYERS, MAX_POSITIONS, WIDTH, Language, word_tables  # noqa: E402
from scenes import SIDE  # noqa: E402
from vision import CANDIDATES  # noqa: E402
import tokenizer as tokenizer_module  # noqa: E402

OPSET = 17


class VisionEncoder(nn.Module):
    """pixel_values [n, 3, SIDE, SIDE] -> image_features, region_boxes, region_scores."""

    def __init__(self, eye, language):
        super().__init__()
        self.eye, self.objects = eye, language.objects
        self.register_buffer("words", language.embedding.weight.detach().clone(), persistent=False)
        # Class and colour words never change after training: fold the two tables.
        self.register_buffer("names", self.objects.name_words @ self.words, persistent=False)
        self.register_buffer("colours", self.objects.colour_words @ self.words, persistent=False)
        self.register_buffer("sizes", self.objects.size_words @ self.words, persistent=False)

    def forward(self, pixel_values):
        tokens, boxes, scores, _ = self.objects(self.eye(pixel_values), None, (self.names, self.colours, self.sizes))
        return tokens, boxes, scores


class Decoder(nn.Module):
    """The causal decoder with its cache as plain inputs and outputs."""

    def __init__(self, language):
        super().__init__()
        self.language = language

    def forward(self, inputs_embeds, attention_mask, position_ids, *past):
        s, total = inputs_embeds.shape[1], attention_mask.shape[1]
        key = torch.arange(total).unsqueeze(0)
        query = torch.arange(s).unsqueeze(1) + (total - s)
        allowed = (key <= query).unsqueeze(0) & (attention_mask > 0).unsqueeze(1)
        bias = torch.where(allowed, 0.0, -1e4).unsqueeze(1)
        pairs = [(past[2 * i], past[2 * i + 1]) for i in range(LAYERS)]
        logits, present, _, _ = self.language.decode(inputs_embeds, position_ids, bias, pairs)
        return (logits,) + tuple(t for pair in present for t in pair)


def load(vision_path, closer_path, language_path, tokenizer):
    eye, language = load_eye(vision_path, closer_path), Language(tokenizer.get_vocab_size(), word_tables(tokenizer)).eval()
    language.load_state_dict(torch.load(language_path, map_location="cpu")["model"])
    return eye, language


def fold_batch_norm(module):
    """Replaces every conv + batch norm pair by one convolution."""
    for child in module.children():
        fold_batch_norm(child)
    if isinstance(module, nn.Sequential):
        for i in range(len(module) - 1):
            if isinstance(module[i], nn.Conv2d) and isinstance(module[i + 1], nn.BatchNorm2d):
                module[i], module[i + 1] = torch.nn.utils.fuse_conv_bn_eval(module[i], module[i + 1]), nn.Identity()


def int8_rows(values, axis=0):
    """One scale per index of `axis`: int8 values, and float32 scales that broadcast over them."""
    others = tuple(i for i in range(values.ndim) if i != axis)
    scale = np.maximum(np.abs(values).max(axis=others, keepdims=True), 1e-12).astype(np.float32) / np.float32(127)
    return np.clip(np.round(values / scale), -127, 127).astype(np.int8), scale


def is_int8(shape):
    return len(shape) in (2, 4) and int(np.prod(shape)) >= 100_000


def round_as_shipped(*modules):
    """Rounds weights to what the files will hold, so that parity is about the graphs, not about rounding."""
    for module in modules:
        for value in list(module.parameters()):
            if is_int8(value.shape):
                rows, scale = int8_rows(value.detach().numpy())
                value.data = torch.from_numpy(rows.astype(np.float32) * scale)
            elif value.numel() >= 256:
                value.data = value.data.half().float()


def store_compact(path):
    """Rewrites large float32 initializers as int8 or float16; see the note above."""
    model = onnx.load(path)
    heads, kept = [], []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or int(np.prod(tensor.dims)) < 256:
            kept.append(tensor)
            continue
        values, name = numpy_helper.to_array(tensor), tensor.name
        if is_int8(tensor.dims):
            # The exporter turns the matrix of a linear layer: its outputs are columns.
            rows, scale = int8_rows(values, 1 if "MatMul" in name else 0)
            kept += [numpy_helper.from_array(rows, name + "_int8"), numpy_helper.from_array(scale, name + "_scale")]
            heads += [helper.make_node("Cast", [name + "_int8"], [name + "_whole"], to=TensorProto.FLOAT),
                      helper.make_node("Mul", [name + "_whole", name + "_scale"], [name])]
        else:
            kept.append(numpy_helper.from_array(values.astype(np.float16), name + "_half"))
            heads.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    nodes = heads + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def export_graphs(eye, language, folder, precision):
    folder.mkdir(parents=True, exist_ok=True)
    options = {"opset_version": OPSET, "dynamo": False, "do_constant_folding": True}
    n, s = {0: "batch"}, {0: "batch", 1: "sequence"}
    torch.onnx.export(
        VisionEncoder(eye, language).eval(), (torch.randn(2, 3, SIDE, SIDE),), str(folder / "vision_encoder.onnx"),
        input_names=["pixel_values"], output_names=["image_features", "region_boxes", "region_scores"],
        dynamic_axes={k: n for k in ("pixel_values", "image_features", "region_boxes", "region_scores")}, **options)
    torch.onnx.export(
        language.embedding, (torch.zeros(2, 3, dtype=torch.long),), str(folder / "embed_tokens.onnx"),
        input_names=["input_ids"], output_names=["inputs_embeds"], dynamic_axes={"input_ids": s, "inputs_embeds": s}, **options)
    past = [torch.randn(2, HEADS, 4, HEAD_WIDTH) for _ in range(2 * LAYERS)]
    past_names = [f"past_key_values.{i}.{kind}" for i in range(LAYERS) for kind in ("key", "value")]
    present_names = [f"present.{i}.{kind}" for i in range(LAYERS) for kind in ("key", "value")]
    axes = {"inputs_embeds": s, "attention_mask": {0: "batch", 1: "total"}, "position_ids": s, "logits": s}
    axes.update({name: {0: "batch", 2: "past"} for name in past_names})
    axes.update({name: {0: "batch", 2: "total"} for name in present_names})
    torch.onnx.export(
        Decoder(language).eval(),
        (torch.randn(2, 3, WIDTH), torch.ones(2, 7, dtype=torch.long), torch.arange(4, 7).expand(2, -1), *past),
        str(folder / "decoder_model_merged.onnx"), input_names=["inputs_embeds", "attention_mask", "position_ids"] + past_names,
        output_names=["logits"] + present_names, dynamic_axes=axes, **options)
    for path in sorted(folder.glob("*.onnx")):
        if precision == "compact":
            store_compact(str(path))
        print(path.name, path.stat().st_size)
    print(sum(p.numel() for p in eye.parameters()) + sum(p.numel() for p in language.parameters()), "parameters")


def write_configs(tokenizer, folder):
    ids = tokenizer.get_vocab()
    special = {"bos_token_id": ids["<s>"], "eos_token_id": ids["</s>"], "pad_token_id": ids["<pad>"]}
    config = {
        "model_type": "falconet", "architectures": ["FalconetForConditionalGeneration"],
        "image_token_index": ids["<image>"], "num_image_tokens": CANDIDATES, "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": HEADS, "head_dim": HEAD_WIDTH,
        "vocab_size": tokenizer.get_vocab_size(), "max_position_embeddings": MAX_POSITIONS, **special,
    }
    pixels = {
        "image_processor_type": "FalconetImageProcessor", "do_resize": True, "size": {"height": SIDE, "width": SIDE},
        "resample": 2, "resample_name": "bilinear", "keep_aspect_ratio": False, "do_center_crop": False,
        "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
    }
    generation = {**special, "max_new_tokens": 200, "do_sample": False}
    for name, value in (("config", config), ("preprocessor_config", pixels), ("generation_config", generation)):
        (folder / f"{name}.json").write_text(json.dumps(value, indent=2) + "\n")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vision", default=str(HERE.parent / "train/build/vision.pt"))
    parser.add_argument("--closer", default=str(HERE.parent / "train/build/closer.pt"))
    parser.add_argument("--language", default=str(HERE.parent / "train/build/language.pt"))
    parser.add_argument("--out", default=str(HERE.parent / "falconet"))
    parser.add_argument("--precision", choices=["compact", "fp32"], default="compact")
    args = parser.parse_args()
    out = Path(args.out)
    if not (out / "tokenizer.json").exists():
        tokenizer_module.write(out)
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    eye, language = load(args.vision, args.closer, args.language, tokenizer)
    fold_batch_norm(eye)
    if args.precision == "compact":
        round_as_shipped(eye, language)
    export_graphs(eye, language, out / "onnx", args.precision)
    write_configs(tokenizer, out)


if __name__ == "__main__":
    main()
