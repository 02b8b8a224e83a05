"""Qwen2.5-VL: as Qwen2-VL, with windowed attention in most layers of the vision tower."""
import torch
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor
from transformers.models.qwen2_vl.video_processing_qwen2_vl import Qwen2VLVideoProcessor

from . import qwen_shared as shared
from . import tiny

REAL = {"qwen2.5-vl": dict(patch_size=14, min_pixels=3136, max_pixels=12845056)}
tokenizer = shared.tokenizer


def make(tokens):
    # Windows of two merged units: pictures of the fixtures have more than one, and broken ones at the edge.
    vision = dict(depth=3, hidden_size=32, intermediate_size=48, out_hidden_size=48, num_heads=2, patch_size=shared.PATCH,
                  spatial_merge_size=2, temporal_patch_size=2, window_size=16, fullatt_block_indexes=[1])
    config = Qwen2_5_VLConfig(text_config={**shared.text_settings(tokens), "rope_scaling": {"type": "mrope", "mrope_section": [2, 2, 2]}},
                              vision_config=vision, attn_implementation="eager", **shared.token_ids(tokens))
    return tiny.widen(Qwen2_5_VLForConditionalGeneration(config), 3.0)


def load(source):
    return Qwen2_5_VLForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


def export(model, folder):
    vision = model.config.vision_config
    window = vision.window_size // vision.spatial_merge_size // vision.patch_size
    tower = shared.Vision(model.model.visual, vision.fullatt_block_indexes, window)
    shared.export_vision(tower, folder, 3 * vision.temporal_patch_size * vision.patch_size ** 2)
    shared.export_text(model, folder)


def processor(tokens):
    return Qwen2_5_VLProcessor(shared.image_processor(), tokens, Qwen2VLVideoProcessor(patch_size=shared.PATCH), chat_template=shared.TEMPLATE)


def save(model, tokens, folder):
    shared.save(model, processor(tokens), folder)


def reference(model, tokens):
    return shared.reference(model, processor(tokens), {name: shared.image_processor(**settings) for name, settings in REAL.items()})
