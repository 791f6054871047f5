"""The network that a training begins with: new, or from a checkpoint."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from core.errors import RunRefused
from core.network import checkpoint
from core.network.config import ModelConfig
from core.network.deeplabv3 import DeepLabV3
from core.network.registry import build
from core.training.config import TrainConfig


def starting_network(
    config: TrainConfig, name: str, start_from: Path | None = None, imagenet: Path | None = None
) -> tuple[nn.Module, ModelConfig]:
    """The network and its configuration under the given name.

    A checkpoint to start from decides on architecture and widths. The pixel size is the configuration's:
    weights can learn on at another one.

    Raises:
        RunRefused: for an architecture or widths that cannot be, or ImageNet weights where none fit.
        BadCheckpoint: when the file to start from is no checkpoint of ours.
    """
    try:
        if start_from:
            network, start = checkpoint.load(start_from)
            return network, replace(start, name=name, parent=start.name, spacing_mm=config.spacing_mm)
        model = ModelConfig(
            architecture=config.architecture,
            widths=config.widths,
            bottleneck=config.bottleneck,
            deep_supervision=config.deep_supervision,
            spacing_mm=config.spacing_mm,
            name=name,
        )
        torch.manual_seed(config.seed)  # initial weights draw from the global generator
        network = build(model)
        if imagenet:
            if not isinstance(network, DeepLabV3):
                raise RunRefused(f"ImageNet weights fit deeplabv3 alone, not {config.architecture}")
            network.load_imagenet(imagenet)
        return network, model
    except ValueError as error:
        raise RunRefused(str(error)) from error
