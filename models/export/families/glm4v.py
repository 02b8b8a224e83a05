"""GLM-4.1V: the heir of CogVLM without its second set of weights. Patches and positions as Qwen2-VL's; learned places of a fixed
grid are drawn over the picture's, and a convolution merges four features. Reference: transformers' Glm4v*.
"""
from unittest import mock

import torch
from transformers import Glm4vConfig, Glm4vForConditionalGeneration, Glm4vImageProcessor, Glm4vProcessor, Glm4vVideoProcessor

from transformers.models.glm4v import modeling_glm4v

from . import qwen_shared as shared
from . import tiny

SPECIAL = ["[gMASK]", "<sop>", "<|system|>", "<|user|>", "<|assistant|>", "<|begin_of_image|>", "<|image|>", "<|end_of_image|>",
           "<|begin_of_video|>", "<|video|>", "<|end_of_video|>", "<|begin_of_box|>", "<|end_of_box|>"]
TEMPLATE = (
    "[gMASK]<sop>{% for message in messages %}<|{{ message['role'] }}|>\n{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|begin_of_image|><|image|><|end_of_image|>{% elif part['type'] == 'text' %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
SIDE = 24
REAL = {"glm-4.1v-9b": dict(size={"shortest_edge": 12544, "longest_edge": 9633792}, patch_size=14),
        "small": dict(size={"shortest_edge": 12544, "longest_edge": 100_000}, patch_size=14)}
#: The reference refuses a picture smaller than one merged patch.
QUESTIONS = [("wide", "Where is the red circle?"), ("tall", "Describe the image with boxes."), ("strip", "find every person"),
             ("square", "What is in this region?"), ("tall", "the dog")]
#: Of PyTorch's bicubic sampling.
SHARPNESS = -0.75


def tokenizer():
    return tiny.make_tokenizer([(text, True) for text in SPECIAL], bos="<bos>", eos="<|endoftext|>", template=TEMPLATE)


def image_processor(**settings):
    settings = {"patch_size": shared.PATCH, "size": {"shortest_edge": 2 * 256, "longest_edge": 2 * 1536}, **settings}
    return Glm4vImageProcessor(temporal_patch_size=2, merge_size=shared.MERGE, **settings)


def processor(tokens):
    return Glm4vProcessor(image_processor(), tokens, Glm4vVideoProcessor(patch_size=shared.PATCH), chat_template=TEMPLATE)


def make(tokens):
    def id_of(text):
        return tokens.convert_tokens_to_ids(text)
    text = {**shared.text_settings(tokens), "partial_rotary_factor": 0.5, "rope_scaling": {"rope_type": "default", "mrope_section": [1, 1, 1]}}
    vision = dict(depth=2, hidden_size=48, intermediate_size=64, num_heads=2, patch_size=shared.PATCH, spatial_merge_size=shared.MERGE,
                  temporal_patch_size=2, out_hidden_size=48, image_size=SIDE)
    config = Glm4vConfig(text_config=text, vision_config=vision, attn_implementation="eager", image_token_id=id_of("<|image|>"),
                         video_token_id=id_of("<|video|>"), image_start_token_id=id_of("<|begin_of_image|>"), image_end_token_id=id_of("<|end_of_image|>"),
                         video_start_token_id=id_of("<|begin_of_video|>"), video_end_token_id=id_of("<|end_of_video|>"))
    model = Glm4vForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokens.eos_token_id
    model.generation_config.pad_token_id = tokens.pad_token_id
    tiny.widen(model, 3.0)
    with torch.no_grad():
        model.model.visual.embeddings.position_embedding.weight.normal_(0, 1)
    return model


def load(source):
    return Glm4vForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


def taps(place):
    """Four neighbours on a line and their weights, float [places, 4] each."""
    first, a = place.floor(), SHARPNESS
    share = place - first

    def near(x):
        return ((a + 2) * x - (a + 3)) * x * x + 1

    def far(x):
        return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    weights = torch.stack([far(share + 1), near(share), near(1 - share), far(2 - share)], -1)
    return torch.stack([first - 1, first, first + 1, first + 2], -1), weights


class Vision(shared.Vision):
    """pixel_values [patches, values], image_grid_thw [1, 3] -> image_features [patches / merge², D]."""

    def stretched(self, row, column, grid_thw):
        table = self.visual.embeddings.position_embedding
        side = int(table.weight.shape[0] ** 0.5)

        def along(place, size):
            lines, weights = taps((place.float() + 0.5) / size.float() * side - 0.5)
            return lines.clamp(0, side - 1).long(), weights
        (ys, dy), (xs, dx) = along(row, grid_thw[0, 1]), along(column, grid_thw[0, 2])
        seen = table(ys.unsqueeze(2) * side + xs.unsqueeze(1))
        return (seen * (dy.unsqueeze(2) * dx.unsqueeze(1)).unsqueeze(-1)).sum((1, 2))

    def forward(self, pixel_values, image_grid_thw):
        visual = self.visual
        hidden = visual.post_conv_layernorm(visual.patch_embed(pixel_values))
        row, column = shared.places(hidden.shape[0], image_grid_thw, self.merge)
        hidden = hidden + self.stretched(row, column, image_grid_thw)
        frequencies = visual.rotary_pos_emb.inv_freq
        angles = torch.cat([row.unsqueeze(-1) * frequencies, column.unsqueeze(-1) * frequencies], dim=-1)
        turned = torch.cat([angles, angles], dim=-1)
        cos_sin = (turned.cos(), turned.sin())
        for block in visual.blocks:
            hidden = hidden + self.attend(block.attn, block.norm1(hidden), cos_sin, None)
            hidden = hidden + block.mlp(block.norm2(hidden))
        hidden = visual.post_layernorm(hidden)
        squares = hidden.view(-1, self.merge, self.merge, hidden.shape[-1]).permute(0, 3, 1, 2)
        return visual.merger(visual.downsample(squares).flatten(1))


def turned(q, k, cos, sin, mrope_section, unsqueeze_dim=1):
    """What the reference does to queries and keys, of operators that a graph knows the rank of."""
    def chosen(values):
        ends = torch.tensor(mrope_section).cumsum(0).tolist()
        parts = [values[axis, ..., end - width:end] for axis, (end, width) in enumerate(zip(ends, mrope_section))]
        half = torch.cat(parts, dim=-1)
        return torch.stack((half, half), dim=-1).flatten(-2).unsqueeze(unsqueeze_dim)
    cos, sin = chosen(cos), chosen(sin)
    width = 2 * sum(mrope_section)

    def turn(x):
        part = x[..., :width]
        other = torch.stack((-part[..., 1::2], part[..., 0::2]), dim=-1).flatten(-2)
        return torch.cat([part * cos + other * sin, x[..., width:]], dim=-1)
    return turn(q), turn(k)


def export(model, folder):
    vision = model.config.vision_config
    shared.export_vision(Vision(model.model.visual), folder, 3 * vision.temporal_patch_size * vision.patch_size ** 2)
    with mock.patch.object(modeling_glm4v, "apply_multimodal_rotary_pos_emb", turned):
        shared.export_text(model, folder)


def save(model, tokens, folder):
    shared.save(model, processor(tokens), folder)


def reference(model, tokens):
    from . import reference as ref
    feeds = ("pixel_values", "image_grid_thw")
    return {"answers": ref.answers(model, processor(tokens), QUESTIONS, pixels=feeds),
            "preprocessing": ref.preprocessing({name: image_processor(**settings) for name, settings in REAL.items()}, feeds,
                                               pictures=["wide", "tall", "square"])}
