"""OFA: ResNet, an encoder over picture and words, a decoder, all with learned places. Reference: `OFAModel` of PyPI modelscope.

Only that file of modelscope is used, and its neighbours; the package itself wants more than is needed. In tiny models three
convolutions stand for the ResNet, the smallest of which has four million weights; `check_tower` exports a real one.
"""
import importlib.util
import json
import sys
import tempfile
import types
from pathlib import Path

import torch
import torch.nn as nn
from transformers import BartTokenizerFast, CLIPImageProcessor

from . import graphs, tiny
from .florence_2 import cross_pair

STRIDE, SIDE, BINS = 16, 64, 64
#: What modelscope's preprocessor adds to the vocabulary of the release.
CODES, BINS_OF_RELEASE = 8192, 1000
REAL = {"ofa-480": dict(size={"height": 480, "width": 480})}
QUESTIONS = [("wide", 'which region does the text " the red circle " describe?'), ("tall", "what does the image describe?"),
             ("strip", 'which region does the text " a hat " describe?'), ("square", "what color is the chair?"), ("small", "what does the region describe?")]


def reference_code():
    """The package of modelscope's OFA, without what its `__init__` imports besides."""
    name = "ofa_reference"
    if name not in sys.modules:
        root = Path(importlib.util.find_spec("modelscope").submodule_search_locations[0]) / "models/multi_modal/ofa"
        package = types.ModuleType(name)
        package.__path__ = [str(root)]
        sys.modules[name] = package
        if importlib.util.find_spec("fairseq") is None:
            # Its vision transformers, which no model here has, take a layer norm from there.
            stand_in = types.ModuleType("fairseq.modules")
            stand_in.LayerNorm = nn.LayerNorm
            sys.modules.update({"fairseq": types.ModuleType("fairseq"), "fairseq.modules": stand_in})
    from ofa_reference.configuration_ofa import OFAConfig
    from ofa_reference.modeling_ofa import OFAModel
    from ofa_reference.resnet import ResNet
    return OFAConfig, OFAModel, ResNet


def tokenizer():
    plain = tiny.make_tokenizer([(f"<bin_{place}>", True) for place in range(BINS)])
    return BartTokenizerFast(tokenizer_object=plain.backend_tokenizer)


def image_processor(**settings):
    return CLIPImageProcessor(**{"size": {"height": SIDE, "width": SIDE}, "resample": 3, "do_center_crop": False, "image_mean": [0.5] * 3,
                                 "image_std": [0.5] * 3, **settings})


def make(tokens):
    config_class, model_class, _ = reference_code()
    config = config_class(vocab_size=len(tokens), max_position_embeddings=128, encoder_layers=2, decoder_layers=2, encoder_ffn_dim=64,
                          decoder_ffn_dim=64, encoder_attention_heads=4, decoder_attention_heads=4, d_model=32, resnet_type="resnet18", dropout=0.0,
                          pad_token_id=tokens.pad_token_id, bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id,
                          decoder_start_token_id=tokens.bos_token_id, forced_eos_token_id=None)
    model = model_class(config)
    model.encoder.embed_images = nn.Sequential(nn.Conv2d(3, 24, STRIDE, stride=STRIDE), nn.GELU(), nn.Conv2d(24, 1024, 1))
    tiny.widen(model, 3.0)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            # These begin as zeros and ones, which hide where they belong.
            if "rel_pos_table" in name:
                weight.normal_(0, 3.0)
            elif "pos_q_linear.weight" in name or "pos_k_linear.weight" in name:
                weight.mul_(2)
            elif name.endswith("c_attn"):
                weight.uniform_(0.5, 1.5)
        # A word says itself again where the table of words is the head too; what was seen has to outweigh it.
        model.decoder.layernorm_embedding.weight.mul_(0.2)
        for layer in model.decoder.layers:
            layer.self_attn_mid_layer_norm.weight.mul_(4)
            layer.cross_attn_mid_layer_norm.weight.mul_(4)
            layer.fc2.weight.mul_(2)
    model.side = SIDE
    return model


def load(source):
    """A release as modelscope keeps it: config.json, configuration.json, pytorch_model.bin."""
    config_class, model_class, _ = reference_code()
    source = Path(source)
    config = config_class.from_pretrained(source)
    config.dropout = 0.0
    model = model_class(config)
    weights = torch.load(source / "pytorch_model.bin", map_location="cpu", weights_only=True)
    model.load_state_dict(weights, strict=True)
    settings = json.loads((source / "configuration.json").read_text()) if (source / "configuration.json").exists() else {}
    model.side = settings.get("model", {}).get("patch_image_size", 480)
    return model.float().eval()


