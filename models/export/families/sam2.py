"""SAM 2 on single pictures, which are squashed to a square. Reference: transformers' Sam2*."""
import torch
import torch.nn as nn
from transformers import Sam2Config, Sam2ImageProcessorFast, Sam2Model, Sam2Processor
from transformers.models.sam2.configuration_sam2 import Sam2HieraDetConfig, Sam2MaskDecoderConfig, Sam2PromptEncoderConfig, Sam2VisionConfig

from . import detectors, graphs, segmenters

SIDE = 64
tokenizer = lambda: None  # noqa: E731


def image_processor(side=SIDE):
    return Sam2ImageProcessorFast(size={"height": side, "width": side}, mask_size={"height": side // 4, "width": side // 4})


def make(tokens):
    backbone = Sam2HieraDetConfig(hidden_size=8, num_attention_heads=1, image_size=[SIDE, SIDE], window_positional_embedding_background_size=[2, 2],
                                  blocks_per_stage=[1, 1, 2, 1], embed_dim_per_stage=[8, 16, 32, 64], num_attention_heads_per_stage=[1, 2, 4, 8],
                                  window_size_per_stage=[4, 2, 2, 2], global_attention_blocks=[3], mlp_ratio=2.0)
    vision = Sam2VisionConfig(backbone_config=backbone, backbone_channel_list=[64, 32, 16, 8], fpn_hidden_size=32,
                              backbone_feature_sizes=[[SIDE // 4, SIDE // 4], [SIDE // 8, SIDE // 8], [SIDE // 16, SIDE // 16]])
    config = Sam2Config(
        vision_config=vision, prompt_encoder_config=Sam2PromptEncoderConfig(hidden_size=32, image_size=SIDE, mask_input_channels=4),
        mask_decoder_config=Sam2MaskDecoderConfig(hidden_size=32, mlp_dim=32, num_attention_heads=2, iou_head_hidden_dim=16))
    return detectors.scatter(Sam2Model(config))


def load(source):
    return Sam2Model.from_pretrained(source, attn_implementation="eager").float().eval()


class Seeing(nn.Module):
    """pixel_values [1, 3, side, side] -> one map for each level, the finest first."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        return tuple(self.model.get_image_embeddings(pixel_values))


class Answering(nn.Module):
    """Prompts in pixels of the square -> iou_scores [1, 1, 3], pred_masks [1, 1, 3, height, width], object_score_logits [1, 1, 1]."""

    says_presence = True

    def __init__(self, model):
        super().__init__()
        self.prompts, self.decoder = model.prompt_encoder, model.mask_decoder
        self.register_buffer("positions", model.get_image_wide_positional_embeddings().detach())

    def forward(self, input_points, input_labels, input_boxes, *image_embeddings):
        prompts = self.prompts
        square = (prompts.input_image_size, prompts.input_image_size)
        points = prompts._embed_points(input_points, input_labels, pad=False)
        corners = segmenters.box_corners(input_boxes, lambda place: prompts.shared_embedding(place, square), prompts.point_embed.weight[2:4])
        # "No point" is said once, with a box and without.
        padding = prompts.not_a_point_embed.weight.reshape(1, 1, 1, -1)
        dense = prompts.no_mask_embed.weight.reshape(1, -1, 1, 1).expand(-1, -1, *prompts.image_embedding_size)
        masks, scores, _, presence = self.decoder(
            image_embeddings=image_embeddings[-1], image_positional_embeddings=self.positions,
            sparse_prompt_embeddings=segmenters.prompt_tokens(points, corners, padding), dense_prompt_embeddings=dense,
            multimask_output=True, high_resolution_features=list(image_embeddings[:-1]))
        return scores, masks, presence


def export(model, folder):
    names = [f"image_embeddings.{level}" for level in range(model.config.vision_config.num_feature_levels)]
    height, width = model.config.vision_config.backbone_config.image_size
    seeing, pixels = Seeing(model), torch.rand(1, 3, height, width)
    graphs.export(seeing, (pixels,), folder / "vision_encoder.onnx", ["pixel_values"], names, {})
    with torch.no_grad():
        seen = seeing(pixels)
    segmenters.export_decoder(Answering(model), folder / "prompt_encoder_mask_decoder.onnx", dict(zip(names, seen)))


def save(model, tokens, folder):
    detectors.save(model, image_processor(), folder)


def reference(model, tokens):
    from . import reference as ref
    real = {"sam2.1-hiera": image_processor(1024)}
    return {"segments": segmenters.records(model, Sam2Processor(image_processor()), pads=False), "preprocessing": ref.preprocessing(real, pictures=["wide", "tall"])}
