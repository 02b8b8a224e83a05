"""SAM: pictures keep their proportions in a square filled up with zeros. Reference: transformers' Sam*, with the slow image processor."""
import torch
import torch.nn as nn
from transformers import SamConfig, SamImageProcessor, SamModel, SamProcessor
from transformers.models.sam.configuration_sam import SamMaskDecoderConfig, SamPromptEncoderConfig, SamVisionConfig

from . import detectors, graphs, segmenters

SIDE = 64
PATCH = 8
tokenizer = lambda: None  # noqa: E731


def image_processor(side=SIDE):
    square = {"height": side, "width": side}
    return SamImageProcessor(size={"longest_edge": side}, pad_size=square, mask_size={"longest_edge": side // 4},
                             mask_pad_size={"height": side // 4, "width": side // 4})


def make(tokens):
    config = SamConfig(
        vision_config=SamVisionConfig(hidden_size=32, output_channels=16, num_hidden_layers=2, num_attention_heads=2, image_size=SIDE, patch_size=PATCH,
                                      window_size=4, global_attn_indexes=[1], num_pos_feats=8, mlp_dim=48).to_dict(),
        prompt_encoder_config=SamPromptEncoderConfig(hidden_size=16, image_size=SIDE, patch_size=PATCH, mask_input_channels=4).to_dict(),
        mask_decoder_config=SamMaskDecoderConfig(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, mlp_dim=32, iou_head_hidden_dim=16).to_dict())
    return detectors.scatter(SamModel(config))


def load(source):
    return SamModel.from_pretrained(source, attn_implementation="eager").float().eval()


class Seeing(nn.Module):
    """pixel_values [1, 3, side, side] -> image_embeddings [1, width, side / patch, side / patch], and the embeddings of its positions."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        return self.model.get_image_embeddings(pixel_values), self.model.get_image_wide_positional_embeddings()


class Answering(nn.Module):
    """Prompts in pixels of the square -> iou_scores [1, 1, 3], pred_masks [1, 1, 3, height, width]."""

    says_presence = False

    def __init__(self, model):
        super().__init__()
        self.prompts, self.decoder = model.prompt_encoder, model.mask_decoder

    def forward(self, input_points, input_labels, input_boxes, image_embeddings, image_positional_embeddings):
        prompts = self.prompts
        square = (prompts.input_image_size, prompts.input_image_size)
        points = prompts._embed_points(input_points, input_labels, pad=False)
        corners = segmenters.box_corners(input_boxes, lambda place: prompts.shared_embedding(place, square),
                                         (prompts.point_embed[2].weight, prompts.point_embed[3].weight))
        # "No point" is said where there is no box, and not where there is one.
        padding = prompts.not_a_point_embed.weight.reshape(1, 1, 1, -1)[:, :, :1 - input_boxes.shape[1]]
        dense = prompts.no_mask_embed.weight.reshape(1, -1, 1, 1).expand(-1, -1, *prompts.image_embedding_size)
        masks, scores = self.decoder(
            image_embeddings=image_embeddings, image_positional_embeddings=image_positional_embeddings,
            sparse_prompt_embeddings=segmenters.prompt_tokens(points, corners, padding), dense_prompt_embeddings=dense, multimask_output=True)
        return scores, masks


def export(model, folder):
    names = ["image_embeddings", "image_positional_embeddings"]
    side = model.config.vision_config.image_size
    seeing, pixels = Seeing(model), torch.rand(1, 3, side, side)
    graphs.export(seeing, (pixels,), folder / "vision_encoder.onnx", ["pixel_values"], names, {})
    with torch.no_grad():
        seen = seeing(pixels)
    segmenters.export_decoder(Answering(model), folder / "prompt_encoder_mask_decoder.onnx", dict(zip(names, seen)))


def save(model, tokens, folder):
    detectors.save(model, image_processor(), folder)


def reference(model, tokens):
    from . import reference as ref
    real = {"sam-vit": image_processor(1024)}
    return {"segments": segmenters.records(model, SamProcessor(image_processor()), pads=True), "preprocessing": ref.preprocessing(real, pictures=["wide", "tall"])}
