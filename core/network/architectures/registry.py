"""The one way to build a network: by the key of its architecture."""

from importlib import import_module

from torch import nn

from core.network.architectures.layers import SegmentationNetwork
from core.recipes.architectures import architecture_of
from core.recipes.model import ModelConfig


def build(config: ModelConfig) -> SegmentationNetwork:
    """A network with random weights: images (N, 1, H, W) to logits (N, 4, H, W).

    Raises:
        ValueError: for an unknown architecture, or widths that it cannot have.
    """
    key = architecture_of(config.architecture).key  # one of ours, so that no file can name a module to load
    network = import_module(f"core.network.architectures.{key}").build(config)
    if not isinstance(network, SegmentationNetwork):
        raise TypeError(f"{key}.build must return a SegmentationNetwork, got {type(network).__name__}")
    return network


def count_parameters(network: nn.Module) -> int:
    """How many numbers are learnt (without the running statistics of batch norm)."""
    return sum(parameter.numel() for parameter in network.parameters())
