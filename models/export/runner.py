"""Runs the shipped graphs with onnxruntime: the plain reading of the folder's files.

Image features of one picture are computed once and reused; decoding is greedy.
"""
import json
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps
from tokenizers import Tokenizer


class Runner:
    def __init__(self, folder, threads=1):
        folder = Path(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        start = lambda name: onnxruntime.InferenceSession(str(folder / "onnx" / name), options, providers=["CPUExecutionProvider"])
        self.vision, self.embed, self.decoder = (start(n) for n in ("vision_encoder.onnx", "embed_tokens.onnx", "decoder_model_merged.onnx"))
        self.config = json.loads((folder / "config.json").read_text())
        self.pixels = json.loads((folder / "preprocessor_config.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.eos = self.config["eos_token_id"]

    def prepare(self, image):
        """An upright RGB image, squashed (antialiased bilinear) to float32 [1, 3, H, W].

        Across first, then down, as the studio does: by itself Pillow 13 begins with either, by the size of the image,
        and some three pixels in a hundred of a tall one come out one step of 255 different.
        """
        size = self.pixels["size"]
        image = ImageOps.exif_transpose(image).convert("RGB")
        image = image.resize((size["width"], image.height), Image.BILINEAR).resize((size["width"], size["height"]), Image.BILINEAR)
        return self.normalize(np.asarray(image)[None])

    def normalize(self, pixels):
        values = pixels.astype(np.float32) * np.float32(self.pixels["rescale_factor"])
        mean, std = (np.array(self.pixels[k], np.float32) for k in ("image_mean", "image_std"))
        return np.ascontiguousarray(((values - mean) / std).transpose(0, 3, 1, 2).astype(np.float32))

    def see(self, pixel_values):
        """image_features [n, K, D], region_boxes [n, K, 4], region_scores [n, K]."""
        return self.vision.run(None, {"pixel_values": pixel_values})

    def prompt(self, question):
        """Token ids of the chat template for one question, without the image tokens."""
        return self.tokenizer.encode(f"USER: {question} ASSISTANT:").ids

    def feed(self, embeds, past, length):
        s = embeds.shape[1]
        inputs = {
            "inputs_embeds": embeds, "attention_mask": np.ones((1, length + s), np.int64),
            "position_ids": np.arange(length, length + s, dtype=np.int64)[None], **past,
        }
        outputs = self.decoder.run(None, inputs)
        names = [o.name.replace("present", "past_key_values") for o in self.decoder.get_outputs()[1:]]
        return outputs[0], dict(zip(names, outputs[1:]))

    def empty_past(self):
        shape = (1, self.config["num_key_value_heads"], 0, self.config["head_dim"])
        return {f"past_key_values.{i}.{kind}": np.zeros(shape, np.float32)
                for i in range(self.config["num_hidden_layers"]) for kind in ("key", "value")}

    def words(self, ids):
        return self.embed.run(None, {"input_ids": np.array([ids], np.int64)})[0]

    def generate(self, features, prompt, limit=200, log_probs=None):
        """Greedy token ids (without the end token) for one image [1, K, D] and one prompt; `log_probs` collects theirs."""
        embeds = np.concatenate([features, self.words(prompt)], 1)
        past, length, said = self.empty_past(), 0, []
        while len(said) < limit:
            logits, past = self.feed(embeds, past, length)
            length += embeds.shape[1]
            token = int(logits[0, -1].argmax())
            if token == self.eos:
                break
            said.append(token)
            if log_probs is not None:
                row = logits[0, -1].astype(np.float64)
                log_probs.append(float(row[token] - row.max() - np.log(np.exp(row - row.max()).sum())))
            embeds = self.words([token])
        return said

    def answer_with_confidence(self, features, question, history=()):
        """The answer and, per box, the geometric mean probability of the tokens that hold its digits."""
        earlier = "".join(f"USER: {h['question']} ASSISTANT: {h['answer']}</s>" for h in history)
        prompt = self.tokenizer.encode(f"{earlier}USER: {question} ASSISTANT:").ids
        log_probs = []
        said = self.generate(features, prompt, limit=512, log_probs=log_probs)  # the limit of the studio's engine
        confidences, digits, coordinates = [], [], 0
        for token, log_prob in zip(said, log_probs):
            text = self.tokenizer.id_to_token(token)
            if text.endswith("[0.") or text == ";0.":
                digits, coordinates = [], 1
            elif text == ",0.":
                coordinates += 1
            if any(c.isdigit() for c in text):
                digits.append(log_prob)
            if coordinates == 4 and len(digits) == 16:
                confidences.append(float(np.exp(np.mean(digits))))
                coordinates = 0
        return self.tokenizer.decode(said).strip(), confidences

    def answer(self, features, question, limit=200):
        return self.tokenizer.decode(self.generate(features, self.prompt(question), limit)).strip()
