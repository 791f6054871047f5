"""What every architecture promises: sizes, gradients, repeatability and the number of its parameters."""

import pytest
import torch

from core.network.architectures.registry import build, count_parameters
from core.recipes.architectures import ARCHITECTURES
from core.recipes.model import ModelConfig

SMALL = [
    ModelConfig("unet", (4, 6, 8), 10),
    ModelConfig("unet", (4, 6), 8),
    ModelConfig("unet", (4, 4, 6, 6), 8),
    ModelConfig("deeplabv3", (8, 8, 16, 16), 8),
    ModelConfig("unet3plus", (4, 6, 8), 10),
    ModelConfig("unet3plus", (4, 6), 8, deep_supervision=True),
]
every_network = pytest.mark.parametrize(
    "config", SMALL, ids=lambda config: f"{config.architecture}-{len(config.widths)}"
)


def seeded(config: ModelConfig, seed: int = 0) -> torch.nn.Module:
    torch.manual_seed(seed)
    return build(config)


@every_network
@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 3), (3, 1)], ids=str)
def test_any_multiple_of_the_stride_keeps_its_size(config, height, width):
    network, multiple = seeded(config).eval(), config.stride
    images = torch.randn(1, 1, height * multiple, width * multiple)
    with torch.inference_mode():
        logits = network(images)
    assert logits.shape == (1, 4, height * multiple, width * multiple)
    assert torch.isfinite(logits).all()


@every_network
@pytest.mark.parametrize("wrong", ["height", "width"])
def test_another_size_is_refused_with_the_way_out(config, wrong):
    multiple = config.stride
    height = 2 * multiple + (wrong == "height")
    width = 2 * multiple + (wrong == "width")
    with pytest.raises(ValueError, match=f"multiples of {multiple}, got {height}x{width}; pad the images"):
        seeded(config)(torch.zeros(2, 1, height, width))


@every_network
@pytest.mark.parametrize("shape", [(1, 3, 32, 32), (1, 32, 32), (1, 1, 0, 32)], ids=str)
def test_colour_images_and_other_shapes_are_refused(config, shape):
    with pytest.raises(ValueError, match="must"):
        seeded(config)(torch.zeros(shape))


@every_network
def test_the_stride_that_networks_tell_is_the_one_that_configurations_tell(config):
    assert build(config).stride == config.stride


@every_network
def test_a_gradient_reaches_every_parameter(config):
    network = seeded(config).train()
    images = torch.randn(4, 1, 4 * config.stride, 4 * config.stride)
    outputs = network.deep_logits(images) if config.deep_supervision else [network(images)]
    weights = torch.randn(4, 4, *images.shape[2:])  # a plain sum would be blind to what batch norm removes
    sum((logits * weights).mean() for logits in outputs).backward()
    without = [
        name for name, value in network.named_parameters() if value.grad is None or not value.grad.any()
    ]
    assert without == []


@every_network
def test_one_image_is_predicted_as_it_is_within_a_batch(config):
    network = seeded(config).eval()
    images = torch.randn(3, 1, 2 * config.stride, 2 * config.stride)
    with torch.inference_mode():
        together, alone = network(images), network(images[1:2])
    assert torch.allclose(together[1:2], alone, atol=1e-5)


@every_network
def test_a_batch_of_one_can_be_learnt_from(config):
    network = seeded(config).train()
    network(torch.randn(1, 1, 2 * config.stride, 2 * config.stride)).sum().backward()
    assert all(torch.isfinite(value.grad).all() for value in network.parameters() if value.grad is not None)


@every_network
def test_the_seed_decides_the_weights_and_what_dropout_drops(config):
    images = torch.randn(2, 1, 2 * config.stride, 2 * config.stride)

    def output(seed: int) -> torch.Tensor:
        return seeded(config, seed).train()(images)

    assert torch.equal(output(1), output(1))
    assert not torch.equal(output(1), output(2))


def unet_parameters(widths: tuple[int, ...], bottleneck: int) -> int:
    """9 a b for a 3x3 convolution, 2 b for batch norm, 4 a b + b for a way up, 4 a + 4 at the end."""
    total, above = 0, 1
    for width in widths:
        total += 9 * above * width + 2 * width + 9 * width * width + 2 * width
        above = width
    total += 9 * above * bottleneck + 2 * bottleneck
    for width, below in zip(widths, (*widths[1:], bottleneck), strict=True):
        total += 4 * below * width + width
        total += 9 * (2 * width) * width + 2 * width + 9 * width * width + 2 * width
    return total + 4 * widths[0] + 4


def unet3plus_parameters(widths: tuple[int, ...], bottleneck: int, deep: bool) -> int:
    """By hand: each of the stages on the way up has one 3x3 convolution a level and one that joins them."""
    levels, carried = (*widths, bottleneck), widths[0]
    joined, total, above = carried * len(levels), 0, 1
    for width in levels:
        total += 9 * above * width + 2 * width + 9 * width * width + 2 * width
        above = width
    for stage in range(len(widths)):
        for level in range(len(levels)):
            coarser_stage = stage < level < len(levels) - 1
            incoming = joined if coarser_stage else levels[level]
            total += 9 * incoming * carried + 2 * carried
        total += 9 * joined * joined + 2 * joined
    total += 9 * joined * 4 + 4
    if deep:
        total += (len(widths) - 1) * (9 * joined * 4 + 4) + 9 * bottleneck * 4 + 4
    return total


def deeplabv3_parameters(widths: tuple[int, ...], channels: int) -> int:
    """By hand: a 7x7 start, eight blocks, the pyramid of one 1x1, three 3x3 and the pooled branch."""
    total, above = 49 * widths[0] + 2 * widths[0], widths[0]
    for layer, width in enumerate(widths):
        total += 9 * above * width + 3 * 9 * width * width + 4 * 2 * width
        total += above * width + 2 * width if layer == 1 or above != width else 0
        above = width
    total += 2 * (above * channels + 2 * channels) + 3 * (9 * above * channels + 2 * channels)
    total += 5 * channels * channels + 2 * channels
    return total + 9 * channels * channels + 2 * channels + 4 * channels + 4


def by_hand(config: ModelConfig) -> int:
    if config.architecture == "unet":
        return unet_parameters(config.widths, config.bottleneck)
    if config.architecture == "unet3plus":
        return unet3plus_parameters(config.widths, config.bottleneck, config.deep_supervision)
    return deeplabv3_parameters(config.widths, config.bottleneck)


@every_network
def test_parameters_are_as_many_as_the_formula_says(config):
    assert count_parameters(build(config)) == by_hand(config)


@pytest.mark.parametrize(
    ("architecture", "expected"),
    [("unet", 1_336_196), ("deeplabv3", 15_893_444), ("unet3plus", 2_054_308)],
)
def test_parameters_of_the_defaults(architecture, expected):
    config = ModelConfig(
        architecture, ARCHITECTURES[architecture].widths, ARCHITECTURES[architecture].bottleneck
    )
    with torch.device("meta"):
        assert count_parameters(build(config)) == by_hand(config) == expected


def test_every_name_builds_and_others_are_refused_by_name():
    assert tuple(ARCHITECTURES) == ("unet", "deeplabv3", "unet3plus")
    with pytest.raises(ValueError, match="unet, deeplabv3, unet3plus, got 'transformer'"):
        build(ModelConfig("transformer"))


def test_deeplabv3_with_the_widths_of_a_unet_is_refused_with_the_right_ones():
    with pytest.raises(ValueError, match="needs 4 widths, for a ResNet-18 64-128-256-512, got 32-64-128"):
        build(ModelConfig("deeplabv3"))
