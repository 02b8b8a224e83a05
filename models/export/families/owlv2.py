"""OWLv2: a picture in the upper left of a grey square, blurred before it is made smaller. Reference: transformers' Owlv2*, with the slow processor."""
from transformers import Owlv2Config, Owlv2ForObjectDetection, Owlv2ImageProcessor, Owlv2Processor

from . import owl

SIDE = 96
tokenizer = owl.tokenizer
export = owl.export


def image_processor(side=SIDE):
    return Owlv2ImageProcessor(size={"height": side, "width": side})


def make(tokens):
    return owl.make(Owlv2ForObjectDetection(Owlv2Config(**owl.settings(tokens, SIDE))))


def load(source):
    return Owlv2ForObjectDetection.from_pretrained(source, attn_implementation="eager").float().eval()


def save(model, tokens, folder):
    owl.save(model, Owlv2Processor(image_processor(), tokens), folder)


def reference(model, tokens):
    from . import reference as ref
    real = {"owlv2-base": image_processor(960), "smaller": image_processor(40)}
    return {"worded": owl.records(model, Owlv2Processor(image_processor(), tokens)), "preprocessing": ref.preprocessing(real, pictures=["wide", "tall", "strip"])}