def finish(model, source, out):
    """What a release leaves to modelscope's code: the tokens it adds when it runs, and how pictures are prepared."""
    tokens = BartTokenizerFast(str(Path(source) / "vocab.json"), str(Path(source) / "merges.txt"))
    tokens.add_tokens([f"<code_{place}>" for place in range(CODES)] + [f"<bin_{place}>" for place in range(BINS_OF_RELEASE)])
    if len(tokens) != model.config.vocab_size:
        raise SystemExit(f"{len(tokens)} tokens, and the model has rows for {model.config.vocab_size}")
    tokens.save_pretrained(out)
    image_processor(size={"height": model.side, "width": model.side}).save_pretrained(out)


def heads_of(values, heads):
    return values.view(values.shape[0], -1, heads, values.shape[-1] // heads).transpose(1, 2)


def distances(table, bucket, most):
    """Bias by distance between two words, float [2 most - 1, heads]; the first is of the word furthest ahead."""
    steps = torch.arange(-(most - 1), most)
    return table.weight.detach()[bucket[steps.clamp(min=0), (-steps).clamp(min=0)]]


def picture_places(model):
    """Numbers of the places of a picture's features in the table of the largest picture, row by row."""
    side = model.side // STRIDE
    column, row = torch.arange(side).repeat(side), torch.arange(side).repeat_interleave(side)
    return row * model.config.image_bucket_size + column + 1


class Places(nn.Module):
    """What both halves know of where things are in the source: features of the picture, then words."""

    def __init__(self, model):
        super().__init__()
        encoder = model.encoder
        with torch.no_grad():
            self.register_buffer("picture", encoder.image_pos_ln(encoder.embed_image_positions(picture_places(model))))
            self.register_buffer("words", encoder.pos_ln(encoder.embed_positions.weight))
        self.count = self.picture.shape[0]

    def forward(self, states):
        return torch.cat([self.picture, self.words[: states.shape[1] - self.count]]).unsqueeze(0)


class Vision(nn.Module):
    """pixel_values [1, 3, side, side] -> image_features [1, places, D], ready for the encoder's first layer."""

    def __init__(self, model):
        super().__init__()
        self.encoder = model.encoder

    def forward(self, pixel_values):
        encoder = self.encoder
        rows = encoder.image_proj(encoder.embed_images(pixel_values).flatten(2).transpose(1, 2)) * encoder.embed_scale
        return encoder.patch_layernorm_embedding(rows + encoder.type_embedding.weight[1])


class Encoder(nn.Module):
    """inputs_embeds [1, places + words, D]: features as Vision gives them, words as they are in the table."""

    def __init__(self, model):
        super().__init__()
        encoder, self.most = model.encoder, model.config.max_position_embeddings
        self.encoder, self.places, self.heads = encoder, Places(model), model.config.encoder_attention_heads
        here = picture_places(model)
        bucket = encoder.image_rp_bucket[here][:, here]
        tables = range(len(encoder.layers))
        at = (lambda layer: 0) if encoder.share_attn_bias else (lambda layer: layer)
        for layer in tables:
            image = encoder.image_rel_pos_table_list[at(layer)].weight.detach()[bucket].permute(2, 0, 1)
            self.register_buffer(f"image_{layer}", image.contiguous())
            self.register_buffer(f"word_{layer}", distances(encoder.token_rel_pos_table_list[at(layer)], encoder.token_rp_bucket, self.most))

    def forward(self, inputs_embeds, attention_mask):
        encoder, count = self.encoder, self.places.count
        words = inputs_embeds[:, count:] * encoder.embed_scale + encoder.type_embedding.weight[0]
        hidden = torch.cat([inputs_embeds[:, :count], encoder.layernorm_embedding(words)], dim=1)
        length = words.shape[1]
        places = self.places(hidden)
        query = heads_of(encoder.pos_q_linear(places), self.heads) * encoder.pos_scaling
        bias = query @ heads_of(encoder.pos_k_linear(places), self.heads).transpose(2, 3)
        bias = bias + torch.where(attention_mask > 0, 0.0, graphs.HIDDEN).unsqueeze(1).unsqueeze(1)
        step = torch.arange(length)
        apart = step.unsqueeze(1) - step.unsqueeze(0) + self.most - 1
        for number, layer in enumerate(encoder.layers):
            image, word = getattr(self, f"image_{number}"), getattr(self, f"word_{number}")[apart].permute(2, 0, 1)
            corner = torch.zeros_like(image[:, :, :1]).expand(-1, -1, length)
            own = torch.cat([torch.cat([image, corner], 2), torch.cat([corner.transpose(1, 2), word], 2)], 1)
            hidden = layer(hidden, None, attn_bias=(bias + own).flatten(0, 1))[0]
        return encoder.layer_norm(hidden)


class Decoder(nn.Module):
    """Both caches as plain inputs and outputs, in the layout of `florence_2.Seq2SeqDecoder`."""

    def __init__(self, model):
        super().__init__()
        decoder, self.most = model.decoder, model.config.max_position_embeddings
        self.decoder, self.places, self.heads, self.layers = decoder, Places(model), model.config.decoder_attention_heads, len(decoder.layers)
        self.register_buffer("own_places", decoder.pos_ln(decoder.embed_positions.weight).detach())
        for layer in range(self.layers):
            table = decoder.token_rel_pos_table_list[0 if decoder.share_attn_bias else layer]
            self.register_buffer(f"word_{layer}", distances(table, decoder.token_rp_bucket, self.most))

    def attend(self, attn, hidden, key, value, bias):
        query = heads_of(attn.q_proj(hidden) * attn.scaling, self.heads)
        seen = (query @ key.transpose(2, 3) + bias).softmax(-1) @ value
        return attn.out_proj((seen * attn.c_attn.view(1, -1, 1, 1)).transpose(1, 2).flatten(2))

    def forward(self, encoder_attention_mask, inputs_embeds, encoder_hidden_states, use_cache_branch, *past):
        decoder, length = self.decoder, inputs_embeds.shape[1]
        total = past[0].shape[2] + length
        place = torch.arange(length) + (total - length)
        mine = self.own_places[place].unsqueeze(0)
        other = torch.arange(total)
        scale = decoder.pos_scaling
        own_bias = (heads_of(decoder.self_pos_q_linear(mine), self.heads) * scale) @ heads_of(
            decoder.self_pos_k_linear(self.own_places[:total].unsqueeze(0)), self.heads).transpose(2, 3)
        own_bias = own_bias + torch.where(other.unsqueeze(0) <= place.unsqueeze(1), 0.0, graphs.HIDDEN)
        cross_bias = (heads_of(decoder.cross_pos_q_linear(mine), self.heads) * scale) @ heads_of(
            decoder.cross_pos_k_linear(self.places(encoder_hidden_states)), self.heads).transpose(2, 3)
        cross_bias = cross_bias + torch.where(encoder_attention_mask > 0, 0.0, graphs.HIDDEN).unsqueeze(1).unsqueeze(1)
        apart = place.unsqueeze(1) - other.unsqueeze(0) + self.most - 1
        hidden, present = decoder.layernorm_embedding(inputs_embeds * decoder.embed_scale), []
        for number, layer in enumerate(decoder.layers):
            own_key, own_value, cross_key, cross_value = past[4 * number:4 * number + 4]
            own, cross = layer.self_attn, layer.cross_attn
            before = layer.self_attn_layer_norm(hidden)
            key = torch.cat([own_key, heads_of(own.k_proj(before), self.heads)], dim=2)
            value = torch.cat([own_value, heads_of(own.v_proj(before), self.heads)], dim=2)
            bias = own_bias + getattr(self, f"word_{number}")[apart].permute(2, 0, 1)
            hidden = hidden + layer.self_attn_mid_layer_norm(self.attend(own, before, key, value, bias))
            cross_key, cross_value = cross_pair(use_cache_branch, cross_key, cross_value, encoder_hidden_states, cross.k_proj.weight,
                                                cross.k_proj.bias, cross.v_proj.weight, cross.v_proj.bias, self.heads)
            seen = self.attend(cross, layer.cross_attn_layer_norm(hidden), cross_key, cross_value, cross_bias)
            hidden = hidden + layer.cross_attn_mid_layer_norm(seen)
            inner = layer.ffn_layer_norm(layer.activation_fn(layer.fc1(layer.final_layer_norm(hidden))))
            hidden = hidden + layer.fc2(inner)
            present += [key, value, cross_key, cross_value]
        return (decoder.output_projection(decoder.layer_norm(hidden)), *present)


def check_config(config):
    """Releases of other makes (OFA-Sys) have other layers; these graphs are of the first one's."""
    wanted = dict(use_ofasys=False, normformer=True, encoder_normalize_before=True, decoder_normalize_before=True, layernorm_embedding=True,
                  patch_layernorm_embedding=True, add_type_embedding=True, entangle_position_embedding=False, interpolate_position=False,
                  use_gamma_feature=False, use_image_feature=True)
    for key, value in wanted.items():
        assert bool(getattr(config, key)) == value, f"{key} is {getattr(config, key)}"


def export(model, folder):
    check_config(model.config)
    config, count = model.config, (model.side // STRIDE) ** 2
    graphs.export(Vision(model), (torch.randn(1, 3, model.side, model.side),), folder / "vision_encoder.onnx", ["pixel_values"], ["image_features"], {})
    graphs.export_embed(model.encoder.embed_tokens, folder / "embed_tokens.onnx")
    s = {1: "encoder_sequence"}
    graphs.export(Encoder(model), (torch.randn(1, count + 5, config.d_model), torch.ones(1, count + 5, dtype=torch.long)), folder / "encoder_model.onnx",
                  ["inputs_embeds", "attention_mask"], ["last_hidden_state"], {"inputs_embeds": s, "attention_mask": s, "last_hidden_state": s})
    decoder = Decoder(model)
    width = config.d_model // decoder.heads
    pairs = [(layer, side, kind) for layer in range(decoder.layers) for side in ("decoder", "encoder") for kind in ("key", "value")]
    past = [torch.randn(1, decoder.heads, 4 if side == "decoder" else count + 5, width) for _, side, _ in pairs]
    given = [f"past_key_values.{layer}.{side}.{kind}" for layer, side, kind in pairs]
    new = [f"present.{layer}.{side}.{kind}" for layer, side, kind in pairs]
    axes = {"encoder_attention_mask": s, "encoder_hidden_states": s, "inputs_embeds": {1: "sequence"}, "logits": {1: "sequence"}}
    for (_, side, _), before, after in zip(pairs, given, new):
        axes[before], axes[after] = {2: f"past_{side}_sequence"}, {2: f"{side}_sequence_out"}
    graphs.export(decoder, (torch.ones(1, count + 5, dtype=torch.long), torch.randn(1, 3, config.d_model), torch.randn(1, count + 5, config.d_model),
                            torch.tensor([True]), *past), folder / "decoder_model_merged.onnx",
                  ["encoder_attention_mask", "inputs_embeds", "encoder_hidden_states", "use_cache_branch"] + given, ["logits"] + new, axes)


def save(model, tokens, folder):
    model.config.save_pretrained(folder)
    image_processor(size={"height": model.side, "width": model.side}).save_pretrained(folder)
    tokens.save_pretrained(folder)


def check_tower():
    """A ResNet of the reference, which tiny models do without, says the same as a graph."""
    import onnxruntime
    *_, tower = reference_code()
    net, pixels = tower([2, 2, 2]).eval(), torch.randn(1, 3, SIDE, SIDE)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "tower.onnx"
        graphs.export(net, (pixels,), path, ["pixels"], ["features"], {})
        found = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"pixels": pixels.numpy()})[0]
    with torch.no_grad():
        worst = float((net(pixels) - torch.from_numpy(found)).abs().max())
    assert worst < 1e-3, worst
    return worst


