"""What OWL-ViT and OWLv2 share: labels as texts of one length, one graph, and the boxes that the reference makes of its output."""
import json
import tempfile
from pathlib import Path

import torch
import torch.nn as nn
from transformers import CLIPTokenizerFast
from transformers.models.clip.tokenization_clip import bytes_to_unicode

from . import detectors, graphs, tiny, worded

#: Tokens of a label, its beginning and its end among them.
LENGTH = 16
MERGES = [("t", "h"), ("th", "e</w>"), ("a", "t</w>"), ("c", "at</w>"), ("o", "g</w>"), ("d", "og</w>"), ("r", "e"), ("re", "d</w>"), ("l", "i"), ("b", "o")]


def tokenizer():
    """The end of a text must have the highest id: the model looks for it there."""
    letters = list(bytes_to_unicode().values())
    pieces = [*letters, *[f"{letter}</w>" for letter in letters], *["".join(pair) for pair in MERGES], "<|startoftext|>", "<|endoftext|>"]
    # The first id fills texts up.
    pieces.insert(0, pieces.pop(pieces.index("!")))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "vocab.json").write_text(json.dumps({piece: place for place, piece in enumerate(pieces)}))
        (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(pair) for pair in MERGES) + "\n")
        return CLIPTokenizerFast(vocab_file=str(folder / "vocab.json"), merges_file=str(folder / "merges.txt"), pad_token="!", model_max_length=LENGTH)


def settings(tokens, side):
    text = {"vocab_size": len(tokens), "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2,
            "max_position_embeddings": LENGTH, "pad_token_id": 0, "bos_token_id": tokens.bos_token_id, "eos_token_id": tokens.eos_token_id}
    vision = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": side, "patch_size": 16}
    return {"text_config": text, "vision_config": vision, "projection_dim": 16}


class Outputs(nn.Module):
    """Labels as texts [L, 16] and a picture -> logits [1, patches, L], pred_boxes [1, patches, 4] as centre and size."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, pixel_values, attention_mask):
        out = self.model(input_ids=input_ids, pixel_values=pixel_values, attention_mask=attention_mask)
        return out.logits, out.pred_boxes


def export(model, folder):
    side, text = model.config.vision_config.image_size, model.config.text_config
    ids = torch.full((3, LENGTH), text.eos_token_id)
    ids[:, 0] = text.bos_token_id
    labels = {0: "text_batch_size", 1: "sequence_length"}
    graphs.export(Outputs(model), (ids, torch.rand(1, 3, side, side), torch.ones_like(ids)), folder / "model.onnx",
                  ["input_ids", "pixel_values", "attention_mask"], ["logits", "pred_boxes"],
                  {"input_ids": labels, "attention_mask": labels, "logits": {2: "num_queries"}})


def save(model, processor, folder):
    model.config.save_pretrained(folder)
    processor.save_pretrained(folder)


def records(model, processor):
    """Boxes are in pixels of the picture, as far as they reach."""
    found = []
    for name, labels in worded.QUESTIONS:
        image = tiny.picture(name)
        inputs = processor(images=image, text=[labels], return_tensors="pt")
        inputs["pixel_values"] = inputs["pixel_values"].float()
        out = worded.run(model, inputs)
        scores = out.logits[0].sigmoid().sort(-1, descending=True).values
        threshold, lead = worded.gap(scores[:, 0])
        if len(labels) > 1:
            # The same patch for another label must be clearly behind.
            kept = scores[scores[:, 0] > threshold]
            lead = min(lead, float((kept[:, 0] - kept[:, 1]).min()))
        size = torch.tensor([(image.height, image.width)])
        result = processor.post_process_grounded_object_detection(out, threshold=threshold, target_sizes=size, text_labels=[labels])[0]
        found.append({
            "picture": name, "labels": labels, "threshold": threshold, "lead": lead, "promptIds": inputs["input_ids"].tolist(),
            "attention": inputs["attention_mask"].sum(-1).tolist(), "feeds": {"pixel_values": tiny.sampled(inputs["pixel_values"])},
            "found": [{"label": label, "score": round(float(score), 6), "box": worded.rounded(box)}
                      for label, score, box in zip(result["text_labels"], result["scores"], result["boxes"])],
        })
    return found


def make(model):
    model = detectors.scatter(model)
    with torch.no_grad():
        # Scores are all 0 or 1 otherwise.
        for name, weight in model.named_parameters():
            if "logit_s" in name:
                weight.mul_(0.3)
    return model
