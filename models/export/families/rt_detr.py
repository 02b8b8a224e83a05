"""RT-DETR: pictures squashed to one size, scores by sigmoid. Reference: transformers' RTDetr*."""
from transformers import RTDetrConfig, RTDetrForObjectDetection, RTDetrImageProcessor, RTDetrResNetConfig

from . import detectors

SIDE = 64
tokenizer = lambda: None  # noqa: E731


def processor(side=SIDE):
    return RTDetrImageProcessor(size={"height": side, "width": side})


def make(tokens):
    backbone = RTDetrResNetConfig(embedding_size=8, hidden_sizes=[8, 12, 16, 20], depths=[1, 1, 1, 1], out_features=["stage2", "stage3", "stage4"],
                                  layer_type="basic")
    config = RTDetrConfig(backbone_config=backbone, d_model=32, encoder_hidden_dim=32, encoder_in_channels=[12, 16, 20], encoder_ffn_dim=48,
                          encoder_attention_heads=2, decoder_in_channels=[32, 32, 32], decoder_ffn_dim=48, decoder_attention_heads=2, decoder_layers=2,
                          decoder_n_points=2, num_queries=12, encoder_layers=1, hidden_expansion=0.5, anchor_image_size=[SIDE, SIDE], freeze_backbone_batch_norms=False,
                          **detectors.LABELS)
    return detectors.settle(detectors.scatter(RTDetrForObjectDetection(config)), processor())


def load(source):
    return RTDetrForObjectDetection.from_pretrained(source).float().eval()


def export(model, folder):
    side = (model.config.anchor_image_size or [640, 640])
    detectors.export(model, folder, side)


def save(model, tokens, folder):
    detectors.save(model, processor(), folder)


def reference(model, tokens):
    from . import reference as ref
    return {"detections": detectors.records(model, processor()), "preprocessing": ref.preprocessing({"rt-detr": processor(640)}, pictures=["wide", "tall"])}
