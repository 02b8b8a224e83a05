"""Kosmos-2: CLIP, a resampler with learned queries, a MAGNETO decoder. Reference: transformers' Kosmos2*."""
import torch
import torch.nn as nn
from transformers import CLIPImageProcessor, Kosmos2Config, Kosmos2ForConditionalGeneration, Kosmos2Processor
from transformers.cache_utils import DynamicCache
from transformers.models.kosmos2.configuration_kosmos2 import Kosmos2TextConfig, Kosmos2VisionConfig

from . import graphs, tiny

SIDE, QUERIES = 32, 8
SCALE_WORDS, SCALE_LAYERS = 0.3, 2.0
QUESTIONS = [("wide", "<grounding>An image of"), ("tall", "<grounding>Describe this image in detail:"),
             ("strip", "<grounding><phrase> the dog</phrase>"), ("square", "<grounding> Question: What is in this region? Answer:"),
             ("small", "<grounding><phrase> it</phrase><object><patch_index_0005><patch_index_0060></object> is")]


def tokenizer():
    plain = tiny.make_tokenizer([("<unk>", True)])
    plain.unk_token = "<unk>"
    return plain


def image_processor(side=SIDE):
    return CLIPImageProcessor(size={"shortest_edge": side}, crop_size={"height": side, "width": side})


def processor(tokens):
    return Kosmos2Processor(image_processor(), tokens, num_patch_index_tokens=64)


def make(tokens):
    processor(tokens)
    text = Kosmos2TextConfig(vocab_size=len(tokens), embed_dim=48, layers=2, ffn_dim=96, attention_heads=4, max_position_embeddings=256,
                             pad_token_id=tokens.pad_token_id, bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id)
    vision = Kosmos2VisionConfig(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, image_size=SIDE, patch_size=8)
    config = Kosmos2Config(text_config=text.to_dict(), vision_config=vision.to_dict(), latent_query_num=QUERIES, attn_implementation="eager")
    # The other implementation of transformers 4.57 masks the resampler causally, which the released model is not.
    config.text_config._attn_implementation = config.vision_config._attn_implementation = "eager"
    model = Kosmos2ForConditionalGeneration(config)
    assert model.image_to_text_projection.x_attn.config._attn_implementation == "eager"
    for part in (model, model.text_model):
        part.generation_config.eos_token_id, part.generation_config.pad_token_id = tokens.eos_token_id, tokens.pad_token_id
    tiny.widen(model, 3.0)
    with torch.no_grad():
        # The head shares the weights of the words: quiet layers would only say the last word again.
        model.text_model.model.embed_tokens.weight.mul_(SCALE_WORDS)
        for layer in model.text_model.model.layers:
            layer.self_attn.v_proj.weight.mul_(SCALE_LAYERS)
            layer.self_attn.out_proj.weight.mul_(SCALE_LAYERS)
            layer.ffn.fc2.weight.mul_(SCALE_LAYERS)
    return model


def load(source):
    return Kosmos2ForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


class Vision(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.vision, self.projection = model.vision_model, model.image_to_text_projection

    def forward(self, pixel_values):
        hidden = self.vision.model.post_layernorm(self.vision(pixel_values)[0])
        return self.projection(nn.functional.normalize(hidden, dim=-1))[0]


class Language(nn.Module):
    """The text transformer; position ids count from 0 outside, from behind the padding word's inside."""

    def __init__(self, transformer):
        super().__init__()
        self.transformer = transformer

    def forward(self, inputs_embeds, attention_mask, position_ids, past_key_values, use_cache):
        inner = self.transformer
        places = position_ids + inner.embed_positions.padding_idx + 1
        hidden = inputs_embeds * inner.embed_scale + inner.embed_positions.weights[places]
        for layer in inner.layers:
            hidden = layer(hidden, attention_mask, past_key_values=past_key_values, use_cache=use_cache)[0]
        return type("Out", (), {"last_hidden_state": inner.layer_norm(hidden), "past_key_values": past_key_values})()


def export(model, folder):
    text, side = model.config.text_config, model.config.vision_config.image_size
    graphs.export(Vision(model), (torch.randn(2, 3, side, side),), folder / "vision_encoder.onnx", ["pixel_values"], ["image_features"],
                  {"pixel_values": {0: "batch_size"}, "image_features": {0: "batch_size"}})
    graphs.export_embed(model.text_model.model.embed_tokens, folder / "embed_tokens.onnx")
    decoder = graphs.Decoder(Language(model.text_model.model), model.text_model.lm_head, text.layers)
    graphs.export_decoder(decoder, folder / "decoder_model_merged.onnx", text.embed_dim, text.attention_heads, text.embed_dim // text.attention_heads)


def save(model, tokens, folder):
    model.config.save_pretrained(folder)
    model.text_model.generation_config.save_pretrained(folder)
    processor(tokens).save_pretrained(folder)


def reference(model, tokens):
    from . import reference as ref
    reads = processor(tokens)

    def with_queries(images, text, return_tensors):
        return reads(images=images, text=text, num_image_tokens=QUERIES, return_tensors=return_tensors)
    answers = ref.answers(model, with_queries, QUESTIONS, prompt=lambda question: question)
    for record in answers:
        # Any ids may stand where the features go; the reference takes those after <unk>.
        start = record["promptIds"].index(tokens.convert_tokens_to_ids("<image>")) + 1
        record["promptIds"][start:start + QUERIES] = [-1] * QUERIES
    return {"answers": answers, "preprocessing": ref.preprocessing({"kosmos-2": image_processor(224)})}