def greedy(model, pixels, ids, new_tokens):
    """Without a cache, every word anew: the plainest way there is."""
    said, leads = [model.config.bos_token_id], []
    with torch.no_grad():
        for _ in range(new_tokens):
            out = model(input_ids=torch.tensor([ids]), patch_images=pixels, patch_masks=torch.tensor([True]), decoder_input_ids=torch.tensor([said]))
            best = out.logits[0, -1].topk(2)
            leads.append(float(best.values[0] - best.values[1]))
            said.append(int(best.indices[0]))
            if said[-1] == model.config.eos_token_id:
                break
    return said[1:], min(leads)


def reference(model, tokens):
    from . import reference as ref
    check_tower()
    count, records = (model.side // STRIDE) ** 2, []
    for name, question in QUESTIONS:
        pixels = image_processor()(tiny.picture(name), return_tensors="pt")["pixel_values"]
        words = tokens(f"<s> {question}</s>", add_special_tokens=False)["input_ids"]
        said, lead = greedy(model, pixels, words, ref.NEW_TOKENS)
        # The features have no token: places before the words are -1 in the engine.
        records.append({"picture": name, "question": question, "promptIds": [-1] * count + words, "answerIds": said, "lead": round(lead, 5),
                        "feeds": {"pixel_values": tiny.sampled(pixels)}})
    return {"answers": records, "preprocessing": ref.preprocessing({name: image_processor(**settings) for name, settings in REAL.items()})}
