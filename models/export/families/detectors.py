"""What the detectors' modules share: one graph, and the boxes that the reference makes of its output."""
import torch
import torch.nn as nn

from . import graphs, tiny

NAMES = {0: "cat", 1: "dog", 2: "red circle", 3: "boat", 4: "traffic light"}
LABELS = {"id2label": NAMES, "label2id": {name: number for number, name in NAMES.items()}}
PICTURES = [name for name, _, _ in tiny.PICTURES]


class Outputs(nn.Module):
    """pixel_values [B, 3, height, width] -> logits [B, queries, classes], pred_boxes [B, queries, 4] as centre and size."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        out = self.model(pixel_values)
        return out.logits, out.pred_boxes


def export(model, folder, side):
    axes = {0: "batch_size"}
    graphs.export(Outputs(model), (torch.rand(1, 3, *side),), folder / "model.onnx", ["pixel_values"], ["logits", "pred_boxes"],
                  {"pixel_values": axes, "logits": axes, "pred_boxes": axes})


def records(model, processor):
    """Boxes are fractions of the picture. Each picture's threshold lies in the widest gap between its best scores; `lead` is half of it."""
    found = []
    for name in PICTURES:
        inputs = processor(tiny.picture(name), return_tensors="pt")
        with torch.no_grad():
            out = model(inputs["pixel_values"])

        def boxes(threshold):
            return processor.post_process_object_detection(out, threshold=threshold, target_sizes=[(1, 1)])[0]
        scores = boxes(0.0)["scores"].sort(descending=True).values[:8]
        gaps = scores[1:-1] - scores[2:]
        rank = int(gaps.argmax()) + 1
        threshold = float((scores[rank] + scores[rank + 1]) / 2)
        result = boxes(threshold)
        found.append({
            "picture": name, "threshold": threshold, "feeds": {"pixel_values": tiny.sampled(inputs["pixel_values"])}, "lead": float(gaps.max() / 2),
            "found": [{"label": NAMES[int(label)], "score": round(float(score), 6), "box": [round(float(v), 6) for v in box]}
                      for label, score, box in zip(result["labels"], result["scores"], result["boxes"])],
        })
    return found


def save(model, processor, folder):
    model.config.save_pretrained(folder)
    processor.save_pretrained(folder)


def scatter(model):
    """Random weights everywhere: detectors begin with zeros and equal numbers in many places, which tell nothing apart."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() >= 2:
                fan_in = weight[0].numel() if weight.shape[0] > 1 else weight.shape[-1]
                weight.normal_(0, 1.5 / fan_in ** 0.5)
            elif name.endswith("bias"):
                weight.normal_(0, 0.3)
        for name in ("cls_token", "detection_tokens", "position_embeddings"):
            for part, weight in model.named_parameters():
                if part.endswith(name):
                    weight.normal_(0, 1)
    return model.float().eval()


def settle(model, processor):
    """Gives every batch norm the statistics of the pictures: with those it starts with, pictures make no difference."""
    norms = [part for part in model.modules() if isinstance(part, nn.BatchNorm2d)]
    for norm in norms:
        norm.train()
        norm.momentum = None
    with torch.no_grad():
        for name in PICTURES:
            model(processor(tiny.picture(name), return_tensors="pt")["pixel_values"])
    return model.eval()
