"""The cost of a network: counted on shapes, the same by hand, the same where pages look it up."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from torch import nn

from core.network.architectures.registry import build, count_parameters
from core.network.cost import measure
from core.recipes.architectures import ARCHITECTURES
from core.recipes.cost import COST, KNOWN, NETWORK_SHAPE, Cost, NetworkShape
from core.recipes.training import PRESETS
from core.recipes.typed_json import from_plain, to_plain
from core.settings import ROOT

SHAPES = [
    *KNOWN,
    NetworkShape("unet3plus", (8, 16), 32, True),
    NetworkShape("deeplabv3", (32, 48, 64, 96), 64),
]
SIDE = 32
every_shape = pytest.mark.parametrize(
    "shape", SHAPES, ids=lambda shape: f"{shape.architecture}-{shape.widths}"
)


@every_shape
def test_multiplications_are_those_of_the_networks_convolutions(shape):
    network = build(shape.config).eval()
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
    with torch.inference_mode():
        network.training_outputs(torch.zeros(1, 1, SIDE, SIDE))
    # What DeepLabV3 does once for a whole image is left out.
    assert measure(shape).multiplications * SIDE**2 == pytest.approx(counted, rel=0.01)


@every_shape
def test_weights_are_those_of_the_network_but_for_biases_and_norms(shape):
    assert measure(shape).weights == pytest.approx(count_parameters(build(shape.config)), rel=0.02)


@pytest.mark.parametrize("shape", KNOWN, ids=lambda shape: f"{shape.architecture}-{shape.widths}")
def test_what_pages_look_up_is_what_is_measured(shape):
    assert KNOWN[shape] == measure(shape)


def test_every_architecture_and_preset_is_known_so_that_no_page_waits():
    for one in ARCHITECTURES.values():
        assert NetworkShape(one.key, one.widths, one.bottleneck) in KNOWN
        assert not one.deep_supervision or NetworkShape(one.key, one.widths, one.bottleneck, True) in KNOWN
    assert {NetworkShape.of(preset.network) for preset in PRESETS.values()} <= set(KNOWN)


def test_a_unet_by_hand():
    """One stage of 2 channels and a bottleneck of 3, with the four labels at the end."""
    down = 9 * (1 * 2 + 2 * 2)
    bottom = 9 * 2 * 3 / 4
    up = 3 * 2 + 9 * (4 * 2 + 2 * 2) + 2 * 4
    weights = down + 9 * 2 * 3 + 4 * 3 * 2 + 9 * (4 * 2 + 2 * 2) + 2 * 4
    assert measure(NetworkShape("unet", (2,), 3)) == Cost(
        down + bottom + up, 2 + 2 + 3 / 4 + 2 + 2 + 2 + 4, weights
    )


def test_a_process_of_its_own_tells_the_same():
    shape = NetworkShape("unet", (4, 8), 8)
    asked = json.dumps(to_plain(NETWORK_SHAPE, shape))
    command = [sys.executable, "-m", "core.network.cost", asked]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert from_plain(COST, json.loads(told)) == measure(shape)


def test_measuring_leaves_the_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    measure(NetworkShape("deeplabv3", (4, 6, 8, 10), 12))
    assert torch.equal(torch.rand(1), expected)


def test_an_unknown_architecture_is_told():
    with pytest.raises(ValueError, match="architecture must be one of .*, got 'resnet'"):
        measure(replace(SHAPES[0], architecture="resnet"))
