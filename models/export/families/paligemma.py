"""PaliGemma 1 and 2: SigLIP, a linear projector, Gemma reading image and question as one prefix that looks both ways.

Reference: transformers' PaliGemma*. Positions start at 1. In the decoder graph everything that is fed in one call
sees everything, as the reference has it: the prompt must come in one call, answers one token at a time.
"""
import torch
import torch.nn as nn
from transformers import (Gemma2Config, GemmaConfig, GemmaTokenizerFast, PaliGemmaConfig, PaliGemmaForConditionalGeneration,
                          PaliGemmaProcessor, SiglipImageProcessor, SiglipVisionConfig)

from . import graphs, tiny

QUESTIONS = [("wide", "detect cat ; dog"), ("tall", "caption en"), ("strip", "segment red circle"), ("square", "answer en what is in this region?"),
             ("small", "describe <loc0100><loc0200><loc0300><loc0400> en")]
REAL = {"224": dict(size={"height": 224, "width": 224}), "448": dict(size={"height": 448, "width": 448})}
VERSION = 1


def tokenizer():
    plain = tiny.make_tokenizer([], bos="<bos>", eos="<eos>")
    return GemmaTokenizerFast(tokenizer_object=plain.backend_tokenizer, bos_token="<bos>", eos_token="<eos>", pad_token="<pad>", unk_token="<pad>")


def image_processor(**settings):
    processor = SiglipImageProcessor(**{"size": {"height": 28, "width": 28}, "resample": 3, **settings})
    processor.image_seq_length = 16
    return processor


def processor(tokens):
    return PaliGemmaProcessor(image_processor(), tokens)


def text_config(tokens, version):
    settings = dict(vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                    head_dim=16, max_position_embeddings=512, pad_token_id=tokens.pad_token_id, bos_token_id=tokens.bos_token_id,
                    eos_token_id=tokens.eos_token_id)
    return GemmaConfig(**settings) if version == 1 else Gemma2Config(**settings, query_pre_attn_scalar=16, sliding_window=256)


def make(tokens, version=None):
    processor(tokens)
    vision = SiglipVisionConfig(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=28, patch_size=7,
                                projection_dim=32, vision_use_head=False)
    config = PaliGemmaConfig(vision_config=vision, text_config=text_config(tokens, version or VERSION), projection_dim=32, hidden_size=32,
                             image_token_index=tokens.convert_tokens_to_ids("<image>"), attn_implementation="eager",
                             pad_token_id=tokens.pad_token_id, bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id)
    model = tiny.widen(PaliGemmaForConditionalGeneration(config), 4.0)
    with torch.no_grad():
        # Features are divided by the square root of the width: a random projector would be too quiet to be heard.
        model.model.multi_modal_projector.linear.weight.mul_(8)
        # The head shares the weights of the words: quiet layers would only say the last word again.
        for layer in model.model.language_model.layers:
            layer.self_attn.o_proj.weight.mul_(8)
            layer.self_attn.v_proj.weight.mul_(3)
            layer.mlp.down_proj.weight.mul_(12)
        # The reference keeps the word for padding silent.
        model.get_input_embeddings().weight[tokens.pad_token_id].zero_()
    return model


def load(source):
    return PaliGemmaForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


class Vision(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model.model

    def forward(self, pixel_values):
        return self.model.get_image_features(pixel_values)


def export(model, folder):
    text, side = model.config.text_config, model.config.vision_config.image_size
    graphs.export(Vision(model), (torch.randn(2, 3, side, side),), folder / "vision_encoder.onnx", ["pixel_values"], ["image_features"],
                  {"pixel_values": {0: "batch_size"}, "image_features": {0: "batch_size"}})
    graphs.export_embed(model.get_input_embeddings(), folder / "embed_tokens.onnx")
    decoder = graphs.Decoder(model.model.language_model, model.lm_head, text.num_hidden_layers, bias=graphs.open_bias)
    graphs.export_decoder(decoder, folder / "decoder_model_merged.onnx", text.hidden_size, text.num_key_value_heads, text.head_dim)


def save(model, tokens, folder):
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    processor(tokens).save_pretrained(folder)


def reference(model, tokens):
    from . import reference as ref
    return {"answers": ref.answers(model, processor(tokens), QUESTIONS, prompt=lambda question: "<image>" + question),
            "preprocessing": ref.preprocessing({name: image_processor(**settings) for name, settings in REAL.items()})}
