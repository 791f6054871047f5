"""What every architecture promises, and the building block and the size rule that they share."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional


class SegmentationNetwork(nn.Module):
    """Images (N, planes, H, W) to logits (N, labels, H, W); H and W must be multiples of `stride`."""

    stride: int

    def training_outputs(self, images: Tensor) -> list[Tensor]:
        """The logits that the loss looks at, each (N, labels, H, W): its own, or those of several stages."""
        return [self(images)]

    def load_pretrained(self, path: Path) -> None:
        """Start from the weights of a network that learnt from ImageNet.

        Raises:
            BadCheckpoint: when the file is no such thing.
            NotImplementedError: where no such weights fit, see `Architecture.pretrained`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no place for the weights in {path.name}")


def conv_norm_act(n_in: int, n_out: int) -> nn.Sequential:
    """3x3 convolution that keeps the size, batch norm, LeakyReLU.

    The convolution has no bias: batch norm would take it out again.
    """
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, stride=1, padding=1, bias=False), nn.BatchNorm2d(n_out), nn.LeakyReLU()
    )


def conv_pair(n_in: int, n_out: int) -> nn.Sequential:
    """Two blocks, as every stage of a U-Net has them."""
    return nn.Sequential(conv_norm_act(n_in, n_out), conv_norm_act(n_out, n_out))


class UpConvolution(nn.ConvTranspose2d):
    """Transposed convolution of 2x2 pixels at a stride of 2: features of twice the size."""

    def __init__(self, n_in: int, n_out: int) -> None:
        """Build it with random weights, for `n_in` channels to `n_out`."""
        super().__init__(n_in, n_out, 2, stride=2)

    def forward(self, features: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Return features (N, n_out, 2 H, 2 W) for (N, n_in, H, W).

        What comes of two pixels does not overlap, so that one of 1x1 to the four corners of each, which are
        then put side by side, is the same. In bfloat16 a processor learns by that in a third of the time; in
        32 bits it would take longer.
        """
        if features.device.type != "cpu" or features.dtype != torch.bfloat16:
            return super().forward(features, output_size)
        (n, _, height, width), n_out = features.shape, self.out_channels
        corners = self.weight.permute(2, 3, 1, 0).reshape(4 * n_out, self.in_channels, 1, 1)
        bias = None if self.bias is None else self.bias.repeat(4)
        beside = functional.conv2d(features, corners, bias).permute(0, 2, 3, 1)  # channels last
        placed = beside.reshape(n, height, width, 2, 2, n_out).permute(0, 1, 3, 2, 4, 5)
        return placed.reshape(n, 2 * height, 2 * width, n_out).permute(0, 3, 1, 2)


def require_multiple(images: Tensor, multiple: int, planes: int = 1) -> None:
    """Raise ValueError unless images are (N, planes, H, W) with H and W multiples of the given number."""
    if images.ndim != 4 or images.shape[1] != planes:
        raise ValueError(f"images must have shape (N, {planes}, H, W), got {tuple(images.shape)}")
    height, width = images.shape[2:]
    if not height or not width or height % multiple or width % multiple:
        raise ValueError(
            f"height and width must be multiples of {multiple}, got {height}x{width}; "
            "pad the images up to that and crop the logits back"
        )
