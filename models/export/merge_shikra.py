"""Adds Shikra's delta to LLaMA, puts CLIP beside it, and writes a folder that `export.py shikra` reads.

Usage: python merge_shikra.py --base LLAMA --delta SHIKRA --vision CLIP --out DIR
Folders are as `save_pretrained` writes them (safetensors or pytorch_model*.bin, in one file or in parts). One tensor is in memory at a time,
and a part of at most 2 GB of what is written. The sum is taken in the delta's own precision, as the release's own script does, so that
the weights are its weights to the bit; rows of embedding and head that the base does not have, and the projector, are the delta's.
LLaMA's licence applies to the sum.
"""
import argparse
import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

PART_BYTES = 2_000_000_000
MAY_GROW = ("model.embed_tokens.weight", "lm_head.weight")
PROJECTOR = "model.mm_projector."
PATCH, START, END = "<im_patch>", "<im_start>", "<im_end>"
SYSTEM = ("A chat between a curious user and an artificial intelligence assistant. "
          "The assistant gives helpful, detailed, and polite answers to the user's questions.")
TEMPLATE = (
    "{{ bos_token }}{{ '" + SYSTEM.replace("'", "\\'") + " ' }}{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ 'USER: ' }}{% else %}{{ 'ASSISTANT: ' }}{% endif %}"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '" + START + PATCH + END + " ' }}{% endif %}{% endfor %}"
    "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}"
    "{% if message['role'] == 'user' %}{{ ' ' }}{% else %}{{ eos_token }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)


class Weights:
    """Names and tensors of a folder, read when they are asked for."""

    def __init__(self, folder):
        self.files, self.bins = {}, {}
        for path in sorted(Path(folder).glob("*.safetensors")):
            with safe_open(path, "pt") as file:
                self.files.update({name: path for name in file.keys()})
        if not self.files:
            for path in sorted(Path(folder).glob("pytorch_model*.bin")):
                part = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
                self.bins.update(part)
        if not self.names():
            raise SystemExit(f"{folder}: no *.safetensors and no pytorch_model*.bin")

    def names(self):
        return sorted({**self.files, **self.bins})

    def __getitem__(self, name):
        if name in self.bins:
            return self.bins[name]
        with safe_open(self.files[name], "pt") as file:
            return file.get_tensor(name)


def target_name(name):
    """Where LLaVA of transformers keeps what Shikra and CLIP call by these names."""
    if name.startswith("vision_model."):
        return f"model.vision_tower.{name}"
    if name.startswith(PROJECTOR):
        return "model.multi_modal_projector.linear." + name.removeprefix(PROJECTOR)
    return name if name.startswith("lm_head.") else "model.language_model." + name.removeprefix("model.")


def summed(name, base, known, delta):
    """One tensor of the sum. Refuses what the two do not share, instead of taking either."""
    if name not in known:
        if not name.startswith(PROJECTOR):
            raise SystemExit(f"the base has no {name}")
        return delta
    given = base[name].to(delta.dtype)
    if given.shape == delta.shape:
        return delta + given
    if name not in MAY_GROW or given.shape[0] > delta.shape[0] or given.shape[1:] != delta.shape[1:]:
        raise SystemExit(f"{name} is {list(delta.shape)} in the delta and {list(given.shape)} in the base")
    whole = delta.clone()
    whole[: given.shape[0]] += given
    return whole


class Writer:
    """safetensors in parts, and the index that names them."""

    def __init__(self, folder):
        self.folder, self.part, self.bytes, self.places, self.total = folder, {}, 0, {}, 0

    def add(self, name, tensor):
        tensor = tensor.contiguous()
        if self.bytes + tensor.nbytes > PART_BYTES:
            self.flush()
        self.part[name] = tensor
        self.bytes += tensor.nbytes

    def flush(self):
        if not self.part:
            return
        file = f"model-{len(set(self.places.values())) + 1:05d}.safetensors"
        save_file(self.part, self.folder / file, metadata={"format": "pt"})
        self.places.update({name: file for name in self.part})
        self.total += self.bytes
        self.part, self.bytes = {}, 0

    def close(self):
        self.flush()
        index = {"metadata": {"total_size": self.total}, "weight_map": self.places}
        (self.folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=1) + "\n")


