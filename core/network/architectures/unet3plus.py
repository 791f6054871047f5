"""UNet3+: every stage on the way up sees all levels at once, finer ones pooled and coarser ones enlarged.

Huang et al., ICASSP 2020 (arXiv:2004.08790), without its classification branch.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.labels import Label
from core.network.architectures.layers import (
    SegmentationNetwork,
    conv_norm_act,
    conv_pair,
    require_multiple,
)
from core.recipes.model import ModelConfig


def build(config: ModelConfig) -> "UNet3Plus":
    """The configured network, with random weights."""
    return UNet3Plus(config.widths, config.bottleneck, config.deep_supervision)


class UNet3Plus(SegmentationNetwork):
    """The network; its stride is 2 to the number of stages.

    Levels are counted from the top, 0; the bottleneck is the deepest one. Every connection carries
    `widths[0]` channels, as in the paper.
    """

    def __init__(
        self, widths: Sequence[int] = (32, 64, 128), bottleneck: int = 256, deep_supervision: bool = False
    ) -> None:
        """Build it with random weights; with `deep_supervision` every level gets an output of its own."""
        super().__init__()
        levels = (*widths, bottleneck)
        carried = widths[0]
        joined = carried * len(levels)
        self.stride = 2 ** len(widths)
        self.deep_supervision = deep_supervision
        self.encoders = nn.ModuleList(conv_pair(*pair) for pair in zip((1, *widths), levels, strict=True))
        self.stages = nn.ModuleList(FullScaleStage(level, levels, carried) for level in range(len(widths)))
        self.head = nn.Conv2d(joined, len(Label), 3, padding=1)
        deeper = [joined] * (len(widths) - 1) + [bottleneck] if deep_supervision else []
        self.deep_heads = nn.ModuleList(nn.Conv2d(width, len(Label), 3, padding=1) for width in deeper)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of each label at each pixel."""
        return self.head(self.features(images)[0])

    def training_outputs(self, images: Tensor) -> list[Tensor]:
        """The logits of every level under deep supervision, else its own alone."""
        return self.deep_logits(images) if self.deep_supervision else [self(images)]

    def deep_logits(self, images: Tensor) -> list[Tensor]:
        """Logits from every level, finest first, all enlarged to (N, labels, H, W); the first is `forward`'s.

        Raises:
            ValueError: when the network was built without `deep_supervision`.
        """
        if not self.deep_supervision:
            raise ValueError("this unet3plus has one output; build it with deep_supervision=True")
        heads = [self.head, *self.deep_heads]
        return [
            resize(head(level), images.shape[2:])
            for head, level in zip(heads, self.features(images), strict=True)
        ]

    def features(self, images: Tensor) -> list[Tensor]:
        """Features of every level on the way up, finest first; the last is the bottleneck's."""
        require_multiple(images, self.stride)
        down = [self.encoders[0](images)]
        for encoder in self.encoders[1:]:
            down.append(encoder(F.max_pool2d(down[-1], 2)))
        up = [down.pop()]  # the bottleneck serves both ways
        for level in reversed(range(len(self.stages))):
            up.insert(0, self.stages[level](down[: level + 1], up))
        return up


class FullScaleStage(nn.Module):
    """One level on the way up: joins this and all finer levels of the way down with all coarser ones."""

    def __init__(self, level: int, levels: Sequence[int], carried: int) -> None:
        super().__init__()
        joined = carried * len(levels)
        # Coarser levels come from stages like this one, except for the bottleneck.
        coarser = [joined] * (len(levels) - level - 2) + [levels[-1]]
        self.level = level
        self.from_finer = nn.ModuleList(conv_norm_act(width, carried) for width in levels[: level + 1])
        self.from_coarser = nn.ModuleList(conv_norm_act(width, carried) for width in coarser)
        self.join = conv_norm_act(joined, joined)

    def forward(self, finer: list[Tensor], coarser: list[Tensor]) -> Tensor:
        """Join features.

        Args:
            finer: of the way down, level 0 to this level.
            coarser: of the way up, the next level to the bottleneck.
        """
        parts = [
            conv(F.max_pool2d(features, 2 ** (self.level - depth)) if depth < self.level else features)
            for depth, (conv, features) in enumerate(zip(self.from_finer, finer, strict=True))
        ]
        size = finer[-1].shape[2:]
        parts += [
            conv(resize(features, size)) for conv, features in zip(self.from_coarser, coarser, strict=True)
        ]
        return self.join(torch.cat(parts, dim=1))


def resize(features: Tensor, size: Sequence[int]) -> Tensor:
    """Enlarge bilinearly to (height, width)."""
    if tuple(features.shape[2:]) == tuple(size):
        return features
    return F.interpolate(features, size=tuple(size), mode="bilinear", align_corners=False)
