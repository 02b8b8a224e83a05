"""Moondream as transformers.js knows it (model type moondream1): SigLIP tower, a projector of two layers, Phi.

transformers has no class for it. The reference is put together from its `SiglipVisionModel` and `PhiForCausalLM` as
moondream's own code of early 2024 does: features of the tower behind its last norm, through the projector, stand between the
beginning token and the words. Names and settings of files are those of Xenova/moondream2.
"""
import json

import torch
import torch.nn as nn
from transformers import PhiConfig, PhiForCausalLM, SiglipImageProcessor, SiglipVisionConfig, SiglipVisionModel

from . import graphs, tiny

SIDE, PATCH, IMAGE = 56, 14, -200
REAL = {"moondream2": dict(size={"height": 378, "width": 378}, resample=3, image_mean=[0.5] * 3, image_std=[0.5] * 3)}


class Projector(nn.Module):
    def __init__(self, width, inner, out):
        super().__init__()
        self.fc1, self.act, self.fc2 = nn.Linear(width, inner), nn.GELU(approximate="tanh"), nn.Linear(inner, out)

    def forward(self, features):
        return self.fc2(self.act(self.fc1(features)))


class Moondream(nn.Module):
    def __init__(self, vision, text):
        super().__init__()
        self.vision = SiglipVisionModel(vision)
        self.projection = Projector(vision.hidden_size, 4 * text.hidden_size, text.hidden_size)
        self.text_model = PhiForCausalLM(text)

    def see(self, pixel_values):
        return self.projection(self.vision(pixel_values).last_hidden_state)

    def forward(self, pixel_values):
        return self.see(pixel_values)


def tokenizer():
    return tiny.make_tokenizer([], bos="<|endoftext|>", eos="<|endoftext|>", pad="<|endoftext|>", adds_bos=True)


def image_processor(**settings):
    return SiglipImageProcessor(**{**REAL["moondream2"], "size": {"height": SIDE, "width": SIDE}, **settings})


def make(tokens):
    vision = SiglipVisionConfig(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=SIDE,
                                patch_size=PATCH, layer_norm_eps=1e-5, vision_use_head=False, attn_implementation="eager")
    text = PhiConfig(vocab_size=len(tokens), hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                     max_position_embeddings=512, bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id,
                     attn_implementation="eager")
    return tiny.widen(Moondream(vision, text), 3.0)


def load(source):
    raise SystemExit("moondream: the public export (Xenova/moondream2) is used as it is; see recipes.md")


def export(model, folder):
    text = model.text_model.config
    graphs.export(model, (torch.randn(2, 3, SIDE, SIDE),), folder / "vision_encoder.onnx", ["pixel_values"], ["image_features"],
                  {"pixel_values": {0: "batch_size"}, "image_features": {0: "batch_size"}})
    graphs.export_embed(model.text_model.get_input_embeddings(), folder / "embed_tokens.onnx")
    graphs.export_decoder(graphs.Decoder(model.text_model.model, model.text_model.lm_head, text.num_hidden_layers),
                          folder / "decoder_model_merged.onnx", text.hidden_size, text.num_attention_heads,
                          text.hidden_size // text.num_attention_heads)


def save(model, tokens, folder):
    config = {"architectures": ["Moondream"], "model_type": "moondream1", "phi_config": model.text_model.config.to_diff_dict(),
              "image_token_index": IMAGE}
    config["phi_config"].update(num_attention_heads=4, num_key_value_heads=4, num_hidden_layers=2, hidden_size=48)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    model.text_model.generation_config.save_pretrained(folder)
    image_processor().save_pretrained(folder)
    tokens.save_pretrained(folder)
    # As the public export has it: the image is a token with an id that no library of Python would take.
    path = folder / "tokenizer.json"
    words = json.loads(path.read_text())
    words["added_tokens"].insert(0, {**words["added_tokens"][0], "id": IMAGE, "content": "<image>"})
    path.write_text(json.dumps(words, indent=2, ensure_ascii=False))


def reference(model, tokens):
    from . import reference as ref
    records = []
    for name, question in ref.QUESTIONS:
        pixels = image_processor()(tiny.picture(name), return_tensors="pt")["pixel_values"]
        words = tokens(f"\n\nQuestion: {question}\n\nAnswer:", add_special_tokens=False)["input_ids"]
        embed = model.text_model.get_input_embeddings()
        with torch.no_grad():
            features = model.see(pixels)
            embeds = torch.cat([embed(torch.tensor([[tokens.bos_token_id]])), features, embed(torch.tensor([words]))], dim=1)
        ids, lead = ref.greedy(model.text_model, {"inputs_embeds": embeds, "attention_mask": torch.ones(embeds.shape[:2], dtype=torch.long)})
        records.append({"picture": name, "question": question, "promptIds": [tokens.bos_token_id] + [IMAGE] * features.shape[1] + words,
                        "answerIds": ids, "lead": round(lead, 5), "feeds": {"pixel_values": tiny.sampled(pixels)}})
    return {"answers": records,
            "preprocessing": ref.preprocessing({name: SiglipImageProcessor(**settings) for name, settings in REAL.items()})}
