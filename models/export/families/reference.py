"""What the reference implementation itself answers: prompts, pixels and greedy tokens, for the JSON beside a model."""
import platform

import onnx
import PIL
import torch
import transformers

from . import tiny

NEW_TOKENS = 20
QUESTIONS = [("wide", "Where is the red circle?"), ("tall", "Describe the image with boxes."),
             ("strip", "find every person"), ("square", "What is in this region?"), ("small", "the dog")]


def versions():
    return {"python": platform.python_version(), "torch": torch.__version__, "transformers": transformers.__version__,
            "onnx": onnx.__version__, "pillow": PIL.__version__}


def chat(text):
    return [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": text}]}]


def greedy(model, inputs, new_tokens=NEW_TOKENS, **options):
    """Greedy ids behind the prompt, and the smallest lead that any of them had over the second best logit."""
    with torch.no_grad():
        out = model.generate(**inputs, do_sample=False, num_beams=1, max_new_tokens=new_tokens, output_logits=True,
                             return_dict_in_generate=True, **options)
    steps = torch.stack([step[0] for step in out.logits]).float()
    best = steps.topk(2, dim=-1).values
    ids = out.sequences[0, -len(out.logits):].tolist()
    return ids, float((best[:, 0] - best[:, 1]).min())


def answers(model, processor, questions=QUESTIONS, prompt=None, pixels=("pixel_values",), drop=("token_type_ids",), **options):
    """One record per question; pixels are kept whole for the first picture and the odd ones alike: they are small."""
    records = []
    for name, question in questions:
        text = processor.apply_chat_template(chat(question), add_generation_prompt=True) if prompt is None else prompt(question)
        inputs = processor(images=[tiny.picture(name)], text=[text], return_tensors="pt")
        if "pixel_values" in inputs:
            inputs["pixel_values"] = inputs["pixel_values"].float()
        kept = {key: value for key, value in inputs.items() if key not in drop}
        ids, lead = greedy(model, kept, **options)
        records.append({
            "picture": name, "question": question, "text": text, "promptIds": inputs["input_ids"][0].tolist(),
            "answerIds": ids, "lead": round(lead, 5),
            "feeds": {key: tiny.packed(inputs[key]) if inputs[key].numel() < 20_000 else tiny.sampled(inputs[key]) for key in pixels},
        })
    return records


def preprocessing(processors, inputs=("pixel_values",), pictures=None):
    """What processors with the settings of real models make of the pictures; samples only, they are large."""
    def feeds(processor, name):
        given = processor(tiny.picture(name), return_tensors="pt")
        return {key: tiny.sampled(given[key]) for key in inputs}
    return [{"label": label, "config": processor.to_dict(), "pictures": {name: feeds(processor, name) for name in pictures or [name for name, _, _ in tiny.PICTURES]}}
            for label, processor in processors.items()]
