"""OWL-ViT: a picture squashed to a square. Reference: transformers' OwlViT*, with the slow image processor."""
from transformers import OwlViTConfig, OwlViTForObjectDetection, OwlViTImageProcessor, OwlViTProcessor

from . import owl

SIDE = 96
tokenizer = owl.tokenizer
export = owl.export


def image_processor(side=SIDE):
    return OwlViTImageProcessor(size={"height": side, "width": side}, do_center_crop=False, crop_size={"height": side, "width": side})


def make(tokens):
    return owl.make(OwlViTForObjectDetection(OwlViTConfig(**owl.settings(tokens, SIDE))))


def load(source):
    return OwlViTForObjectDetection.from_pretrained(source, attn_implementation="eager").float().eval()


def save(model, tokens, folder):
    owl.save(model, OwlViTProcessor(image_processor(), tokens), folder)


def reference(model, tokens):
    from . import reference as ref
    real = {"owlvit-base": image_processor(768)}
    return {"worded": owl.records(model, OwlViTProcessor(image_processor(), tokens)), "preprocessing": ref.preprocessing(real, pictures=["wide", "tall"])}
