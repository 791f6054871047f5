"""The architectures by name, and the one way to build a network."""

from torch import nn

from core.network.config import ARCHITECTURES, DEFAULT_WIDTHS, ModelConfig
from core.network.deeplabv3 import DeepLabV3
from core.network.unet import UNet
from core.network.unet3plus import UNet3Plus

__all__ = ["ARCHITECTURES", "DEFAULT_WIDTHS", "build", "count_parameters", "stride"]


def build(config: ModelConfig) -> nn.Module:
    """A network with random weights: images (N, 1, H, W) to logits (N, 4, H, W).

    Raises:
        ValueError: for an unknown architecture, or widths that it cannot have.
    """
    if config.architecture == "unet":
        return UNet(config.widths, config.bottleneck)
    if config.architecture == "deeplabv3":
        return DeepLabV3(config.widths, config.bottleneck)
    if config.architecture == "unet3plus":
        return UNet3Plus(config.widths, config.bottleneck, config.deep_supervision)
    raise ValueError(f"architecture must be one of {', '.join(ARCHITECTURES)}, got {config.architecture!r}")


def stride(config: ModelConfig) -> int:
    """The number that height and width of an image must be multiples of."""
    return config.stride


def count_parameters(network: nn.Module) -> int:
    """How many numbers are learnt (without the running statistics of batch norm)."""
    return sum(parameter.numel() for parameter in network.parameters())
