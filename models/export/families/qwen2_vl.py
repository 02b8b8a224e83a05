"""Qwen2-VL: dynamic resolution, positions on three axes."""
import torch
from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration, Qwen2VLProcessor
from transformers.models.qwen2_vl.video_processing_qwen2_vl import Qwen2VLVideoProcessor

from . import qwen_shared as shared
from . import tiny

REAL = {"qwen2-vl": dict(patch_size=14, min_pixels=3136, max_pixels=12845056),
        "qwen2-vl-capped": dict(patch_size=14, min_pixels=256 * 28 * 28, max_pixels=1280 * 28 * 28)}
tokenizer = shared.tokenizer


def make(tokens):
    vision = dict(depth=2, embed_dim=32, hidden_size=48, num_heads=2, mlp_ratio=2, patch_size=shared.PATCH,
                  spatial_merge_size=2, temporal_patch_size=2)
    config = Qwen2VLConfig(text_config={**shared.text_settings(tokens), "rope_scaling": {"type": "mrope", "mrope_section": [2, 2, 2]}},
                           vision_config=vision, attn_implementation="eager", **shared.token_ids(tokens))
    return tiny.widen(Qwen2VLForConditionalGeneration(config), 3.0)


def load(source):
    return Qwen2VLForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


def export(model, folder):
    vision = model.config.vision_config
    shared.export_vision(shared.Vision(model.model.visual), folder, 3 * vision.temporal_patch_size * vision.patch_size ** 2, grid="grid_thw")
    shared.export_text(model, folder)


def processor(tokens):
    return Qwen2VLProcessor(shared.image_processor(), tokens, Qwen2VLVideoProcessor(patch_size=shared.PATCH), chat_template=shared.TEMPLATE)


def save(model, tokens, folder):
    shared.save(model, processor(tokens), folder)


def reference(model, tokens):
    return shared.reference(model, processor(tokens), {name: shared.image_processor(**settings) for name, settings in REAL.items()})
