"""Florence-2: DaViT, a BART encoder over image features and task words, a BART decoder. Reference: transformers' Florence2*.

Graphs: vision_encoder, embed_tokens, encoder_model, decoder_model_merged. In the decoder the keys and values of
the encoder's states are made once: an `If` on use_cache_branch takes the cached ones afterwards.
"""
from typing import Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from transformers import BartConfig, BartTokenizerFast, CLIPImageProcessor, Florence2Config, Florence2ForConditionalGeneration, Florence2Processor
from transformers.models.florence2.configuration_florence2 import Florence2VisionConfig

from . import graphs, tiny

SIDE, TOKENS = 32, 17
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
REAL = dict(size={"height": 768, "width": 768}, crop_size={"height": 768, "width": 768}, do_center_crop=False, resample=3,
            image_mean=MEAN, image_std=STD)
#: (picture, question): every kind of task, with and without further words.
QUESTIONS = [("wide", "<OD>"), ("tall", "<CAPTION>"), ("strip", "<CAPTION_TO_PHRASE_GROUNDING>the dog is behind the blue chair"),
             ("square", "<OCR_WITH_REGION>"), ("small", "<REGION_TO_DESCRIPTION><loc_1><loc_2><loc_30><loc_40>"),
             ("wide", "<REFERRING_EXPRESSION_SEGMENTATION>red circle"), ("tall", "<OPEN_VOCABULARY_DETECTION>a hat"),
             ("strip", "<REGION_PROPOSAL>"), ("square", "<DENSE_REGION_CAPTION>"), ("small", "<REGION_TO_SEGMENTATION><loc_1><loc_2><loc_30><loc_40>"),
             ("wide", "<DETAILED_CAPTION>"), ("tall", "<MORE_DETAILED_CAPTION>"), ("strip", "<OCR>"),
             ("square", "<REGION_TO_CATEGORY><loc_1><loc_2><loc_30><loc_40>"), ("small", "<REGION_TO_OCR><loc_1><loc_2><loc_30><loc_40>")]


def tokenizer():
    plain = tiny.make_tokenizer([(f"<loc_{place}>", True) for place in range(64)] + [("<image>", True), ("<poly>", True), ("</poly>", True)])
    tokens = BartTokenizerFast(tokenizer_object=plain.backend_tokenizer, extra_special_tokens={"image_token": "<image>"})
    tokens.image_token_id = tokens.convert_tokens_to_ids("<image>")
    return tokens


def image_processor(**settings):
    processor = CLIPImageProcessor(**{**REAL, "size": {"height": SIDE, "width": SIDE}, **settings})
    processor.image_seq_length = TOKENS
    return processor


def make(tokens):
    vision = Florence2VisionConfig(depths=(1, 1), patch_size=(7, 3), patch_stride=(4, 2), patch_padding=(3, 1), patch_prenorm=(False, True),
                                   embed_dim=(16, 32), num_heads=(2, 4), num_groups=(2, 4), window_size=3, projection_dim=32, drop_path_rate=0.0)
    text = BartConfig(vocab_size=len(tokens), d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
                      decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=256,
                      bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id, pad_token_id=tokens.pad_token_id,
                      decoder_start_token_id=tokens.eos_token_id, forced_bos_token_id=tokens.bos_token_id, forced_eos_token_id=None,
                      is_encoder_decoder=True)
    config = Florence2Config(text_config=text, vision_config=vision, image_token_id=tokens.image_token_id, attn_implementation="eager",
                             bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id, pad_token_id=tokens.pad_token_id)
    model = Florence2ForConditionalGeneration(config)
    model.generation_config.decoder_start_token_id = tokens.eos_token_id
    model.generation_config.forced_bos_token_id = tokens.bos_token_id
    tiny.widen(model, 5.0)
    with torch.no_grad():
        # A small BART says the same whatever it sees and wherever it is; these make it look and count.
        decoder = model.model.language_model.decoder
        decoder.embed_positions.weight.mul_(8)
        for layer in decoder.layers:
            layer.encoder_attn.v_proj.weight.mul_(6)
            layer.encoder_attn.out_proj.weight.mul_(6)
            layer.self_attn.v_proj.weight.mul_(4)
            layer.encoder_attn.q_proj.weight.mul_(4)
    return model


def load(source):
    return Florence2ForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