def read(folder, name):
    return json.loads((Path(folder) / name).read_text())


def write_settings(delta, vision, out):
    """config.json, processor, tokenizer with its chat template, and our card."""
    text, seen = read(delta, "config.json"), read(vision, "config.json")
    seen = seen.get("vision_config", seen)
    for path in Path(delta).iterdir():
        if path.name.startswith(("tokenizer", "special_tokens", "added_tokens", "LICENSE", "README")):
            (out / path.name).write_bytes(path.read_bytes())
    from transformers import AutoTokenizer
    tokens = AutoTokenizer.from_pretrained(out)
    missing = [token for token in (PATCH, START, END) if tokens.convert_tokens_to_ids(token) in (None, tokens.unk_token_id)]
    if missing:
        raise SystemExit(f"the delta's tokenizer does not know {', '.join(missing)}")
    tokens.save_pretrained(out)
    (out / "chat_template.jinja").write_text(TEMPLATE)
    for key in ("mm_vision_tower", "use_mm_proj", "mm_hidden_size", "architectures", "auto_map"):
        text.pop(key, None)
    layer = text.pop("mm_vision_select_layer", -2)
    config = {"model_type": "llava", "architectures": ["LlavaForConditionalGeneration"], "image_token_index": tokens.convert_tokens_to_ids(PATCH),
              "vision_feature_layer": layer, "vision_feature_select_strategy": "default", "text_config": {**text, "model_type": "llama"},
              "image_seq_length": (seen["image_size"] // seen["patch_size"]) ** 2,
              "vision_config": {**seen, "model_type": "clip_vision_model"}, "tie_word_embeddings": False}
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    side = seen["image_size"]
    picture = {"processor_class": "LlavaProcessor", "image_processor_type": "LlavaImageProcessor", "do_pad": True, "do_resize": True, "do_center_crop": True, "do_rescale": True,
               "do_normalize": True, "resample": 3, "rescale_factor": 1 / 255, "size": {"shortest_edge": side},
               "crop_size": {"height": side, "width": side}, "image_mean": [0.48145466, 0.4578275, 0.40821073],
               "image_std": [0.26862954, 0.26130258, 0.27577711]}
    (out / "preprocessor_config.json").write_text(json.dumps(picture, indent=1) + "\n")
    words = {"processor_class": "LlavaProcessor", "image_token": PATCH, "patch_size": seen["patch_size"], "num_additional_image_tokens": 1,
             "vision_feature_select_strategy": "default"}
    (out / "processor_config.json").write_text(json.dumps(words, indent=1) + "\n")
    card = {"id": "shikra", "name": "Shikra", "family": "llava", "dialect": "shikra", "space": "padded-square",
            "licence": "LLaMA licence and that of the delta", "languages": ["en"],
            "tasks": [{"examples": ["Where is the red circle? Answer with its box.", "Describe the image with boxes."]}]}
    (out / "eyrie.json").write_text(json.dumps(card, indent=1) + "\n")


def merge(base, delta, vision, out):
    """All three are folders; `out` is made. Returns how many tensors were written."""
    out = Path(out)
    out.mkdir(parents=True)
    first, second, third = Weights(base), Weights(delta), Weights(vision)
    known, writer = set(first.names()), Writer(out)
    # Buffers of older versions, which are computed and not learned.
    wanted = [name for name in second.names() if not name.endswith("rotary_emb.inv_freq")]
    unused = [name for name in known - set(wanted) if not name.endswith("rotary_emb.inv_freq")]
    if unused:
        raise SystemExit(f"the delta has no {sorted(unused)[0]}")
    seen = [name for name in third.names() if name.startswith("vision_model.") and not name.endswith("position_ids")]
    for name in wanted:
        writer.add(target_name(name), summed(name, first, known, second[name]))
    for name in seen:
        writer.add(target_name(name), third[name])
    writer.close()
    write_settings(delta, vision, out)
    return len(wanted) + len(seen)


def main():
    parser = argparse.ArgumentParser()
    for name in ("base", "delta", "vision", "out"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    print(merge(args.base, args.delta, args.vision, args.out), "tensors")


if __name__ == "__main__":
    main()
