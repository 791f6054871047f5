"""The cost reckoned from a configuration is what the network itself does."""

import pytest
import torch
from torch import nn

from core.network.config import DEFAULT_WIDTHS, ModelConfig
from core.network.cost import multiplications_per_pixel, parameters
from core.network.registry import build, count_parameters

CONFIGS = [ModelConfig(name, *shape) for name, shape in DEFAULT_WIDTHS.items()] + [
    ModelConfig("unet", (16, 32, 64, 128), 256),
    ModelConfig("unet3plus", (8, 16), 32, deep_supervision=True),
]
SIDE = 32


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.architecture}-{config.widths}")
def test_multiplications_are_those_of_the_network(config):
    network = build(config).eval()
    counted = 0

    def count(module: nn.Module, given: tuple, out: torch.Tensor) -> None:
        nonlocal counted
        pixels = out.shape[2] * out.shape[3]
        # A transposed 2x2 convolution with stride 2 gives each output pixel one tap.
        taps = 1 if isinstance(module, nn.ConvTranspose2d) else module.kernel_size[0] * module.kernel_size[1]
        counted += pixels * module.in_channels * module.out_channels * taps

    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            module.register_forward_hook(count)
    image = torch.zeros(1, 1, SIDE, SIDE)
    with torch.inference_mode():
        network.deep_logits(image) if config.deep_supervision else network(image)
    # What DeepLabV3 does once for a whole image is left out.
    assert multiplications_per_pixel(config) * SIDE**2 == pytest.approx(counted, rel=0.01)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.architecture}-{config.widths}")
def test_parameters_are_those_of_the_network(config):
    assert parameters(config) == pytest.approx(count_parameters(build(config)), rel=0.02)


def test_an_unknown_architecture_is_told():
    with pytest.raises(ValueError, match="no architecture 'resnet'"):
        multiplications_per_pixel(ModelConfig("resnet"))
