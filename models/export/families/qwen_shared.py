"""Qwen2-VL, 2.5-VL and 3-VL: what their exports share. Reference: transformers' Qwen*VL*.

The vision towers are written out here with tensor arithmetic only: the reference walks over Python
lists of window and image lengths, which a traced graph would freeze. One image per call.
"""
import torch
import torch.nn as nn
from transformers import Qwen2TokenizerFast
from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor
from transformers.models.qwen2_vl.modeling_qwen2_vl import apply_rotary_pos_emb_vision

from . import graphs, tiny

TEMPLATE = (
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}"
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% elif 'text' in part %}{{ part['text'] }}"
    "{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ["<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>",
           "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>"]
SIDE, PATCH, MERGE = 8, 4, 2


def tokenizer():
    return tiny.make_tokenizer([(text, True) for text in SPECIAL], bos="<|endoftext|>", eos="<|im_end|>", template=TEMPLATE,
                               kind=Qwen2TokenizerFast)


def image_processor(**settings):
    settings = {"patch_size": PATCH, "min_pixels": 16 * SIDE * SIDE // 4, "max_pixels": 24 * SIDE * SIDE, **settings}
    return Qwen2VLImageProcessor(temporal_patch_size=2, merge_size=MERGE, **settings)


def token_ids(tokens):
    return {"image_token_id": tokens.convert_tokens_to_ids("<|image_pad|>"),
            "video_token_id": tokens.convert_tokens_to_ids("<|video_pad|>"),
            "vision_start_token_id": tokens.convert_tokens_to_ids("<|vision_start|>"),
            "vision_end_token_id": tokens.convert_tokens_to_ids("<|vision_end|>")}


def places(count, grid_thw, merge):
    """Row and column of every patch, in the order of the processor: merged squares first."""
    index = torch.arange(count)
    columns = grid_thw[0, 2] // merge
    unit, inside = index // (merge * merge), index % (merge * merge)
    return (unit // columns) * merge + inside // merge, (unit % columns) * merge + inside % merge


class Vision(nn.Module):
    """pixel_values [patches, values], image_grid_thw [1, 3] -> image_features [patches / merge², D]."""

    def __init__(self, visual, full_layers=None, window=0, deepstack=()):
        super().__init__()
        self.visual, self.full_layers, self.window = visual, full_layers, window
        self.deepstack = list(deepstack)
        self.merge = visual.spatial_merge_size

    def attend(self, attn, hidden, cos_sin, bias):
        count = hidden.shape[0]
        q, k, v = attn.qkv(hidden).reshape(count, 3, attn.num_heads, -1).permute(1, 0, 2, 3).unbind(0)
        q, k = apply_rotary_pos_emb_vision(q, k, *cos_sin)
        q, k, v = q.transpose(0, 1), k.transpose(0, 1), v.transpose(0, 1)
        scores = q @ k.transpose(1, 2) * attn.scaling
        if bias is not None:
            scores = scores + bias
        return attn.proj((scores.softmax(-1) @ v).transpose(0, 1).reshape(count, -1))

    def interpolated(self, row, column, grid_thw):
        """Qwen3-VL: learned positions of a fixed grid, stretched over the picture's."""
        side = self.visual.num_grid_per_side

        def along(place, size):
            at = place.float() * (side - 1) / (size - 1).clamp(min=1).float()
            low = at.floor().clamp(max=side - 1)
            return low.long(), (low.long() + 1).clamp(max=side - 1), at - low
        (top, bottom, dy), (left, right, dx) = along(row, grid_thw[0, 1]), along(column, grid_thw[0, 2])
        table = self.visual.pos_embed
        def corner(y, x, weight):
            return table(y * side + x) * weight.unsqueeze(-1)
        return (corner(top, left, (1 - dy) * (1 - dx)) + corner(top, right, (1 - dy) * dx)
                + corner(bottom, left, dy * (1 - dx)) + corner(bottom, right, dy * dx))

    def forward(self, pixel_values, image_grid_thw):
        visual = self.visual
        hidden = visual.patch_embed(pixel_values)
        row, column = places(hidden.shape[0], image_grid_thw, self.merge)
        if hasattr(visual, "pos_embed"):
            hidden = hidden + self.interpolated(row, column, image_grid_thw)
        frequencies = visual.rotary_pos_emb.inv_freq
        angles = torch.cat([row.unsqueeze(-1) * frequencies, column.unsqueeze(-1) * frequencies], dim=-1)
        turned = torch.cat([angles, angles], dim=-1)
        cos_sin = (turned.cos(), turned.sin())
        windowed = None
        if self.full_layers is not None:
            # Windows are squares of merged units; the reference sorts patches by window, the mask says the same.
            span = self.window * self.merge
            across = image_grid_thw[0, 2] // span + 1
            name = (row // span) * across + column // span
            windowed = torch.where(name.unsqueeze(0) == name.unsqueeze(1), 0.0, graphs.HIDDEN)
        deep = []
        for number, block in enumerate(visual.blocks):
            bias = windowed if self.full_layers is not None and number not in self.full_layers else None
            hidden = hidden + self.attend(block.attn, block.norm1(hidden), cos_sin, bias)
            hidden = hidden + block.mlp(block.norm2(hidden))
            if number in self.deepstack:
                deep.append(visual.deepstack_merger_list[self.deepstack.index(number)](hidden))
        return torch.cat([visual.merger(hidden), *deep], dim=-1)


def export_vision(vision, folder, values, grid="image_grid_thw"):
    """`grid`: what the exports of the model that transformers.js knows call the second input."""
    graphs.export(vision, (torch.randn(24, values), torch.tensor([[1, 4, 6]])), folder / "vision_encoder.onnx",
                  ["pixel_values", grid], ["image_features"],
                  {"pixel_values": {0: "patches"}, "image_features": {0: "features"}})


def export_text(model, folder):
    text = model.config.text_config
    graphs.export_embed(model.get_input_embeddings(), folder / "embed_tokens.onnx")
    head_dim = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
    graphs.export_decoder(graphs.Decoder(model.model.language_model, model.lm_head, text.num_hidden_layers),
                          folder / "decoder_model_merged.onnx", text.hidden_size, text.num_key_value_heads, head_dim, 3)


def text_settings(tokens):
    return dict(vocab_size=len(tokens), hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                num_key_value_heads=2, max_position_embeddings=2048, bos_token_id=tokens.bos_token_id,
                eos_token_id=tokens.eos_token_id, pad_token_id=tokens.pad_token_id)


def reference(model, processor, real):
    from . import reference as ref
    feeds = ("pixel_values", "image_grid_thw")
    return {"answers": ref.answers(model, processor, pixels=feeds),
            "preprocessing": ref.preprocessing(real, feeds)}


def save(model, processor, folder):
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    processor.save_pretrained(folder)
