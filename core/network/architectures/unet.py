"""The report's U-Net: stages of two convolutions on the way down and up, joined by skips at each level.

Ronneberger et al., MICCAI 2015, with batch norm, LeakyReLU, dropout after each pooling and one
convolution at the bottom.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.labels import Label
from core.network.architectures.layers import (
    SegmentationNetwork,
    UpConvolution,
    conv_norm_act,
    conv_pair,
    require_multiple,
)
from core.recipes.model import ModelConfig

DROPOUT = 0.2  # the report's, after each pooling


def build(config: ModelConfig) -> "UNet":
    """The configured network, with random weights."""
    return UNet(config.widths, config.bottleneck, config.planes)


class UNet(SegmentationNetwork):
    """The network; its stride is 2 to the number of stages."""

    def __init__(self, widths: Sequence[int] = (32, 64, 128), bottleneck: int = 256, planes: int = 1) -> None:
        """Build it with random weights; `widths` are the channels of the stages, top first."""
        super().__init__()
        self.planes = planes
        above = (planes, *widths[:-1])
        below = (*widths[1:], bottleneck)
        self.stride = 2 ** len(widths)
        self.encoders = nn.ModuleList(conv_pair(*pair) for pair in zip(above, widths, strict=True))
        self.down = nn.Sequential(nn.MaxPool2d(2), nn.Dropout(DROPOUT))
        self.bottleneck = conv_norm_act(widths[-1], bottleneck)
        # Listed from the top like the encoders; run from the bottom.
        self.ups = nn.ModuleList(
            UpConvolution(deep, width) for deep, width in zip(below, widths, strict=True)
        )
        self.decoders = nn.ModuleList(conv_pair(2 * width, width) for width in widths)
        self.head = nn.Conv2d(widths[0], len(Label), 1)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of each label at each pixel."""
        require_multiple(images, self.stride, self.planes)
        skips = []
        features = images
        for encoder in self.encoders:
            features = encoder(features)
            skips.append(features)
            features = self.down(features)
        features = self.bottleneck(features)
        for level in reversed(range(len(skips))):
            joined = torch.cat([self.ups[level](features), skips[level]], dim=1)
            features = self.decoders[level](joined)
        return self.head(features)
