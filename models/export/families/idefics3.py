"""Idefics3 and SmolVLM: pictures are cut into squares, and shown once more as a whole. Reference: transformers' Idefics3*."""
import torch
import torch.nn as nn
from transformers import Idefics3Config, Idefics3ForConditionalGeneration, Idefics3ImageProcessor, Idefics3Processor

from . import graphs, tiny

TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
    "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
    "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}{% elif part['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}"
    "<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
SIDE, LONGEST, PATCH, SCALE = 32, 96, 8, 2
FEATURES = (SIDE // PATCH) ** 2 // SCALE ** 2
#: "base" is the 256M model: pictures up to 2048, squares of 512.
REAL = {"smolvlm-256m": dict(size={"longest_edge": 2048}, max_image_size={"longest_edge": 512}),
        "idefics3-8b": dict(size={"longest_edge": 1456}, max_image_size={"longest_edge": 364}),
        "whole": dict(size={"longest_edge": 512}, max_image_size={"longest_edge": 512}, do_image_splitting=False)}


def tokenizer():
    places = [f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)]
    special = ["<|im_start|>", "<fake_token_around_image>", "<image>", "<global-img>", *places]
    return tiny.make_tokenizer([(text, True) for text in special], eos="<end_of_utterance>", template=TEMPLATE)


def image_processor(**settings):
    return Idefics3ImageProcessor(**{"size": {"longest_edge": LONGEST}, "max_image_size": {"longest_edge": SIDE}, "image_mean": [0.5] * 3,
                                     "image_std": [0.5] * 3, **settings})


def processor(tokens):
    return Idefics3Processor(image_processor(), tokens, image_seq_len=FEATURES, chat_template=TEMPLATE)


def make(tokens):
    text = dict(model_type="llama", vocab_size=len(tokens), hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                num_key_value_heads=2, max_position_embeddings=1024, bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id,
                pad_token_id=tokens.pad_token_id)
    vision = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=SIDE, patch_size=PATCH)
    config = Idefics3Config(text_config=text, vision_config=vision, scale_factor=SCALE, image_token_id=tokens.convert_tokens_to_ids("<image>"),
                            pad_token_id=tokens.pad_token_id, attn_implementation="eager")
    model = Idefics3ForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokens.eos_token_id
    return tiny.widen(model, 3.0)


def load(source):
    return Idefics3ForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


class Vision(nn.Module):
    """pixel_values [B, squares, 3, side, side] -> image_features [B x squares, features, D].

    Squares are always full here, so that the places of patches are those the reference gives a full square.
    """

    def __init__(self, model):
        super().__init__()
        self.vision, self.connector = model.model.vision_model, model.model.connector
        embeddings = self.vision.embeddings
        side = embeddings.num_patches_per_side
        seen = {}
        hook = embeddings.position_embedding.register_forward_hook(lambda module, args, output: seen.update(places=args[0]))
        pixels = torch.zeros(1, 3, embeddings.image_size, embeddings.image_size)
        embeddings(pixel_values=pixels, patch_attention_mask=torch.ones(1, side, side, dtype=torch.bool))
        hook.remove()
        self.register_buffer("places", seen["places"], persistent=False)

    def forward(self, pixel_values):
        embeddings = self.vision.embeddings
        hidden = embeddings.patch_embedding(pixel_values.flatten(0, 1)).flatten(2).transpose(1, 2)
        hidden = hidden + embeddings.position_embedding(self.places)
        hidden = self.vision.encoder(inputs_embeds=hidden, attention_mask=None).last_hidden_state
        return self.connector(self.vision.post_layernorm(hidden))


def export(model, folder):
    text, side = model.config.text_config, model.config.vision_config.image_size
    graphs.export(Vision(model), (torch.randn(1, 3, 3, side, side),), folder / "vision_encoder.onnx", ["pixel_values"], ["image_features"],
                  {"pixel_values": {0: "batch_size", 1: "squares"}, "image_features": {0: "squares"}})
    graphs.export_embed(model.get_input_embeddings(), folder / "embed_tokens.onnx")
    graphs.export_decoder(graphs.Decoder(model.model.text_model, model.lm_head, text.num_hidden_layers), folder / "decoder_model_merged.onnx",
                          text.hidden_size, text.num_key_value_heads, text.hidden_size // text.num_attention_heads)


def save(model, tokens, folder):
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    processor(tokens).save_pretrained(folder)


def reference(model, tokens):
    from . import reference as ref
    return {"answers": ref.answers(model, processor(tokens)),
            "preprocessing": ref.preprocessing({name: image_processor(**settings) for name, settings in REAL.items()},
                                               pictures=["strip", "tall"])}
