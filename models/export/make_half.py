"""Makes the float16 and 4-bit float16 copies of a tiny LLaVA, as published exports have them, and what they answer.

Usage: python make_half.py [--fixtures fixtures]
Reads fixtures/llava, writes fixtures/llava-half. Graphs go through the converters that the export scripts of
transformers.js use (onnxruntime.transformers.float16, MatMulNBits quantization); inputs and outputs become float16 too.
Answers are those of onnxruntime itself, one token a call, keys and values fed back as they came.
An answer is cut before a token that leads by too little to be the same with other kernels.
"""
import argparse
import base64
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers.float16 import convert_float_to_float16

HERE = Path(__file__).resolve().parent
GRAPHS = ["embed_tokens", "vision_encoder", "decoder_model_merged"]
LEAST_LEAD = 0.01
BLOCK = 32


def without_idle_casts(model):
    """Casts of float32 to float32, which exporters leave behind and slimming removes; the CPU trips over their float16 copies."""
    graph = model.graph
    inferred = onnx.shape_inference.infer_shapes(model).graph
    kinds = {value.name: value.type.tensor_type.elem_type for value in [*inferred.value_info, *inferred.input]}
    idle = {node.output[0]: node.input[0] for node in graph.node
            if node.op_type == "Cast" and node.attribute[0].i == onnx.TensorProto.FLOAT == kinds.get(node.input[0])}
    kept = [node for node in graph.node if node.output[0] not in idle]
    for node in kept:
        for at, name in enumerate(node.input):
            while name in idle:
                name = idle[name]
            node.input[at] = name
    del graph.node[:]
    graph.node.extend(kept)
    return model


def half(model):
    return convert_float_to_float16(without_idle_casts(model), keep_io_types=False)


def quantized(model):
    quantizer = MatMulNBitsQuantizer(model, block_size=BLOCK, is_symmetric=True, accuracy_level=None)
    quantizer.process()
    return quantizer.model.model


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # The judge runs the graph as it is written.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def answer(graphs, record, image_token, new_tokens):
    embed, vision, decoder = graphs
    stored = record["feeds"]["pixel_values"]
    pixels = np.frombuffer(base64.b64decode(stored["float32"]), np.float32).reshape(stored["dims"])
    features = vision.run(["image_features"], {"pixel_values": pixels.astype(np.float16)})[0].reshape(-1, 48)
    ids = record["promptIds"]
    embeds = embed.run(["inputs_embeds"], {"input_ids": np.array([ids], np.int64)})[0]
    embeds[0, [at for at, token in enumerate(ids) if token == image_token]] = features
    names = [given.name for given in decoder.get_inputs()]
    past = {given.name: np.zeros([1, given.shape[1], 0, given.shape[3]], np.float16) for given in decoder.get_inputs() if "past" in given.name}
    said, length = [], 0
    for _ in range(new_tokens):
        count = embeds.shape[1]
        feeds = {"inputs_embeds": embeds, "attention_mask": np.ones([1, length + count], np.int64), **past}
        if "position_ids" in names:
            feeds["position_ids"] = np.arange(length, length + count, dtype=np.int64)[None]
        if "num_logits_to_keep" in names:
            feeds["num_logits_to_keep"] = np.array(1, np.int64)
        outputs = [given.name for given in decoder.get_outputs()]
        found = dict(zip(outputs, decoder.run(outputs, feeds)))
        logits = found["logits"][0, -1].astype(np.float32)
        second, best = np.sort(logits)[-2:]
        if best - second < LEAST_LEAD:
            break
        said.append(int(logits.argmax()))
        past = {name: found[name.replace("past_key_values", "present")] for name in past}
        length += count
        embeds = embed.run(["inputs_embeds"], {"input_ids": np.array([[said[-1]]], np.int64)})[0]
    return said


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fixtures", default=str(HERE / "fixtures"))
    fixtures = Path(parser.parse_args().fixtures)
    source, folder = fixtures / "llava", fixtures / "llava-half"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("onnx", "reference.json"))
    (folder / "onnx").mkdir()
    for name in GRAPHS:
        onnx.save(half(onnx.load(source / f"onnx/{name}.onnx")), folder / f"onnx/{name}_fp16.onnx")
    onnx.save(quantized(half(onnx.load(source / "onnx/decoder_model_merged.onnx"))), folder / "onnx/decoder_model_merged_q4f16.onnx")
    reference = json.loads((source / "reference.json").read_text())
    config = json.loads((source / "config.json").read_text())

    def answers(decoder):
        graphs = [session(folder / f"onnx/{name}.onnx") for name in ("embed_tokens_fp16", "vision_encoder_fp16", decoder)]
        records = []
        for record in reference["answers"]:
            ids = answer(graphs, record, config["image_token_index"], len(record["answerIds"]))
            records.append({**record, "answerIds": ids, "lead": LEAST_LEAD})
        return records

    whole = answers("decoder_model_merged_fp16")
    note = {"family": "llava", "versions": {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__},
            "answers": whole, "q4f16": [record["answerIds"] for record in answers("decoder_model_merged_q4f16")]}
    (folder / "reference.json").write_text(json.dumps(note, separators=(",", ":")) + "\n")
    print("tokens", [len(record["answerIds"]) for record in whole], [len(ids) for ids in note["q4f16"]],
          sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()), "bytes")


if __name__ == "__main__":
    main()
