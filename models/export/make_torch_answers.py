"""Writes falconet/fixtures/torch-answers.json: what torch says to 200 prompts about the sample pictures, greedy, with the weights the files hold.

Usage: python make_torch_answers.py --vision ../train/build/vision.pt --closer ../train/build/closer.pt --language ../train/build/language.pt
                                    [--folder ../falconet] [--samples ../../samples/first-flight] [--prompts 200] [--seed 2718]
The studio's engine must answer every one of them with the same token ids (src-main/inference/falconet.test.ts). Questions are
drawn from all tasks in both languages, a second turn in every fifth. `lead` is the smallest margin, in logits, by which a token of an answer
was chosen: where it is below 0.001 two correct computations may differ, and such a prompt is not kept.
"""
import argparse
import json
import random
import sys
from pathlib import Path

import torch
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "train"))
sys.path.insert(0, str(HERE))
from classes import CLASS_ID  # noqa: E402
from export_onnx import fold_batch_norm, load, round_as_shipped  # noqa: E402
from language import greedy  # noqa: E402
from runner import Runner  # noqa: E402
from scenes import describe  # noqa: E402
from tasks import ALL_WEIGHTS, TONGUES, ask, follow_up, text_of  # noqa: E402

LEAST_LEAD = 1e-3


@torch.no_grad()
def smallest_lead(language, tokens, prompt, said, stop):
    """The smallest difference between the best and the second best logit over the tokens of an answer, its end included."""
    ids = prompt + said
    x = torch.cat([tokens, language.embedding(torch.tensor([ids]))], 1)
    s = x.shape[1]
    logits = language.decode(x, torch.arange(s)[None], torch.full((s, s), -1e4).triu(1)[None, None])[0][0, -len(said) - 1 :]
    best = logits.topk(2, dim=-1).values
    assert logits.argmax(-1).tolist() == said + [stop]
    return float((best[:, 0] - best[:, 1]).min())


def main():
    parser = argparse.ArgumentParser()
    for part in ("vision", "closer", "language"):
        parser.add_argument(f"--{part}", default=str(HERE.parent / f"train/build/{part}.pt"))
    parser.add_argument("--folder", default=str(HERE.parent / "falconet"))
    parser.add_argument("--samples", default=str(HERE.parent.parent / "samples/first-flight"))
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2718)
    args = parser.parse_args()
    samples, runner, rng = Path(args.samples), Runner(args.folder), random.Random(args.seed)
    eye, language = load(args.vision, args.closer, args.language, runner.tokenizer)
    fold_batch_norm(eye)
    round_as_shipped(eye, language)
    truth = json.loads((samples / "truth.json").read_text())
    records, left_out = [], 0
    for at, (file, scene) in enumerate(truth.items()):
        objects = [describe(o["name"], o["colour"], tuple(o["box"])) for o in scene["objects"] if o["name"] in CLASS_ID]
        with torch.no_grad():
            found = eye(torch.from_numpy(runner.prepare(Image.open(samples / file))))
            tokens = language.objects(found, language.embedding.weight)[0]
        until = round(args.prompts * (at + 1) / len(truth))
        while len(records) < until:
            tongue = rng.choice(["en", "zh"])
            first = ask(rng, objects, ALL_WEIGHTS, tongue)
            second = first and rng.random() < 0.2 and follow_up(rng, objects, TONGUES[tongue], first)
            messages = [text_of(first[1])] + ([text_of(first[2]), text_of(second[1])] if second else [])
            text = "".join(f"USER: {m} ASSISTANT:" if i % 2 == 0 else f" {m}</s>" for i, m in enumerate(messages))
            prompt = runner.tokenizer.encode(text).ids
            said = greedy(language, tokens, prompt, runner.eos, 200)
            lead = smallest_lead(language, tokens, prompt, said, runner.eos)
            if lead < LEAST_LEAD:
                left_out += 1
                continue
            records.append({"image": f"samples/first-flight/{file}", "messages": messages, "answerIds": said,
                            "answer": runner.tokenizer.decode(said).strip(), "lead": round(lead, 4)})
    note = (f"Made by make_torch_answers.py with torch {torch.__version__} (CPU, float32, the rounded weights of the shipped files). answerIds exclude "
            f"the end token. {left_out} prompts were left out because a token led by less than {LEAST_LEAD}.")
    lines = ",\n".join("  " + json.dumps(r, ensure_ascii=False) for r in records)
    (Path(args.folder) / "fixtures/torch-answers.json").write_text(f'{{\n "note": {json.dumps(note)},\n "prompts": [\n{lines}\n ]\n}}\n')
    print(len(records), "prompts,", sum(len(r["messages"]) > 1 for r in records), "of them second turns;", left_out, "left out")


if __name__ == "__main__":
    main()
