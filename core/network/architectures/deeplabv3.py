"""DeepLabV3: a ResNet-18 at one eighth of the resolution, then convolutions at several rates side by side.

Chen et al., arXiv:1706.05587. Rates 3, 6, 9: a 96-pixel slice is 12x12 at the pyramid, where the paper's
12, 24, 36 would see little but the padding.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.labels import Label
from core.network.architectures.imagenet import read_resnet18
from core.network.architectures.layers import SegmentationNetwork, require_multiple
from core.network.architectures.resnet import WIDTHS, ResNet18
from core.recipes.model import ModelConfig

RATES = (3, 6, 9)
DROPOUT = 0.5  # after the pyramid, as in the authors' and torchvision's code


def build(config: ModelConfig) -> "DeepLabV3":
    """The configured network, with random weights."""
    return DeepLabV3(config.widths, config.bottleneck)


class DeepLabV3(SegmentationNetwork):
    """The network; it works at one eighth of the resolution."""

    stride = 8

    def __init__(
        self, widths: Sequence[int] = WIDTHS, channels: int = 256, rates: Sequence[int] = RATES
    ) -> None:
        """Build it with random weights; `channels` are those of each branch of the pyramid."""
        super().__init__()
        if len(widths) != len(WIDTHS):
            raise ValueError(
                f"deeplabv3 needs {len(WIDTHS)} widths, for a ResNet-18 "
                f"{'-'.join(str(width) for width in WIDTHS)}, got {'-'.join(str(width) for width in widths)}"
            )
        self.backbone = ResNet18(tuple(widths))
        self.pyramid = SpatialPyramid(widths[-1], channels, rates)
        self.classifier = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, len(Label), 1),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Logits of each label at each pixel."""
        require_multiple(images, self.stride)
        logits = self.classifier(self.pyramid(self.backbone(images)))
        return F.interpolate(logits, size=images.shape[2:], mode="bilinear", align_corners=False)

    def load_pretrained(self, path: Path) -> None:
        """Start the backbone from torchvision's ResNet-18 file (.pth or .safetensors).

        Raises:
            BadCheckpoint: when the file is no such thing.
        """
        self.backbone.load_state_dict(read_resnet18(path, self.backbone.state_dict()))


class SpatialPyramid(nn.Module):
    """Features seen at several rates and as a whole: (N, n_in, h, w) to (N, channels, h, w)."""

    def __init__(self, n_in: int, channels: int, rates: Sequence[int]) -> None:
        super().__init__()
        self.branches = nn.ModuleList([_conv(n_in, channels, 1, 1)])
        self.branches.extend(_conv(n_in, channels, 3, rate) for rate in rates)
        self.whole = nn.Sequential(
            nn.Conv2d(n_in, channels, 1, bias=False), SingleValueBatchNorm(channels), nn.ReLU()
        )
        self.project = nn.Sequential(
            *_conv(channels * (len(self.branches) + 1), channels, 1, 1), nn.Dropout(DROPOUT)
        )

    def forward(self, features: Tensor) -> Tensor:
        """Every branch, side by side, projected to `channels`."""
        whole = self.whole(features.mean(dim=(2, 3), keepdim=True)).expand(-1, -1, *features.shape[2:])
        return self.project(torch.cat([*(branch(features) for branch in self.branches), whole], dim=1))


class SingleValueBatchNorm(nn.BatchNorm2d):
    """Batch norm that trains even on one value a channel, which has no variance: it then uses its averages.

    The branch that pools the whole image has one value an image, so a batch of one image comes to this.
    """

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        if self.training and features.shape[0] * features.shape[2] * features.shape[3] == 1:
            return F.batch_norm(
                features,
                self.running_mean,
                self.running_var,
                self.weight,
                self.bias,
                training=False,
                eps=self.eps,
            )
        return super().forward(features)


def _conv(n_in: int, n_out: int, kernel: int, rate: int) -> nn.Sequential:
    """Convolution that keeps the size, batch norm, ReLU."""
    padding = rate * (kernel // 2)
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, kernel, padding=padding, dilation=rate, bias=False),
        nn.BatchNorm2d(n_out),
        nn.ReLU(),
    )
