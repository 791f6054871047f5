"""The network that a training begins with: new, or from a checkpoint."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from core.errors import RunRefused
from core.network import checkpoint
from core.network.architectures.layers import SegmentationNetwork
from core.network.architectures.registry import build
from core.recipes.architectures import ARCHITECTURES, architecture_of
from core.recipes.checkpoint_header import require_task
from core.recipes.model import INPUT_PLANES, ModelConfig, Task
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
            if config.task == Task.CORRECTION and start.task == Task.SEGMENTATION:
                network, start = fed_with_more(network, start)
            require_task(start_from.name, start, config.task)
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


def fed_with_more(
    network: SegmentationNetwork, config: ModelConfig
) -> tuple[SegmentationNetwork, ModelConfig]:
    """Return a network that corrects and says at first just what the one that segments says.

    Its first convolution has weights of 0 for every plane but the grey picture.

    Raises:
        ValueError: for an architecture that cannot correct.
    """
    wider = replace(config, task=Task.CORRECTION, planes=INPUT_PLANES[Task.CORRECTION])
    built = build(wider)
    weights = network.state_dict()
    first = next(name for name, module in built.named_modules() if isinstance(module, nn.Conv2d))
    grey = weights[f"{first}.weight"]
    weights[f"{first}.weight"] = torch.cat(
        [grey, grey.new_zeros(len(grey), wider.planes - 1, *grey.shape[2:])], dim=1
    )
    built.load_state_dict(weights)
    return built.eval(), wider
