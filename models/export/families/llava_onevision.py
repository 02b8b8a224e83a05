"""LLaVA-OneVision: SigLIP over the whole picture and over tiles, Qwen2. Reference: transformers' LlavaOnevision*.

The vision encoder is the one of the public exports (views in one batch, features of each), and has the learned line end as
a further output, `image_newline`: the engine cuts off the border, makes a large mosaic smaller and puts line ends in, as
`pack_image_features` does. What a model without that output is shown, the whole view only, is in `wholeAnswers`.
"""
import torch
import torch.nn as nn
from transformers import (LlavaOnevisionConfig, LlavaOnevisionForConditionalGeneration, LlavaOnevisionImageProcessor,
                          LlavaOnevisionProcessor, LlavaOnevisionVideoProcessor, Qwen2Config, SiglipVisionConfig)

from . import graphs, tiny

SIDE, PATCH = 24, 6
TOKENS = (SIDE // PATCH) ** 2
PINPOINTS = [[rows * SIDE, columns * SIDE] for rows in range(1, 4) for columns in range(1, 4)]
REAL = {"0.5b-ov": dict(size={"height": 384, "width": 384}, image_mean=[0.5] * 3, image_std=[0.5] * 3,
                        image_grid_pinpoints=[[rows * 384, columns * 384] for rows in range(1, 7) for columns in range(1, 7)])}
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + ' ' }}"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}"
    "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ '\\n' + part['text'] }}{% endif %}{% endfor %}"
    "{{ '<|im_end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def tokenizer():
    return tiny.make_tokenizer([("<|im_start|>", True), ("<image>", True), ("<video>", True)], eos="<|im_end|>", template=TEMPLATE)


def image_processor(**settings):
    return LlavaOnevisionImageProcessor(**{"size": {"height": SIDE, "width": SIDE}, "image_grid_pinpoints": PINPOINTS, "image_mean": [0.5] * 3,
                                           "image_std": [0.5] * 3, **settings})


def processor(tokens):
    return LlavaOnevisionProcessor(image_processor(), tokens, LlavaOnevisionVideoProcessor(), num_image_tokens=TOKENS, chat_template=TEMPLATE,
                                   vision_feature_select_strategy="full", vision_aspect_ratio="anyres_max_3")


def make(tokens):
    text = Qwen2Config(vocab_size=len(tokens), hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                       num_key_value_heads=2, max_position_embeddings=1024, bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id,
                       tie_word_embeddings=False)
    vision = SiglipVisionConfig(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=SIDE,
                                patch_size=PATCH, vision_use_head=False)
    config = LlavaOnevisionConfig(vision_config=vision, text_config=text, image_token_index=tokens.convert_tokens_to_ids("<image>"),
                                  video_token_index=tokens.convert_tokens_to_ids("<video>"), image_grid_pinpoints=PINPOINTS,
                                  vision_aspect_ratio="anyres_max_3", attn_implementation="eager", tie_word_embeddings=False)
    model = LlavaOnevisionForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokens.eos_token_id
    model.generation_config.pad_token_id = tokens.pad_token_id
    return tiny.widen(model, 3.0)


def load(source):
    return LlavaOnevisionForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


class Vision(nn.Module):
    """pixel_values [views, 3, side, side] -> image_features [views, features, D], image_newline [D]."""

    def __init__(self, model):
        super().__init__()
        self.model = model.model
        self.layer = model.config.vision_feature_layer
        assert model.config.vision_feature_select_strategy == "full"

    def forward(self, pixel_values):
        hidden = self.model.vision_tower(pixel_values, output_hidden_states=True).hidden_states[self.layer]
        return self.model.multi_modal_projector(hidden), self.model.image_newline.clone()


def export(model, folder):
    text, side = model.config.text_config, model.config.vision_config.image_size
    graphs.export(Vision(model), (torch.randn(2, 3, side, side),), folder / "vision_encoder.onnx", ["pixel_values"],
                  ["image_features", "image_newline"], {"pixel_values": {0: "batch_size"}, "image_features": {0: "batch_size"}})
    graphs.export_embed(model.get_input_embeddings(), folder / "embed_tokens.onnx")
    graphs.export_decoder(graphs.Decoder(model.model.language_model, model.lm_head, text.num_hidden_layers), folder / "decoder_model_merged.onnx",
                          text.hidden_size, text.num_key_value_heads, text.hidden_size // text.num_attention_heads)


def save(model, tokens, folder):
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    processor(tokens).save_pretrained(folder)


def of_one_batch(records, where):
    """The processor's further axis, over pictures of a batch, is not the encoder's."""
    for record in records:
        for feeds in where(record):
            feeds["pixel_values"]["dims"] = feeds["pixel_values"]["dims"][1:]
    return records


def packed(model, name):
    """What `pack_image_features` makes of a picture, float32 [features, D]."""
    inputs = image_processor()(tiny.picture(name), return_tensors="pt")
    with torch.no_grad():
        return torch.cat(tuple(model.get_image_features(inputs["pixel_values"], inputs["image_sizes"])))


def whole_answers(model, tokens):
    from . import reference as ref
    vision, embed, made, records = Vision(model), model.get_input_embeddings(), processor(tokens), []
    image = model.config.image_token_index
    for name, question in ref.QUESTIONS[:3]:
        pixels = image_processor()(tiny.picture(name), return_tensors="pt")["pixel_values"][0, :1]
        text = made.apply_chat_template(ref.chat(question), add_generation_prompt=True)
        ids = tokens(text.replace("<image>", "<image>" * TOKENS))["input_ids"]
        with torch.no_grad():
            embeds = embed(torch.tensor([ids])).clone()
            embeds[0, torch.tensor(ids) == image] = vision(pixels)[0][0]
        said, lead = ref.greedy(model, {"inputs_embeds": embeds, "attention_mask": torch.ones(1, len(ids), dtype=torch.long)})
        records.append({"picture": name, "question": question, "promptIds": ids, "answerIds": said, "lead": round(lead, 5),
                        "feeds": {"pixel_values": tiny.packed(pixels)}})
    return records


def reference(model, tokens):
    from . import reference as ref
    answers = ref.answers(model, processor(tokens), drop=("token_type_ids", "batch_num_images"))
    whole = whole_answers(model, tokens)
    for record in answers:
        record["features"] = tiny.sampled(packed(model, record["picture"]))
    for record, other in zip(answers, whole):
        record["lead"] = min(record["lead"], other["lead"])
    real = ref.preprocessing({name: image_processor(**settings) for name, settings in REAL.items()})
    return {"answers": of_one_batch(answers, lambda record: [record["feeds"]]), "wholeAnswers": whole,
            "preprocessing": of_one_batch(real, lambda record: record["pictures"].values())}