class Vision(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model.model

    def forward(self, pixel_values):
        return self.model.get_image_features(pixel_values)


class Encoder(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.encoder = model.model.language_model.encoder

    def forward(self, inputs_embeds, attention_mask):
        return self.encoder(inputs_embeds=inputs_embeds, attention_mask=attention_mask).last_hidden_state


@torch.jit.script
def cross_pair(use_cache: torch.Tensor, past_key: torch.Tensor, past_value: torch.Tensor, states: torch.Tensor,
               key_weight: torch.Tensor, key_bias: torch.Tensor, value_weight: torch.Tensor, value_bias: torch.Tensor,
               heads: int) -> Tuple[torch.Tensor, torch.Tensor]:
    if bool(use_cache[0]):
        key, value = past_key, past_value
    else:
        key = F.linear(states, key_weight, key_bias).view(states.size(0), -1, heads, key_weight.size(0) // heads).transpose(1, 2)
        value = F.linear(states, value_weight, value_bias).view(states.size(0), -1, heads, value_weight.size(0) // heads).transpose(1, 2)
    return key, value


class Seq2SeqDecoder(nn.Module):
    """BART's decoder with both caches as plain inputs and outputs."""

    def __init__(self, decoder, lm_head):
        super().__init__()
        self.decoder, self.lm_head, self.layers = decoder, lm_head, len(decoder.layers)

    @staticmethod
    def heads(attn, values):
        return values.view(values.shape[0], -1, attn.num_heads, attn.head_dim).transpose(1, 2)

    @staticmethod
    def attend(attn, query, key, value, bias):
        q = Seq2SeqDecoder.heads(attn, attn.q_proj(query) * attn.scaling)
        scores = (q @ key.transpose(2, 3) + bias).softmax(-1)
        return attn.out_proj((scores @ value).transpose(1, 2).reshape(query.shape[0], -1, attn.embed_dim))

    def forward(self, encoder_attention_mask, inputs_embeds, encoder_hidden_states, use_cache_branch, *past):
        decoder, length = self.decoder, inputs_embeds.shape[1]
        total = past[0].shape[2] + length
        place = torch.arange(length) + (total - length)
        hidden = decoder.layernorm_embedding(inputs_embeds + decoder.embed_positions.weight[place + 2])
        own_bias = torch.where(torch.arange(total).unsqueeze(0) <= place.unsqueeze(1), 0.0, graphs.HIDDEN)
        cross_bias = torch.where(encoder_attention_mask > 0, 0.0, graphs.HIDDEN).unsqueeze(1).unsqueeze(1)
        present = []
        for number, layer in enumerate(decoder.layers):
            own_key, own_value, cross_key, cross_value = past[4 * number:4 * number + 4]
            own, cross = layer.self_attn, layer.encoder_attn
            key = torch.cat([own_key, self.heads(own, own.k_proj(hidden))], dim=2)
            value = torch.cat([own_value, self.heads(own, own.v_proj(hidden))], dim=2)
            hidden = layer.self_attn_layer_norm(hidden + self.attend(own, hidden, key, value, own_bias))
            cross_key, cross_value = cross_pair(use_cache_branch, cross_key, cross_value, encoder_hidden_states, cross.k_proj.weight,
                                                cross.k_proj.bias, cross.v_proj.weight, cross.v_proj.bias, cross.num_heads)
            hidden = layer.encoder_attn_layer_norm(hidden + self.attend(cross, hidden, cross_key, cross_value, cross_bias))
            hidden = layer.final_layer_norm(hidden + layer.fc2(layer.activation_fn(layer.fc1(hidden))))
            present += [key, value, cross_key, cross_value]
        return (self.lm_head(hidden), *present)


def export(model, folder):
    text = model.config.text_config
    batch = {0: "batch_size"}
    side = getattr(model.config, "eyrie_side", None) or (SIDE if text.d_model == 32 else 768)
    graphs.export(Vision(model), (torch.randn(1, 3, side, side),), folder / "vision_encoder.onnx", ["pixel_values"], ["image_features"], {})
    graphs.export_embed(model.get_input_embeddings(), folder / "embed_tokens.onnx")
    s = {0: "batch_size", 1: "encoder_sequence"}
    graphs.export(Encoder(model), (torch.randn(2, 9, text.d_model), torch.ones(2, 9, dtype=torch.long)), folder / "encoder_model.onnx",
                  ["inputs_embeds", "attention_mask"], ["last_hidden_state"], {"inputs_embeds": s, "attention_mask": s, "last_hidden_state": s})
    decoder = Seq2SeqDecoder(model.model.language_model.decoder, model.lm_head)
    heads = text.decoder_attention_heads
    width = text.d_model // heads
    pairs = [(layer, side, kind) for layer in range(decoder.layers) for side in ("decoder", "encoder") for kind in ("key", "value")]
    past = [torch.randn(2, heads, 4 if side == "decoder" else 9, width) for _, side, _ in pairs]
    given = [f"past_key_values.{layer}.{side}.{kind}" for layer, side, kind in pairs]
    new = [f"present.{layer}.{side}.{kind}" for layer, side, kind in pairs]
    axes = {"encoder_attention_mask": s, "encoder_hidden_states": s, "inputs_embeds": {0: "batch_size", 1: "sequence"}, "logits": {0: "batch_size", 1: "sequence"}}
    for (_, side, _), before, after in zip(pairs, given, new):
        axes[before] = {**batch, 2: f"past_{side}_sequence"}
        axes[after] = {**batch, 2: f"{side}_sequence_out"}
    graphs.export(decoder, (torch.ones(2, 9, dtype=torch.long), torch.randn(2, 3, text.d_model), torch.randn(2, 9, text.d_model),
                            torch.tensor([True]), *past), folder / "decoder_model_merged.onnx",
                  ["encoder_attention_mask", "inputs_embeds", "encoder_hidden_states", "use_cache_branch"] + given, ["logits"] + new, axes)


def processor(tokens):
    return Florence2Processor(image_processor(), tokens)


def save(model, tokens, folder):
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    processor(tokens).save_pretrained(folder)


def reference(model, tokens):
    from . import reference as ref
    answers = ref.answers(model, processor(tokens), QUESTIONS, prompt=lambda question: question,
                          drop=("token_type_ids",), no_repeat_ngram_size=0, new_tokens=13)
    for record in answers:
        # The decoder's first word is forced; the engine gives it as part of the decoder's prompt.
        assert record["answerIds"][0] == tokens.bos_token_id
        record["answerIds"] = record["answerIds"][1:]
    return {"answers": answers, "preprocessing": ref.preprocessing({"florence-2": image_processor(**REAL)})}
