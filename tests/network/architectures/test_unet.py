"""The U-Net against a plain formula with its own weights, and how far it sees."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.network.architectures.layers import UpConvolution
from core.network.architectures.unet import UNet
from tests.network.receptive_field import measured_interval, open_wide


def settled(network: nn.Module) -> nn.Module:
    """Give batch norm averages and weights that a mistake in their use would show."""
    generator = torch.Generator().manual_seed(1)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.copy_(torch.randn(module.num_features, generator=generator) * 0.2)
            module.running_var.copy_(torch.rand(module.num_features, generator=generator) + 0.5)
            module.weight.data.copy_(torch.rand(module.num_features, generator=generator) + 0.5)
            module.bias.data.copy_(torch.randn(module.num_features, generator=generator) * 0.2)
    return network


def slow_conv3(image: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """3x3 convolution, stride 1, zeros around, as nine shifted sums."""
    _, height, width = image.shape
    padded = torch.zeros(image.shape[0], height + 2, width + 2, dtype=image.dtype)
    padded[:, 1:-1, 1:-1] = image
    result = torch.zeros(kernel.shape[0], height, width, dtype=image.dtype)
    for row in range(3):
        for column in range(3):
            window = padded[:, row : row + height, column : column + width]
            result += torch.einsum("oi,ihw->ohw", kernel[:, :, row, column], window)
    return result


def slow_unet(weights: dict[str, torch.Tensor], image: torch.Tensor, stages: int) -> torch.Tensor:
    """(1, H, W) to (4, H, W), step by step as the report's figure shows it."""

    def block(features: torch.Tensor, name: str) -> torch.Tensor:
        features = slow_conv3(features, weights[f"{name}.0.weight"])
        mean, variance, scale, shift = (
            weights[f"{name}.1.{part}"][:, None, None]
            for part in ("running_mean", "running_var", "weight", "bias")
        )
        features = (features - mean) / (variance + 1e-5).sqrt() * scale + shift
        return torch.where(features > 0, features, 0.01 * features)

    skips, features = [], image
    for stage in range(stages):
        features = block(block(features, f"encoders.{stage}.0"), f"encoders.{stage}.1")
        skips.append(features)
        channels, height, width = features.shape
        features = features.reshape(channels, height // 2, 2, width // 2, 2).amax(dim=(2, 4))
    features = block(features, "bottleneck")
    for stage in reversed(range(stages)):
        kernel, bias = weights[f"ups.{stage}.weight"], weights[f"ups.{stage}.bias"]
        _, height, width = features.shape
        larger = torch.zeros(kernel.shape[1], 2 * height, 2 * width, dtype=image.dtype)
        for row in range(2):
            for column in range(2):
                spread = torch.einsum("io,ihw->ohw", kernel[:, :, row, column], features)
                larger[:, row::2, column::2] = spread + bias[:, None, None]
        features = torch.cat([larger, skips[stage]])
        features = block(block(features, f"decoders.{stage}.0"), f"decoders.{stage}.1")
    head = weights["head.weight"][:, :, 0, 0]
    return torch.einsum("oi,ihw->ohw", head, features) + weights["head.bias"][:, None, None]


@pytest.mark.parametrize("widths", [(3,), (3, 4), (3, 4, 5)], ids=str)
def test_it_equals_the_plain_formula(widths):
    torch.manual_seed(0)
    network = settled(UNet(widths, 6)).double().eval()
    image = torch.randn(1, 16, 24, dtype=torch.float64)
    expected = slow_unet(network.state_dict(), image, len(widths))
    with torch.inference_mode():
        assert torch.allclose(network(image[None])[0], expected, atol=1e-10)


def test_it_is_the_report_s_network_layer_by_layer():
    kinds = (nn.Conv2d, nn.BatchNorm2d, nn.LeakyReLU, nn.MaxPool2d, nn.Dropout, nn.ConvTranspose2d)
    counts = {kind: sum(isinstance(module, kind) for module in UNet().modules()) for kind in kinds}
    assert counts[nn.Conv2d] == 3 * 2 + 1 + 3 * 2 + 1
    assert counts[nn.BatchNorm2d] == counts[nn.LeakyReLU] == 13
    assert counts[nn.ConvTranspose2d] == 3
    assert [m.p for m in UNet().modules() if isinstance(m, nn.Dropout)] == [
        0.2
    ]  # one, used after each pooling
    convolutions = [m for m in UNet().modules() if isinstance(m, nn.Conv2d)]
    assert all(m.kernel_size == (3, 3) and m.padding == (1, 1) for m in convolutions[:-1])
    assert convolutions[-1].kernel_size == (1, 1)


def test_dropout_follows_every_pooling_and_nothing_else():
    network, seen = UNet((4, 4, 4), 4).train(), []
    network.down[1].register_forward_hook(lambda module, given, result: seen.append(given[0].shape[2]))
    network(torch.randn(2, 1, 32, 32))
    assert seen == [16, 8, 4]


def calculated_interval(stages: int, pixel: int) -> tuple[int, int]:
    """First and last input pixel that an output pixel depends on, followed back through the layers."""

    def pair(first: int, last: int) -> tuple[int, int]:
        return first - 2, last + 2  # two 3x3 convolutions

    def level(depth: int, first: int, last: int) -> tuple[int, int]:
        """Through the way up at this depth, the levels below and the way down, on this level's own grid."""
        if depth == stages:
            return first - 1, last + 1  # the one convolution at the bottom
        first, last = pair(first, last)
        below = level(depth + 1, first // 2, last // 2)  # one pixel becomes 2x2 on the way up
        first, last = min(first, 2 * below[0]), max(last, 2 * below[1] + 1)  # 2x2 become one on the way down
        return pair(first, last)

    return level(0, pixel, pixel)


@pytest.mark.parametrize("stages", [1, 2, 3])
@pytest.mark.parametrize("offset", [0, 1, 5])
def test_it_sees_as_far_as_calculated(stages, offset):
    network = open_wide(UNet((2,) * stages, 2))
    pixel = 64 + offset
    assert measured_interval(network, 128, pixel) == calculated_interval(stages, pixel)


def test_how_far_the_default_sees():
    first, last = calculated_interval(3, 64)
    assert last - first + 1 == 76  # pixels: 14 cm at the course's 1.8 mm, wider than a heart


def test_leaky_relu_passes_a_hundredth():
    assert F.leaky_relu(torch.tensor(-1.0)) == pytest.approx(-0.01)
    assert all(m.negative_slope == 0.01 for m in UNet().modules() if isinstance(m, nn.LeakyReLU))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_twice_the_size_is_what_a_transposed_convolution_makes_and_learns(dtype, layout):
    ours = UpConvolution(6, 3).to(dtype)
    plain = nn.ConvTranspose2d(6, 3, 2, stride=2).to(dtype)
    plain.load_state_dict(ours.state_dict())
    features, wanted = torch.randn(2, 6, 5, 7, dtype=dtype), torch.randn(2, 3, 10, 14, dtype=dtype)
    told = []
    for layer in (ours, plain):
        seen = features.to(memory_format=layout, copy=True).requires_grad_()
        made = layer(seen)
        (made * wanted).sum().backward()
        told.append((made, seen.grad, layer.weight.grad, layer.bias.grad))
    for mine, other in zip(*told, strict=True):
        torch.testing.assert_close(mine, other)
