"""The network that a training begins with: new, or from a checkpoint."""

from dataclasses import replace
from pathlib import Path

import torch

from core.errors import RunRefused
from core.network import checkpoint
from core.network.architectures.layers import SegmentationNetwork
from core.network.architectures.registry import build
from core.recipes.architectures import ARCHITECTURES, architecture_of
from core.recipes.model import ModelConfig
from core.recipes.training import TrainConfig


def starting_network(
    config: TrainConfig, name: str, start_from: Path | None = None, imagenet: Path | None = None
) -> tuple[SegmentationNetwork, ModelConfig]:
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
        model = replace(config.network, name=name)
        torch.manual_seed(config.seed)  # initial weights draw from the global generator
        network = build(model)
        if imagenet:
            if not architecture_of(config.architecture).pretrained:
                fitting = " or ".join(one.key for one in ARCHITECTURES.values() if one.pretrained)
                raise RunRefused(f"ImageNet weights fit {fitting} alone, not {config.architecture}")
            network.load_pretrained(imagenet)
        return network, model
    except ValueError as error:
        raise RunRefused(str(error)) from error
