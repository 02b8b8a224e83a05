"""What detectors that are told what to look for share: the words, and thresholds that lie in a gap."""
import torch

from . import tiny

#: Picture, and what is looked for in it.
QUESTIONS = [("wide", ["a red circle", "the boat"]), ("tall", ["cat"]), ("strip", ["traffic light", "a dog", "small boats"]),
             ("square", ["two cups", "broken chair"]), ("small", ["a cat", "a dog"])]


def gap(scores, among=8):
    """A number in the widest gap between the best of some scores, none of them first, and half of the gap's width."""
    best = scores.sort(descending=True).values[:among]
    widths = best[1:-1] - best[2:]
    rank = int(widths.argmax()) + 1
    return float((best[rank] + best[rank + 1]) / 2), float(widths.max() / 2)


def rounded(values):
    return [round(float(value), 6) for value in values]


def asked(processor, name, text):
    inputs = processor(images=tiny.picture(name), text=text, return_tensors="pt")
    return inputs


def run(model, inputs):
    with torch.no_grad():
        return model(**inputs)
