"""The closer look: names what the detector found from the pixels in and around each box, at one size.

The detector names an object by what one cell of a dense map knows, so an object must be learned again at every
size and every squashing of the picture. Here each box is cut out and stretched to SIGHT x SIGHT pixels, and a
small network of its own names it. What both say is multiplied (`agree`).
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from vision import CLASS_COUNT, Detector, conv

SIGHT = 64
# Around the box, as a share of its side; a thin box is widened to this share of its longer side first.
MARGIN = 0.12
LEAST_BREADTH = 0.5
# Exponents of the two in their product: chosen on styles that were left out of training at that time, and on strongly changed drawings.
DETECTOR_SHARE, CLOSER_SHARE = 0.2, 1.0


class Bottleneck(nn.Module):
    def __init__(self, channels_in, channels, inner, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            conv(channels_in, inner, 1, 1), conv(inner, inner, stride), nn.Conv2d(inner, channels, 1, bias=False), nn.BatchNorm2d(channels))
        self.beside = None
        if stride > 1 or channels_in != channels:
            self.beside = nn.Sequential(nn.AvgPool2d(stride), nn.Conv2d(channels_in, channels, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return F.relu((x if self.beside is None else self.beside(x)) + self.body(x))


def mix_styles(x, share=0.5, alpha=0.2):
    """MixStyle (Zhou et al., 2021), training only: every second batch takes on channel means and spreads mixed with another object's."""
    if torch.rand(()) > share:
        return x
    mean, spread = x.mean((2, 3), keepdim=True), x.var((2, 3), keepdim=True).add(1e-5).sqrt()
    mean, spread = mean.detach(), spread.detach()
    keep = torch.distributions.Beta(alpha, alpha).sample((len(x), 1, 1, 1)).to(x.dtype)
    other = torch.randperm(len(x))
    return (x - mean) / spread * (keep * spread + (1 - keep) * spread[other]) + keep * mean + (1 - keep) * mean[other]


class CloserLook(nn.Module):
    """Its first stage is the detector's own `to_8`, frozen: no weights of its own for edges and corners, and a head start."""

    def __init__(self):
        super().__init__()
        self.to_8 = nn.Sequential(Bottleneck(96, 256, 96), Bottleneck(256, 256, 96), Bottleneck(256, 256, 96))
        self.to_16 = nn.Sequential(Bottleneck(256, 288, 112, 2), Bottleneck(288, 288, 112))
        self.name = nn.Linear(288, CLASS_COUNT)

    def forward(self, features):
        """What the detector's first stage makes of crops, float32 [n, 96, SIGHT / 8, SIGHT / 8] -> logits [n, CLASS_COUNT]."""
        x = mix_styles(features) if self.training else features
        x = self.to_16(self.to_8(x)).mean((2, 3))
        return self.name(F.dropout(x, 0.15, self.training))


def windows(boxes):
    """Normalized xyxy [.., 4] -> what is cut out: centres [.., 2] and half extents [.., 2], normalized."""
    low, high = boxes[..., :2], boxes[..., 2:]
    sides = (high - low).clamp(min=0.02)
    sides = torch.maximum(sides, LEAST_BREADTH * sides.amax(-1, keepdim=True))
    return (low + high) / 2, sides * (0.5 + MARGIN)


def cut_out(pixels, centres, halves, turn=None):
    """Pictures [n, 3, SIDE, SIDE] and windows [n, k, 2] -> crops [n * k, 3, SIGHT, SIGHT]. `turn` [n, k, 2, 2] turns each window."""
    n, k = centres.shape[0], centres.shape[1]
    fine = 2 * SIGHT  # twice as fine as needed, then halved: large objects do not alias
    steps = (torch.arange(fine, dtype=torch.float32) + 0.5) / fine * 2 - 1
    unit = torch.stack([steps.view(1, fine).expand(fine, fine), steps.view(fine, 1).expand(fine, fine)], -1)
    spread = unit.view(1, 1, fine, fine, 2) * halves.view(n, k, 1, 1, 2)
    if turn is not None:
        spread = torch.einsum("nkij,nkyxj->nkyxi", turn, spread)
    grid = (centres.view(n, k, 1, 1, 2) + spread) * 2 - 1
    seen = F.grid_sample(pixels, grid.reshape(n, k * fine, fine, 2), mode="bilinear", padding_mode="border", align_corners=False)
    seen = F.avg_pool2d(seen, 2)
    return seen.view(n, 3, k, SIGHT, SIGHT).transpose(1, 2).reshape(n * k, 3, SIGHT, SIGHT)


def agree(detector_probabilities, closer_logits):
    """[.., CLASS_COUNT] twice -> probabilities both can stand by: a product of experts."""
    said = DETECTOR_SHARE * detector_probabilities.clamp(min=1e-6).log() + CLOSER_SHARE * closer_logits.log_softmax(-1)
    return said.softmax(-1)


class Eye(nn.Module):
    """The detector, then the closer look at what it found."""

    def __init__(self):
        super().__init__()
        self.detector, self.closer = Detector(), CloserLook()

    def forward(self, pixels):
        """float32 [n, 3, SIDE, SIDE] -> the candidates as `Detector.pick_peaks` gives them, class probabilities agreed upon."""
        found = self.detector.pick_peaks(self.detector(pixels))
        crops = cut_out(pixels, *windows(found["boxes"]))
        # Every crop is looked at twice, the second time in a mirror: a drawing that faces left is named as one that faces right.
        looks = self.closer(self.detector.to_8(torch.cat([crops, crops.flip(-1)]))).float().log_softmax(-1)
        said = looks.view(2, *found["class_probabilities"].shape).mean(0)
        return {**found, "class_probabilities": agree(found["class_probabilities"], said)}


def load_eye(vision_path, closer_path):
    eye = Eye().eval()
    eye.detector.load_state_dict(torch.load(vision_path, map_location="cpu")["model"])
    eye.closer.load_state_dict(torch.load(closer_path, map_location="cpu")["model"])
    return eye
