"""What a network costs, counted by torch on shapes alone: no memory for weights or images, no arithmetic."""

import json
import sys

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from core.network.architectures.layers import SegmentationNetwork
from core.network.architectures.registry import build
from core.recipes.cost import COST, NETWORK_SHAPE, Cost, NetworkShape
from core.recipes.typed_json import from_plain, to_plain

SIDES = (4, 8)  # of two square images, in strides; what grows between them is the cost of a pixel
CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def measure(shape: NetworkShape) -> Cost:
    """The cost of a network in training, with all outputs that the loss looks at.

    Raises:
        ValueError: for an unknown architecture, or widths that it cannot have.
    """
    config = shape.config
    with torch.device("meta"):
        network = build(config)
    small, large = SIDES[0] * config.stride, SIDES[1] * config.stride
    (few, before), (many, after) = (forward(network, side) for side in (small, large))
    pixels = large**2 - small**2
    growing = [name for name in after if after[name] > before[name]]
    modules = dict(network.named_modules())
    return Cost(
        multiplications=(many - few) / pixels,
        features=sum(after[name] - before[name] for name in growing) / pixels,
        weights=sum(weight.numel() for name in growing for weight in kernels(modules[name])),
    )


def forward(network: SegmentationNetwork, side: int) -> tuple[int, dict[str, int]]:
    """Multiplications of one image of that side, and the numbers that come out of each convolution."""
    features: dict[str, int] = {}
    hooks = [
        module.register_forward_hook(
            lambda module, given, out, name=name: features.update({name: out.numel()})
        )
        for name, module in network.named_modules()
        if isinstance(module, (*CONVOLUTIONS, nn.Linear))
    ]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network.training_outputs(torch.empty(1, 1, side, side, device="meta"))
    for hook in hooks:
        hook.remove()
    return counter.get_total_flops() // 2, features  # a multiplication and an addition count as two


def kernels(module: nn.Module) -> list[Tensor]:
    """The weights of a convolution without its bias."""
    return [parameter for parameter in module.parameters(recurse=False) if parameter.ndim > 1]


def main() -> None:
    """For a process that must not load torch: the shape as JSON in the argument, the cost as JSON out."""
    shape = from_plain(NETWORK_SHAPE, json.loads(sys.argv[1]))
    sys.stdout.write(json.dumps(to_plain(COST, measure(shape))))


if __name__ == "__main__":
    main()
