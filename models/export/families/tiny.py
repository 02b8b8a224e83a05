"""What tiny models share: a tokenizer of our own, pictures of odd sizes, weights wide enough to tell tokens apart."""
import base64
import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

SENTENCES = [
    "Where is the red circle on the left of the picture?", "the dog is behind the blue chair",
    "Describe the image with boxes.", "there are two cups on the table, one of them is broken",
    "What is in this region?", "find every person who wears a hat", "detect cat ; dog", "caption en",
    "a small boat and a large boat [0.125,0.250,0.375,0.500]", "{\"bbox_2d\": [10, 20, 30, 40], \"label\": \"tree\"}",
    "Locate the objects with category name in the image.", "What does the image describe?",
]
PICTURES = [("wide", 61, 37), ("tall", 29, 83), ("strip", 150, 19), ("square", 64, 64), ("small", 11, 7)]


def make_tokenizer(special, size=384, bos="<s>", eos="</s>", pad="<pad>", template=None, adds_bos=False, kind=PreTrainedTokenizerFast):
    """Byte-level BPE over the sentences above; `special` are further tokens, each (text, is special)."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(
        vocab_size=size, special_tokens=[pad, bos, eos], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    for text, is_special in special:
        tokenizer.add_tokens([AddedToken(text, special=is_special, normalized=False)])
    if adds_bos:
        from tokenizers.processors import TemplateProcessing
        tokenizer.post_processor = TemplateProcessing(
            single=f"{bos} $A", special_tokens=[(bos, tokenizer.token_to_id(bos))])
    fast = kind(tokenizer_object=tokenizer, bos_token=bos, eos_token=eos, pad_token=pad,
                                   clean_up_tokenization_spaces=False)
    fast.chat_template = template
    return fast


def picture(name):
    """Deterministic: gradients, blocks and noise, so that every filter and border has something to show."""
    _, width, height = next(entry for entry in PICTURES if entry[0] == name)
    rng = np.random.default_rng(len(name) * 1000 + width)
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([x * 255 / width, y * 255 / height, ((x // 5 + y // 3) % 2) * 200], axis=-1)
    pixels = pixels + rng.normal(0, 25, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8), "RGB")


def write_pictures(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, _, _ in PICTURES:
        picture(name).save(folder / f"{name}.png", optimize=True)


def seed_everything(seed):
    torch.set_num_threads(1)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def widen(model, factor=4.0):
    """Random weights as they come make every answer the same token; wider ones do not."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() >= 2:
                weight.mul_(factor)
            elif name.endswith("bias"):
                weight.normal_(0, 0.1)
    return model.float().eval()


def packed(tensor):
    """Every value of a small tensor: shape and little-endian float32 in base64."""
    values = tensor.detach().to(torch.float32).contiguous().numpy()
    return {"dims": list(values.shape), "float32": base64.b64encode(values.tobytes()).decode()}


def sampled(tensor, count=240):
    """Shape and some values of a large tensor, at seeded places of its flat order."""
    values = tensor.detach().to(torch.float32).contiguous().numpy()
    flat = values.reshape(-1)
    places = sorted(random.Random(flat.size).sample(range(flat.size), min(count, flat.size)))
    return {"dims": list(values.shape), "samples": [[place, round(float(flat[place]), 6)] for place in places]}


def folder_size(folder: Path):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
