"""The mean of the weights of networks that learnt the same way, from one another's starting point.

Between such networks the error is lower on the straight line than at its ends (Wortsman et al., Model soups,
ICML 2022); the mean predicts as fast as one of them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import torch
from torch import nn

from core.errors import BadCheckpoint
from core.network import checkpoint
from core.recipes.model import ModelConfig

SHARED = ("task", "architecture", "widths", "bottleneck", "deep_supervision", "spacing_mm", "intensity")


def average(paths: Sequence[Path], spacing_mm: float | None = None) -> tuple[nn.Module, ModelConfig]:
    """Return the network with the mean weights, and the last one's configuration without scores and parent.

    Args:
        paths: two checkpoints or more.
        spacing_mm: pixel size at which the mean is to see slices; that of the models where None. Networks
            that learnt with varied scale can be better at a somewhat finer one.

    Raises:
        BadCheckpoint: when a file is no usable checkpoint, or they differ in more than their weights.
    """
    if len(paths) < 2:
        raise BadCheckpoint(f"an average needs 2 checkpoints or more, got {len(paths)}")
    loaded = [checkpoint.load(path) for path in paths]
    configs = [config for _, config in loaded]
    for path, config in zip(paths[1:], configs[1:], strict=True):
        for name in SHARED:
            if getattr(config, name) != getattr(configs[0], name):
                raise BadCheckpoint(
                    f"{path.name} differs from {paths[0].name} in its {name}; only the weights of the same "
                    "network can be averaged"
                )
        if learnt_from(config) != learnt_from(configs[0]):
            raise BadCheckpoint(
                f"{path.name} and {paths[0].name} have not learnt from the same slices, so what the average "
                "has seen could not be told; average models of the same data"
            )
    network = loaded[-1][0]
    states = [each.state_dict() for each, _ in loaded]
    mean = {
        name: torch.stack([state[name] for state in states]).mean(dim=0)
        if value.is_floating_point()
        else value
        for name, value in states[-1].items()
    }
    network.load_state_dict(mean)
    pixel_mm = spacing_mm or configs[-1].spacing_mm
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return network, replace(configs[-1], scores={}, parent=None, created=created, spacing_mm=pixel_mm)


def learnt_from(config: ModelConfig) -> object:
    """What tells whether two have learnt from the same: names of slices in older files, else their hash."""
    return config.data.get("training_slices") or config.data.get("sha256")
