"""Write a network to one safetensors file and read it back; nothing is ever unpickled or overwritten."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors import torch as safetensors
from torch import Tensor, nn

from core.durable import write_new
from core.errors import BadCheckpoint
from core.network.architectures.layers import SegmentationNetwork
from core.network.architectures.registry import build
from core.recipes.checkpoint_header import CONFIG_KEY, file_sha256, parse_header, read_config
from core.recipes.model import ModelConfig

__all__ = ["file_sha256", "load", "read_config", "save"]


def save(path: Path, network: nn.Module, config: ModelConfig, *, half: bool = False) -> None:
    """Write a new checkpoint, whole or not at all.

    Args:
        path: must not exist yet.
        network: what `build(config)` gives, trained, on any device.
        config: travels in the header.
        half: keep the weights in 16 bits, for half the size; batch norm's statistics stay in 32.

    Raises:
        BadCheckpoint: when the file exists, a weight is not finite or the disk refuses.
    """
    weights = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    if half:
        learnt = {name for name, _ in network.named_parameters()}
        weights = {name: value.half() if name in learnt else value for name, value in weights.items()}
    require_finite(path.name, weights)
    fitting_network(path.name, {name: tuple(value.shape) for name, value in weights.items()}, config)
    data = safetensors.save(weights, metadata={"format": "pt", CONFIG_KEY: config.to_json()})
    write_checkpoint(path, data)


def load(path: Path) -> tuple[SegmentationNetwork, ModelConfig]:
    """Return the network, in float32 on the CPU and in evaluation mode, and its configuration.

    Raises:
        BadCheckpoint: with one sentence on what is wrong with the file.
    """
    path = Path(path)
    read_config(path)  # refuses most files before their weights are read
    return parse(path.name, path.read_bytes())


def parse(name: str, data: bytes) -> tuple[SegmentationNetwork, ModelConfig]:
    """Return what `load` returns, from the bytes of a file.

    Args:
        name: of the file, for messages.
        data: all of it.

    Raises:
        BadCheckpoint: with one sentence on what is wrong with them.
    """
    header = parse_header(name, data, len(data))
    network = fitting_network(name, header.shapes, header.config)
    try:
        weights = safetensors.load(data)
    except SafetensorError as error:
        raise BadCheckpoint(f"{name} is damaged ({error}); copy or download it again") from error
    require_finite(name, weights)
    floats = {key: value.float() if value.is_floating_point() else value for key, value in weights.items()}
    network.load_state_dict(floats, assign=True)
    return network.eval(), header.config


def fitting_network(
    name: str, shapes: dict[str, tuple[int, ...]], config: ModelConfig
) -> SegmentationNetwork:
    """Return the configured network on the meta device, so that a made-up configuration costs no memory.

    Raises:
        BadCheckpoint: unless the shapes are exactly those of its weights.
    """
    try:
        with torch.device("meta"):
            network = build(config)
    except ValueError as error:
        raise BadCheckpoint(f"{name} does not fit this Septum: {error}; choose another model") from error
    expected = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    if shapes != expected:
        differing = sorted(set(shapes.items()) ^ set(expected.items()))
        widths = "-".join(str(width) for width in config.widths)
        raise BadCheckpoint(
            f"{name} says it is a {config.architecture} {widths} with bottleneck {config.bottleneck}, "
            f"but its weights differ from that, first at {differing[0][0]}; choose another model"
        )
    return network


def require_finite(name: str, weights: dict[str, Tensor]) -> None:
    """Raise BadCheckpoint when a weight is NaN or infinite."""
    for key, value in weights.items():
        if not torch.isfinite(value).all():
            raise BadCheckpoint(f"{name} holds weights that are no numbers, first in {key}; train again")


def write_checkpoint(path: Path, data: bytes) -> None:
    """Write a file that appears whole, and is on the disk when this returns; one that exists stays.

    Raises:
        BadCheckpoint: when the name is taken or the disk refuses.
    """
    try:
        write_new(path, data)
    except FileExistsError as error:
        raise BadCheckpoint(f"{path} exists and is never overwritten; choose another name") from error
    except OSError as error:
        raise BadCheckpoint(
            f"{path} cannot be written ({error.strerror}); choose another folder or free some space"
        ) from error
