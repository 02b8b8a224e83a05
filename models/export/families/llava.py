"""LLaVA and Shikra class: CLIP tower, two-layer projector, LLaMA. Reference: transformers' Llava*.

Shikra differs in weights (one linear projector), prompt and picture size only; see recipes.md.
"""
import torch
import torch.nn as nn
from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration
from transformers.models.llava.image_processing_llava import LlavaImageProcessor

from . import graphs, tiny

TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ message['role'].upper() + ': ' }}"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '<image>\n' }}{% endif %}{% endfor %}"
    "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] + ' ' }}{% endif %}{% endfor %}"
    "{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)
REAL_PROCESSORS = {
    "crop-336": dict(size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336}, do_pad=False),
    "pad-336": dict(size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336}, do_pad=True),
    "shikra-224": dict(size={"shortest_edge": 224}, crop_size={"height": 224, "width": 224}, do_pad=True),
}


class Vision(nn.Module):
    """pixel_values [B, 3, side, side] -> image_features [B, tokens, D]."""

    def __init__(self, model):
        super().__init__()
        self.model = model.model
        self.layer = model.config.vision_feature_layer
        self.keeps_first = model.config.vision_feature_select_strategy == "full"

    def forward(self, pixel_values):
        hidden = self.model.vision_tower(pixel_values, output_hidden_states=True).hidden_states[self.layer]
        return self.model.multi_modal_projector(hidden if self.keeps_first else hidden[:, 1:])


def tokenizer():
    return tiny.make_tokenizer([("<image>", True)], template=TEMPLATE)


def processor(pad):
    return LlavaImageProcessor(size={"shortest_edge": 30}, crop_size={"height": 30, "width": 30}, do_pad=pad)


def make(tokens):
    text = LlamaConfig(vocab_size=len(tokens), hidden_size=48, intermediate_size=96, num_hidden_layers=2,
                       num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512,
                       bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id, pad_token_id=tokens.pad_token_id)
    vision = CLIPVisionConfig(hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4,
                              image_size=30, patch_size=6, projection_dim=32)
    config = LlavaConfig(vision_config=vision, text_config=text, image_token_index=tokens.convert_tokens_to_ids("<image>"),
                         image_seq_length=25, vision_feature_layer=-2, vision_feature_select_strategy="default",
                         attn_implementation="eager")
    return tiny.widen(LlavaForConditionalGeneration(config))


def export(model, folder):
    text = model.config.text_config
    side = model.config.vision_config.image_size
    graphs.export(Vision(model), (torch.randn(2, 3, side, side),), folder / "vision_encoder.onnx", ["pixel_values"],
                  ["image_features"], {"pixel_values": {0: "batch_size"}, "image_features": {0: "batch_size"}})
    graphs.export_embed(model.get_input_embeddings(), folder / "embed_tokens.onnx")
    graphs.export_decoder(graphs.Decoder(model.model.language_model, model.lm_head, text.num_hidden_layers),
                          folder / "decoder_model_merged.onnx", text.hidden_size, text.num_key_value_heads,
                          getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads)


def full_processor(tokens, pad=False):
    from transformers import LlavaProcessor
    return LlavaProcessor(processor(pad), tokens, patch_size=6, vision_feature_select_strategy="default",
                          chat_template=TEMPLATE, num_additional_image_tokens=1)


def save(model, tokens, folder):
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    full_processor(tokens).save_pretrained(folder)


def reference(model, tokens):
    from . import reference as ref
    return {"answers": ref.answers(model, full_processor(tokens)),
            "preprocessing": ref.preprocessing({name: LlavaImageProcessor(**settings) for name, settings in REAL_PROCESSORS.items()})}


def load(source):
    return LlavaForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()
