"""ONNX graphs of the transformers.js folder layout, traced from modules of the reference implementation.

Shapes: B rows, S new positions, P cached ones, T = P + S, D width, H key/value heads, C width of a head.
Attention runs in its plain ("eager") form, and the mask is built here, so that no graph depends on
how a version of transformers builds its own.
"""
import torch
import torch.nn as nn
from transformers.cache_utils import DynamicCache

OPSET = 17
HIDDEN = -1e9


def causal_bias(attention_mask, length):
    """float [B, 1, S, T]: 0 where a query may look, very negative elsewhere."""
    total = attention_mask.shape[1]
    key = torch.arange(total).unsqueeze(0)
    query = torch.arange(length).unsqueeze(1) + (total - length)
    allowed = (key <= query).unsqueeze(0) & (attention_mask > 0).unsqueeze(1)
    return torch.where(allowed, 0.0, HIDDEN).unsqueeze(1)


def open_bias(attention_mask, length):
    """As above, and every new position sees every other one: what prefix language models do with a prompt."""
    allowed = (attention_mask > 0).unsqueeze(1).expand(-1, length, -1)
    return torch.where(allowed, 0.0, HIDDEN).unsqueeze(1)


class Decoder(nn.Module):
    """The language part with its cache as plain inputs and outputs."""

    def __init__(self, language_model, lm_head, layers, bias=causal_bias, after=None):
        super().__init__()
        self.language_model, self.lm_head, self.layers = language_model, lm_head, layers
        self.bias, self.after = bias, after

    def forward(self, inputs_embeds, attention_mask, position_ids, *past):
        cache = DynamicCache()
        for layer in range(self.layers):
            cache.update(past[2 * layer], past[2 * layer + 1], layer)
        out = self.language_model(
            inputs_embeds=inputs_embeds, attention_mask=self.bias(attention_mask, inputs_embeds.shape[1]),
            position_ids=position_ids, past_key_values=cache, use_cache=True)
        logits = self.lm_head(out.last_hidden_state)
        if self.after is not None:
            logits = self.after(logits)
        present = out.past_key_values.to_legacy_cache()
        return (logits,) + tuple(tensor for pair in present for tensor in pair)


def export(module, args, path, inputs, outputs, axes):
    path.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        torch.onnx.export(module.eval(), args, str(path), input_names=inputs, output_names=outputs, dynamic_axes=axes,
                          opset_version=OPSET, dynamo=False, do_constant_folding=True)


def past_names(layers, head="past_key_values"):
    return [f"{head}.{layer}.{kind}" for layer in range(layers) for kind in ("key", "value")]


def export_decoder(decoder, path, width, heads, head_dim, axes_of_position=1):
    layers = decoder.layers
    past = [torch.randn(2, heads, 4, head_dim) for _ in range(2 * layers)]
    positions = torch.arange(4, 7).expand(2, -1)
    if axes_of_position == 3:
        positions = positions.unsqueeze(0).expand(3, -1, -1)
    given, new = past_names(layers), past_names(layers, "present")
    axes = {"inputs_embeds": {0: "batch_size", 1: "sequence"}, "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
            "position_ids": {1: "batch_size", 2: "sequence"} if axes_of_position == 3 else {0: "batch_size", 1: "sequence"},
            "logits": {0: "batch_size", 1: "sequence"}}
    axes.update({name: {0: "batch_size", 2: "past_sequence_length"} for name in given})
    axes.update({name: {0: "batch_size", 2: "total_sequence_length"} for name in new})
    export(decoder, (torch.randn(2, 3, width), torch.ones(2, 7, dtype=torch.long), positions.contiguous(), *past), path,
           ["inputs_embeds", "attention_mask", "position_ids"] + given, ["logits"] + new, axes)


class Embed(nn.Module):
    """Token ids to embeddings, with the factor that some language models put on them."""

    def __init__(self, embedding, scale=1.0):
        super().__init__()
        self.embedding, self.scale = embedding, scale

    def forward(self, input_ids):
        embeds = self.embedding(input_ids)
        return embeds * self.scale if self.scale != 1.0 else embeds


def export_embed(embedding, path, scale=1.0):
    axes = {0: "batch_size", 1: "sequence"}
    export(Embed(embedding, scale), (torch.zeros(2, 3, dtype=torch.long),), path, ["input_ids"], ["inputs_embeds"],
           {"input_ids": axes, "inputs_embeds": axes})
