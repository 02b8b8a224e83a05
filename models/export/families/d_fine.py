"""D-FINE: as RT-DETR outside. Reference: transformers' DFine*."""
from transformers import DFineConfig, DFineForObjectDetection, HGNetV2Config

from . import detectors, rt_detr

SIDE = 64
tokenizer, processor, reference = rt_detr.tokenizer, rt_detr.processor, rt_detr.reference


def make(tokens):
    backbone = HGNetV2Config(hidden_sizes=[16, 24, 32, 40], stem_channels=[3, 8, 8], stage_in_channels=[8, 16, 24, 32], stage_mid_channels=[8, 8, 12, 16],
                             stage_out_channels=[16, 24, 32, 40], stage_num_blocks=[1, 1, 1, 1], stage_numb_of_layers=[2, 2, 2, 2],
                             stage_downsample=[False, True, True, True], stage_light_block=[False, False, True, True], stage_kernel_size=[3, 3, 5, 5],
                             use_learnable_affine_block=True, out_features=["stage2", "stage3", "stage4"])
    config = DFineConfig(backbone_config=backbone, encoder_in_channels=[24, 32, 40], d_model=32, encoder_hidden_dim=32, encoder_ffn_dim=48,
                         encoder_attention_heads=2, decoder_in_channels=[32, 32, 32], decoder_ffn_dim=48, decoder_attention_heads=2,
                         decoder_layers=2, decoder_n_points=[2, 2, 2], num_queries=12, hidden_expansion=0.5, depth_mult=0.34,
                         anchor_image_size=[SIDE, SIDE], freeze_backbone_batch_norms=False, max_num_bins=8, top_prob_values=2, lqe_hidden_dim=16,
                         **detectors.LABELS)
    return detectors.settle(detectors.scatter(DFineForObjectDetection(config)), processor())


def load(source):
    return DFineForObjectDetection.from_pretrained(source).float().eval()


def export(model, folder):
    detectors.export(model, folder, model.config.anchor_image_size or [640, 640])


def save(model, tokens, folder):
    detectors.save(model, processor(), folder)
