"""Shikra: CLIP, one linear projector, LLaMA. The tiny model goes the whole way of a release: a base and a delta are made,
merged by `merge_shikra.py`, loaded and exported.

The reference does not see the merged folder: it is put together from transformers' `CLIPVisionModel`, a linear layer and
`LlamaForCausalLM` with base + delta added tensor by tensor, as Shikra's own code does.
"""
import json
import tempfile
from pathlib import Path

import torch
import torch.nn as nn
from safetensors.torch import load_file
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM, LlavaConfig, LlavaForConditionalGeneration
from transformers.models.llava.image_processing_llava import LlavaImageProcessor

import merge_shikra as release

from . import graphs, llava, tiny

SIDE = 30


class LinearProjector(nn.Module):
    def __init__(self, width, out):
        super().__init__()
        self.linear = nn.Linear(width, out)

    def forward(self, features):
        return self.linear(features)


def tokenizer():
    return tiny.make_tokenizer([(release.PATCH, True), (release.START, True), (release.END, True)])


def load(source):
    """A folder of `merge_shikra.py`. Every weight must be there, and none be left over."""
    config = LlavaConfig.from_pretrained(source, attn_implementation="eager")
    model = LlavaForConditionalGeneration(config)
    model.model.multi_modal_projector = LinearProjector(config.vision_config.hidden_size, config.text_config.hidden_size)
    index = json.loads((Path(source) / "model.safetensors.index.json").read_text())["weight_map"]
    weights = {}
    for part in sorted(set(index.values())):
        weights.update(load_file(Path(source) / part))
    model.load_state_dict({name: tensor.float() for name, tensor in weights.items()}, strict=True)
    return model.float().eval()


class Parts(nn.Module):
    """What the release's own code runs: the patch tokens' rows are the tower's features behind the projector."""

    def __init__(self, vision, projector, text, patch):
        super().__init__()
        self.vision, self.projector, self.text, self.patch = vision, projector, text, patch

    def embeds(self, ids, pixel_values):
        rows = self.text.get_input_embeddings()(torch.tensor([ids])).clone()
        hidden = self.vision(pixel_values, output_hidden_states=True).hidden_states[-2][:, 1:]
        rows[0, torch.tensor(ids) == self.patch] = self.projector(hidden)[0]
        return rows


def make(tokens):
    old = len(tokens) - 3
    settings = dict(hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=512,
                    bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id, pad_token_id=tokens.pad_token_id, attn_implementation="eager")
    vision = tiny.widen(CLIPVisionModel(CLIPVisionConfig(hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4,
                                                         image_size=SIDE, patch_size=6, projection_dim=32, attn_implementation="eager")))
    base = tiny.widen(LlamaForCausalLM(LlamaConfig(vocab_size=old, **settings))).half()
    tuned = tiny.widen(LlamaForCausalLM(LlamaConfig(vocab_size=len(tokens), **settings))).half()
    projector = tiny.widen(nn.Linear(32, 48)).half()
    # What a release would hold: the difference, and the projector as it is.
    known = base.state_dict()
    delta = {}
    for name, tensor in tuned.state_dict().items():
        delta[name] = tensor.clone()
        delta[name][: known[name].shape[0]] -= known[name]
    delta.update({f"{release.PROJECTOR}{name}": tensor for name, tensor in projector.state_dict().items()})
    with tempfile.TemporaryDirectory() as scratch:
        folder = {name: Path(scratch) / name for name in ("base", "delta", "vision", "out")}
        base.save_pretrained(folder["base"], max_shard_size="60KB")
        vision.save_pretrained(folder["vision"])
        folder["delta"].mkdir()
        torch.save(delta, folder["delta"] / "pytorch_model.bin")
        (folder["delta"] / "config.json").write_text(json.dumps(
            {**tuned.config.to_dict(), "model_type": "shikra", "architectures": ["ShikraLlamaForCausalLM"], "mm_vision_select_layer": -2,
             "use_mm_proj": True, "mm_hidden_size": 32, "mm_vision_tower": "openai/clip-vit-large-patch14"}))
        tokens.save_pretrained(folder["delta"])
        release.merge(folder["base"], folder["delta"], folder["vision"], folder["out"])
        model = load(folder["out"])
        model.files = {path.name: path.read_text() for path in folder["out"].iterdir() if path.suffix in (".json", ".jinja") and "index" not in path.name}
    # The other way to the same weights: no folder, no renaming.
    for name, tensor in tuned.state_dict().items():
        tensor.copy_(delta[name])
        tensor[: known[name].shape[0]] += known[name]
    merged = model.state_dict()
    assert all(torch.equal(merged[release.target_name(name)], tensor.float()) for name, tensor in tuned.state_dict().items())
    model.parts = [Parts(vision, projector.float(), tuned.float().eval(), tokens.convert_tokens_to_ids(release.PATCH)).eval()]
    return model


def export(model, folder):
    llava.export(model, folder)


def save(model, tokens, folder):
    for name, text in model.files.items():
        (folder / name).write_text(text)
    model.generation_config.eos_token_id = tokens.eos_token_id
    model.generation_config.save_pretrained(folder)


def processor():
    return LlavaImageProcessor(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}, do_pad=True)


def reference(model, tokens):
    from . import reference as ref
    parts, records = model.parts[0], []
    patches = (SIDE // 6) ** 2
    for name, question in ref.QUESTIONS:
        pixels = processor()(tiny.picture(name), return_tensors="pt")["pixel_values"]
        text = f"<s>{release.SYSTEM} USER: {release.START}{release.PATCH * patches}{release.END} {question} ASSISTANT:"
        ids = tokens(text, add_special_tokens=False)["input_ids"]
        with torch.no_grad():
            embeds = parts.embeds(ids, pixels)
        said, lead = ref.greedy(parts.text, {"inputs_embeds": embeds, "attention_mask": torch.ones(1, len(ids), dtype=torch.long)})
        records.append({"picture": name, "question": question, "text": text, "promptIds": ids, "answerIds": said, "lead": round(lead, 5),
                        "feeds": {"pixel_values": tiny.packed(pixels)}})
    return {"answers": records}
