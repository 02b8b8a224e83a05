"""Qwen3-VL: interleaved axes, stretched positions, and features of earlier vision layers added to the first
layers of the decoder ("deepstack").

The three-graph layout has one place for image features, so those further features travel beside the first ones
in the same row: image_features and inputs_embeds are D x (1 + layers) wide, words have zeros there, and the
decoder graph takes the row apart. An engine that knows nothing of it runs the graphs unchanged.
"""
import torch
import torch.nn as nn
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration, Qwen3VLProcessor
from transformers.models.qwen3_vl.video_processing_qwen3_vl import Qwen3VLVideoProcessor

from . import graphs, tiny
from . import qwen_shared as shared

REAL = {"qwen3-vl": dict(patch_size=16, min_pixels=65536, max_pixels=16777216, image_mean=[0.5] * 3, image_std=[0.5] * 3)}
tokenizer = shared.tokenizer


def make(tokens):
    vision = dict(depth=3, hidden_size=32, intermediate_size=48, out_hidden_size=48, num_heads=2, patch_size=shared.PATCH,
                  spatial_merge_size=2, temporal_patch_size=2, num_position_embeddings=25, deepstack_visual_indexes=[0, 1])
    text = {**shared.text_settings(tokens), "head_dim": 16, "num_hidden_layers": 3,
            "rope_scaling": {"rope_type": "default", "mrope_section": [3, 3, 2], "mrope_interleaved": True}}
    config = Qwen3VLConfig(text_config=text, vision_config=vision, attn_implementation="eager", **shared.token_ids(tokens))
    return tiny.widen(Qwen3VLForConditionalGeneration(config), 3.0)


def load(source):
    return Qwen3VLForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


class WideEmbed(nn.Module):
    def __init__(self, embedding, extra):
        super().__init__()
        self.embedding, self.extra = embedding, extra

    def forward(self, input_ids):
        words = self.embedding(input_ids)
        return torch.cat([words] + [torch.zeros_like(words)] * self.extra, dim=-1)


class DeepLayer(nn.Module):
    """A decoder layer that adds its part of the row to what it gives on."""

    def __init__(self, layer):
        super().__init__()
        self.layer, self.extra = layer, None

    def forward(self, *args, **kwargs):
        return self.layer(*args, **kwargs) + self.extra


class WideLanguage(nn.Module):
    def __init__(self, language, extra):
        super().__init__()
        self.language, self.width, self.extra = language, language.config.hidden_size, extra
        for number in range(extra):
            language.layers[number] = DeepLayer(language.layers[number])

    def forward(self, inputs_embeds, **kwargs):
        parts = inputs_embeds.split(self.width, dim=-1)
        for number in range(self.extra):
            self.language.layers[number].extra = parts[number + 1]
        return self.language(inputs_embeds=parts[0], **kwargs)


def export(model, folder):
    vision, text = model.config.vision_config, model.config.text_config
    deep = vision.deepstack_visual_indexes
    shared.export_vision(shared.Vision(model.model.visual, deepstack=deep), folder, 3 * vision.temporal_patch_size * vision.patch_size ** 2)
    axes = {0: "batch_size", 1: "sequence"}
    graphs.export(WideEmbed(model.get_input_embeddings(), len(deep)), (torch.zeros(2, 3, dtype=torch.long),), folder / "embed_tokens.onnx",
                  ["input_ids"], ["inputs_embeds"], {"input_ids": axes, "inputs_embeds": axes})
    decoder = graphs.Decoder(WideLanguage(model.model.language_model, len(deep)), model.lm_head, text.num_hidden_layers)
    graphs.export_decoder(decoder, folder / "decoder_model_merged.onnx", text.hidden_size * (1 + len(deep)),
                          text.num_key_value_heads, text.head_dim, 3)


def processor(tokens):
    return Qwen3VLProcessor(shared.image_processor(image_mean=[0.5] * 3, image_std=[0.5] * 3), tokens,
                            Qwen3VLVideoProcessor(patch_size=shared.PATCH), chat_template=shared.TEMPLATE)


def save(model, tokens, folder):
    shared.save(model, processor(tokens), folder)


def reference(model, tokens):
    return shared.reference(model, processor(tokens), {name: shared.image_processor(**settings) for name, settings in REAL.items()})
