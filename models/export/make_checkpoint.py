"""Saves the tiny random model of one family as `save_pretrained` writes it, so that other people's servers can run it.

Usage: python make_checkpoint.py FAMILY --out DIR [--seed 7]
Then, for example: transformers serve --force-model DIR --port 8765, and the address http://127.0.0.1:8765/v1 as a server of the app.
"""
import argparse
import importlib

from families import module_of, tiny


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("family")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    family = importlib.import_module(module_of(args.family))
    tiny.seed_everything(args.seed)
    tokens = family.tokenizer()
    # Servers hand everything the tokenizer names to `generate`, which takes no token types.
    tokens.model_input_names = tokens.init_kwargs["model_input_names"] = ["input_ids", "attention_mask"]
    model = family.make(tokens)
    model.config.architectures = [type(model).__name__]
    model.save_pretrained(args.out)
    family.processor(tokens).save_pretrained(args.out)


if __name__ == "__main__":
    main()
