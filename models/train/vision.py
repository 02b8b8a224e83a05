"""The eye: a small convolutional detector that turns an image into object candidates.

Trunk to stride 32 with batch norm, top-down sum back to stride 8, and one dense head
per 8-pixel cell: how sure it is that an object's centre is here, which class, which
colour, and how far the four sides are. `pick_peaks` keeps the best local maxima; it is
plain tensor arithmetic, so it exports to ONNX together with the trunk.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from classes import COLOURS, NAMES
from scenes import SIDE

STRIDE = 8
GRID = SIDE // STRIDE
FEATURES = 128
CANDIDATES = 20
CLASS_COUNT = len(NAMES)
COLOUR_COUNT = len(COLOURS) + 1  # the last one is "no colour named"
# Sides are predicted as multiples of this fraction of the image, through softplus.
SIDE_UNIT = 0.15


def conv(channels_in, channels_out, stride=1, kernel=3):
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = conv(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.to_8 = nn.Sequential(conv(3, 32, 2), conv(32, 48, 2), Residual(48), conv(48, 96, 2), Residual(96), Residual(96))
        self.to_16 = nn.Sequential(conv(96, 192, 2), Residual(192), Residual(192))
        self.to_32 = nn.Sequential(conv(192, 256, 2), Residual(256), Residual(256))
        self.side_8 = nn.Conv2d(96, FEATURES, 1)
        self.side_16 = nn.Conv2d(192, FEATURES, 1)
        self.side_32 = nn.Conv2d(256, FEATURES, 1)
        self.mix_16 = conv(FEATURES, FEATURES)
        self.mix_8 = conv(FEATURES, FEATURES)
        self.mix_last = conv(FEATURES, FEATURES)
        self.centre = nn.Conv2d(FEATURES, 1, 1)
        self.sides = nn.Conv2d(FEATURES, 4, 1)
        self.what = nn.Sequential(conv(FEATURES, 192, 1, 1), nn.Conv2d(192, CLASS_COUNT + COLOUR_COUNT, 1))
        nn.init.constant_(self.centre.bias, -3.0)
        steps = (torch.arange(GRID, dtype=torch.float32) + 0.5) / GRID
        self.register_buffer("cell_x", steps.view(1, 1, GRID).expand(1, GRID, GRID).reshape(1, -1).clone(), persistent=False)
        self.register_buffer("cell_y", steps.view(1, GRID, 1).expand(1, GRID, GRID).reshape(1, -1).clone(), persistent=False)

    def forward(self, pixels):
        """float32 [n, 3, SIDE, SIDE] -> the dense head's maps [n, .., GRID, GRID]."""
        c8 = self.to_8(pixels)
        c16 = self.to_16(c8)
        c32 = self.to_32(c16)
        p16 = self.side_16(c16) + F.interpolate(self.side_32(c32), scale_factor=2.0, mode="nearest")
        p8 = self.side_8(c8) + F.interpolate(self.mix_16(p16), scale_factor=2.0, mode="nearest")
        features = self.mix_last(self.mix_8(p8))
        what = self.what(features)
        return {
            "centre": self.centre(features),
            "sides": F.softplus(self.sides(features).float()) * SIDE_UNIT,
            "classes": what[:, :CLASS_COUNT],
            "colours": what[:, CLASS_COUNT:],
        }

    def keep_stem(self):
        """Leaves the first stage as it is: two fifths of the arithmetic, and the part that styles share."""
        for part in self.to_8.parameters():
            part.requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        if not next(self.to_8.parameters()).requires_grad:
            self.to_8.eval()
        return self

    def boxes(self, sides):
        """Sides [n, 4, GRID, GRID] measured from the cell centres -> normalized xyxy [n, cells, 4]."""
        left, top, right, bottom = sides.flatten(2).unbind(1)
        x, y = self.cell_x, self.cell_y
        return torch.stack([x - left, y - top, x + right, y + bottom], -1).clamp(0.0, 1.0)

    def pick_peaks(self, maps, count=CANDIDATES):
        """The `count` best local maxima of the centre map, best first, with everything said about them."""
        score = torch.sigmoid(maps["centre"].float())
        # A 5x5 neighbourhood: objects are at least about two cells wide.
        peak = (F.max_pool2d(score, 5, 1, 2) == score).float() * score
        best, index = peak.flatten(1).topk(count, dim=1)

        def take(cells):
            return cells.gather(1, index.unsqueeze(-1).expand(-1, -1, cells.shape[-1]))

        def cells(name):
            return maps[name].float().flatten(2).transpose(1, 2)

        return {
            "scores": best,
            "boxes": take(self.boxes(maps["sides"])),
            "class_probabilities": take(cells("classes")).softmax(-1),
            "colour_probabilities": take(cells("colours")).softmax(-1),
        }


def normalize_pixels(pixels):
    """uint8 [n, SIDE, SIDE, 3] -> float32 [n, 3, SIDE, SIDE] in -1..1 (mean 0.5, std 0.5)."""
    return pixels.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0).contiguous(memory_format=torch.channels_last)
