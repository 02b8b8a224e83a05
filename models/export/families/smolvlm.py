"""SmolVLM: Idefics3's way with pictures and its layout, in classes of its own. Reference: transformers' SmolVLM*."""
import torch
from transformers import SmolVLMConfig, SmolVLMForConditionalGeneration, SmolVLMImageProcessor, SmolVLMProcessor, SmolVLMVideoProcessor

from . import idefics3, tiny

REAL = {"smolvlm2-500m": dict(size={"longest_edge": 2048}, max_image_size={"longest_edge": 512})}
tokenizer, Vision, export = idefics3.tokenizer, idefics3.Vision, idefics3.export


def image_processor(**settings):
    return SmolVLMImageProcessor(**{"size": {"longest_edge": idefics3.LONGEST}, "max_image_size": {"longest_edge": idefics3.SIDE},
                                    "image_mean": [0.5] * 3, "image_std": [0.5] * 3, **settings})


def processor(tokens):
    video = SmolVLMVideoProcessor(size={"longest_edge": idefics3.LONGEST}, max_image_size={"longest_edge": idefics3.SIDE})
    return SmolVLMProcessor(image_processor(), tokens, video, image_seq_len=idefics3.FEATURES, chat_template=idefics3.TEMPLATE)


def make(tokens):
    text = dict(model_type="llama", vocab_size=len(tokens), hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                num_key_value_heads=2, max_position_embeddings=1024, bos_token_id=tokens.bos_token_id, eos_token_id=tokens.eos_token_id,
                pad_token_id=tokens.pad_token_id)
    vision = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=idefics3.SIDE, patch_size=idefics3.PATCH)
    config = SmolVLMConfig(text_config=text, vision_config=vision, scale_factor=idefics3.SCALE, pad_token_id=tokens.pad_token_id,
                           image_token_id=tokens.convert_tokens_to_ids("<image>"), attn_implementation="eager")
    model = SmolVLMForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokens.eos_token_id
    return tiny.widen(model, 3.0)


def load(source):
    return SmolVLMForConditionalGeneration.from_pretrained(source, torch_dtype=torch.float32, attn_implementation="eager").eval()


def save(model, tokens, folder):
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    processor(tokens).save_pretrained(folder)


def reference(model, tokens):
    from . import reference as ref
    return {"answers": ref.answers(model, processor(tokens)),
            "preprocessing": ref.preprocessing({name: image_processor(**settings) for name, settings in REAL.items()}, pictures=["strip", "tall"])}
