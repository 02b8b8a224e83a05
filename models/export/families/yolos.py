"""YOLOS: pictures keep their proportions, scores by softmax against "nothing". Reference: transformers' Yolos*."""
from transformers import YolosConfig, YolosForObjectDetection, YolosImageProcessor

from . import detectors

SIZE = (48, 64)
tokenizer = lambda: None  # noqa: E731


def processor(**settings):
    return YolosImageProcessor(**{"size": {"height": SIZE[0], "width": SIZE[1]}, "do_pad": False, **settings})


def make(tokens):
    config = YolosConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48, image_size=list(SIZE), patch_size=8,
                         num_detection_tokens=10, use_mid_position_embeddings=False, **detectors.LABELS)
    return detectors.scatter(YolosForObjectDetection(config))


def load(source):
    return YolosForObjectDetection.from_pretrained(source).float().eval()


def export(model, folder):
    detectors.export(model, folder, model.config.image_size)


def save(model, tokens, folder):
    detectors.save(model, processor(), folder)


def reference(model, tokens):
    from . import reference as ref
    real = {"yolos-tiny": YolosImageProcessor(size={"shortest_edge": 512, "longest_edge": 1333}, do_pad=False)}
    return {"detections": detectors.records(model, processor()), "preprocessing": ref.preprocessing(real, pictures=["wide", "strip"])}
