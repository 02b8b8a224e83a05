"""PaliGemma 2: the same around Gemma 2."""
from .paligemma import export, image_processor, load, processor, reference, save, tokenizer  # noqa: F401
from .paligemma import make as make_either


def make(tokens):
    return make_either(tokens, version=2)
