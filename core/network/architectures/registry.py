"""The one way to build a network: by the key of its architecture."""

from importlib import import_module

from torch import nn

from core.network.architectures.layers import SegmentationNetwork
from core.recipes.architectures import ARCHITECTURES, architecture_of
from core.recipes.model import ModelConfig, Task


def build(config: ModelConfig) -> SegmentationNetwork:
    """A network with random weights: images (N, planes, H, W) to logits (N, 4, H, W).

    Raises:
        ValueError: for an unknown architecture, or widths or a task that it cannot have.
    """
    architecture = architecture_of(config.architecture)  # one of ours: no file can name a module to load
    key = architecture.key
    if config.task == Task.CORRECTION and not architecture.corrects:
        raise ValueError(f"{key} cannot be trained for a correction; choose {' or '.join(correcting())}")
    network = import_module(f"core.network.architectures.{key}").build(config)
    if not isinstance(network, SegmentationNetwork):
        raise TypeError(f"{key}.build must return a SegmentationNetwork, got {type(network).__name__}")
    return network


def correcting() -> list[str]:
    """The keys of the architectures that can be fed what a reader points at."""
    return [one.key for one in ARCHITECTURES.values() if one.corrects]


def count_parameters(network: nn.Module) -> int:
    """How many numbers are learnt (without the running statistics of batch norm)."""
    return sum(parameter.numel() for parameter in network.parameters())
