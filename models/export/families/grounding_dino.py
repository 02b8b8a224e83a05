"""Grounding DINO: a detector that is told what to look for. Reference: transformers' GroundingDino*, with the slow image processor."""
import tempfile
from pathlib import Path

import torch
import torch.nn as nn
from transformers import (BertConfig, BertTokenizerFast, GroundingDinoConfig, GroundingDinoForObjectDetection, GroundingDinoImageProcessor,
                          GroundingDinoProcessor, SwinConfig)
from transformers.models.grounding_dino import modeling_grounding_dino as theirs

from . import detectors, graphs, tiny, worded

SIDE = 96
#: The traced graph takes pictures of one size. Released weights saw 800 on the shorter side; 224 in their configuration is the backbone's own training.
SIDE_OF_RELEASED = 800
#: Ids of BERT's own vocabulary that the model's code names: [CLS], [SEP], "." and "?".
FIXED = {0: "[PAD]", 100: "[UNK]", 101: "[CLS]", 102: "[SEP]", 103: "[MASK]", 1012: ".", 1029: "?"}
WORDS = "a the red circle boat cat dog traffic light small two cups broken chair , - ' and of on".split()


def tokenizer():
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    pieces = iter([*WORDS, *letters.replace("a", ""), *[f"##{letter}" for letter in letters]])
    vocabulary = [FIXED.get(place) or (next(pieces, None) if place > 103 else None) or f"[unused{place}]" for place in range(1030)]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "vocab.txt"
        path.write_text("\n".join(vocabulary) + "\n")
        return BertTokenizerFast(vocab_file=str(path))


def image_processor(**settings):
    return GroundingDinoImageProcessor(**{"size": {"height": SIDE, "width": SIDE}, **settings})


def make(tokens):
    config = GroundingDinoConfig(
        backbone_config=SwinConfig(image_size=SIDE, embed_dim=8, depths=[1, 1, 1, 1], num_heads=[1, 1, 2, 2], window_size=4, out_indices=[2, 3, 4]),
        text_config=BertConfig(vocab_size=len(tokens), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
                               max_position_embeddings=64).to_dict(),
        d_model=32, num_queries=12, encoder_layers=1, decoder_layers=2, encoder_ffn_dim=32, decoder_ffn_dim=32, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_n_points=2, decoder_n_points=2, disable_custom_kernels=True)
    model = detectors.scatter(GroundingDinoForObjectDetection(config))
    with torch.no_grad():
        # Scores are products of whole vectors: without this all of them are 0 or 1.
        for name, weight in model.named_parameters():
            if "text_projection" in name or name.endswith("layer_norm3.weight"):
                weight.mul_(0.25)
    return model


def load(source):
    return GroundingDinoForObjectDetection.from_pretrained(source, attn_implementation="eager").float().eval()


def blocks_of_words(input_ids):
    """What `generate_masks_with_special_tokens_and_transfer_map` says, without a loop over the words, which a traced graph could not follow."""
    special = torch.zeros_like(input_ids, dtype=torch.bool)
    for token in theirs.SPECIAL_TOKENS:
        special = special | (input_ids == token)
    before = special.long().cumsum(1) - special.long()
    same = before.unsqueeze(2) == before.unsqueeze(1)
    length = input_ids.shape[1]
    place = torch.arange(length)
    edge = (place == 0) | (place == length - 1)
    closed = ~(same & edge.reshape(1, 1, -1)).any(2)
    mask = (same & closed.unsqueeze(2)) | (place.unsqueeze(0) == place.unsqueeze(1)).unsqueeze(0)
    earlier = (place.unsqueeze(0) < place.unsqueeze(1)).unsqueeze(0)
    return mask, (same & earlier).long().sum(2) * closed.long()


class Outputs(nn.Module):
    """Picture and words -> logits [B, queries, max_text_len], -inf where there is no word; pred_boxes [B, queries, 4] as centre and size."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values, input_ids, token_type_ids, attention_mask, pixel_mask):
        out = self.model(pixel_values=pixel_values, input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask, pixel_mask=pixel_mask)
        return out.logits, out.pred_boxes


def export(model, folder):
    original = theirs.generate_masks_with_special_tokens_and_transfer_map
    for ids in ([101, 5, 6, 1012, 7, 1012, 102], [101, 5, 1029, 7, 102], [101, 5, 102]):
        ours, reference = blocks_of_words(torch.tensor([ids])), original(torch.tensor([ids]))
        assert all(torch.equal(a, b) for a, b in zip(ours, reference)), ids
    names = ["pixel_values", "input_ids", "token_type_ids", "attention_mask", "pixel_mask"]
    ids = torch.tensor([[101, 104, 105, 1012, 106, 1012, 102]])
    size = model.config.backbone_config.image_size
    size = SIDE_OF_RELEASED if size == 224 else size
    pixels = torch.rand(1, 3, size, size)
    words = {0: "batch_size", 1: "sequence_length"}
    theirs.generate_masks_with_special_tokens_and_transfer_map = blocks_of_words
    try:
        graphs.export(Outputs(model), (pixels, ids, torch.zeros_like(ids), torch.ones_like(ids), torch.ones(1, size, size, dtype=torch.long)),
                      folder / "model.onnx", names, ["logits", "pred_boxes"], {name: words for name in names[1:4]})
    finally:
        theirs.generate_masks_with_special_tokens_and_transfer_map = original


def save(model, tokens, folder):
    detectors.save(model, GroundingDinoProcessor(image_processor(), tokens), folder)


def records(model, processor):
    found = []
    for name, labels in worded.QUESTIONS:
        text = " . ".join(labels) + " ."
        inputs = worded.asked(processor, name, text)
        out = worded.run(model, inputs)
        probabilities = out.logits.sigmoid()[0]
        threshold, lead = worded.gap(probabilities.max(-1).values)
        kept = probabilities[probabilities.max(-1).values > threshold]
        text_threshold, text_lead = worded.gap(kept[:, 1:inputs["input_ids"].shape[1]].reshape(-1), 40)
        result = processor.post_process_grounded_object_detection(out, threshold=threshold, text_threshold=text_threshold, target_sizes=[(1, 1)])[0]
        found.append({
            "picture": name, "text": text, "threshold": threshold, "textThreshold": text_threshold, "lead": min(lead, text_lead),
            "promptIds": inputs["input_ids"][0].tolist(), "feeds": {"pixel_values": tiny.sampled(inputs["pixel_values"])},
            "found": [{"label": label, "score": round(float(score), 6), "box": worded.rounded(box)}
                      for label, score, box in zip(result["text_labels"], result["scores"], result["boxes"])],
        })
    return found


def reference(model, tokens):
    from . import reference as ref
    real = {"grounding-dino-tiny": image_processor(size={"shortest_edge": 800, "longest_edge": 1333})}
    return {"grounded": records(model, GroundingDinoProcessor(image_processor(), tokens)), "preprocessing": ref.preprocessing(real, pictures=["wide", "strip"])}
