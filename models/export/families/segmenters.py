"""What SAM and SAM 2 share: a graph that sees, a graph that answers prompts, and the masks that the reference makes of them."""
import base64

import numpy as np
import torch

from . import graphs, tiny

#: Of each picture: points with 1 for "inside" and 0 for "outside", and a box or none; all as fractions of the picture.
PROMPTS = [("wide", [(0.3, 0.4, 1)], None), ("tall", [], (0.1, 0.2, 0.8, 0.7)), ("strip", [(0.55, 0.5, 0)], (0.25, 0.1, 0.75, 0.9)),
           ("square", [(0.25, 0.25, 1), (0.8, 0.6, 0), (0.4, 0.45, 1)], None), ("small", [], (0.0, 0.0, 0.6, 1.0))]


def export_decoder(decoder, path, embeddings):
    """`embeddings` is name -> tensor [1, ...]. One object a call: points of it, and one box of it or none."""
    points, labels, boxes = torch.rand(1, 1, 2, 2) * 40, torch.ones(1, 1, 2, dtype=torch.long), torch.tensor([[[4.0, 5.0, 30.0, 40.0]]])
    graphs.export(decoder, (points, labels, boxes, *embeddings.values()), path, ["input_points", "input_labels", "input_boxes", *embeddings],
                  ["iou_scores", "pred_masks", *(["object_score_logits"] if decoder.says_presence else [])],
                  {"input_points": {2: "points"}, "input_labels": {2: "points"}, "input_boxes": {1: "boxes"}})


def prompt_tokens(points, corners, padding):
    """[1, 1, tokens, width]: points, the two corners of a box where there is one, and what stands for "no point"."""
    return torch.cat([points, *corners, padding], dim=2)


def box_corners(boxes, embed, weights):
    """Each corner as [1, 1, boxes, width]; `embed` takes coordinates [1, 1, n, 2]."""
    centred = boxes.unsqueeze(1) + 0.5
    return [embed(centred[..., at:at + 2]) + weight for at, weight in zip((0, 2), weights)]


def in_pixels(numbers, size):
    return [float(number) * size[at % 2] for at, number in enumerate(numbers)]


def packed_masks(masks):
    """bool [n, height, width] -> rows after rows, eight pixels a byte, the first in the highest bit."""
    values = masks.numpy().astype(np.uint8)
    return {"dims": list(values.shape), "bits": base64.b64encode(np.packbits(values.reshape(-1)).tobytes()).decode()}


def eight_bits(pixels, image_processor):
    """uint8 [height, width, 3], from before the normalisation. torchvision's resizing rounds in other places on other processors, so they are kept."""
    mean, std = (torch.tensor(values).reshape(3, 1, 1) for values in (image_processor.image_mean, image_processor.image_std))
    values = ((pixels * std + mean) * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous()
    return base64.b64encode(values.numpy().tobytes()).decode()


def records(model, processor, pads):
    """`pads`: the picture is only a part of what the model sees. `lead` is how far the best mask's predicted IoU is before the next one's; `edge` the smallest distance of any pixel's logit from 0."""
    found = []
    for name, points, box in PROMPTS:
        image = tiny.picture(name)
        prompt = {}
        if points:
            prompt["input_points"] = [[[in_pixels(point[:2], image.size) for point in points]]]
            prompt["input_labels"] = [[[point[2] for point in points]]]
        if box is not None:
            prompt["input_boxes"] = [[in_pixels(box, image.size)]]
        inputs = processor(images=image, return_tensors="pt", **prompt)
        sizes = inputs.pop("original_sizes"), inputs.pop("reshaped_input_sizes")
        for key in ("input_points", "input_boxes"):
            if key in inputs:
                inputs[key] = inputs[key].float()
        with torch.no_grad():
            # Sam2Model moves the boxes it is given by half a pixel, in place.
            out = model(**{key: value.clone() for key, value in inputs.items()})
        places = sizes if pads else sizes[:1]
        smooth = processor.post_process_masks(out.pred_masks, *places, binarize=False)[0][0]
        masks = processor.post_process_masks(out.pred_masks, *places)[0][0]
        scores = out.iou_scores[0, 0]
        squashed = {} if pads else {"pixels": eight_bits(inputs["pixel_values"][0], processor.image_processor)}
        order = scores.sort(descending=True).values
        found.append({
            "picture": name, "points": [list(point) for point in points], "box": box, "feeds": {"pixel_values": tiny.sampled(inputs["pixel_values"])}, **squashed,
            "prompt": {key: tiny.packed(inputs[key]) for key in ("input_points", "input_boxes") if key in inputs},
            "scores": [round(float(score), 6) for score in scores], "masks": packed_masks(masks),
            "lead": float(order[0] - order[1]), "edge": float(smooth.abs().min()), "share": [round(float(mask.float().mean()), 3) for mask in masks],
        })
    return found
