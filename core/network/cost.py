"""What a network costs, reckoned from its configuration alone: no torch, so that pages can tell it."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.labels import Label
from core.network.config import ModelConfig

ASPP_RATES = 3  # branches of the spatial pyramid with a rate


@dataclass(frozen=True)
class Convolution:
    """One convolution; what follows it (batch norm, activation) keeps the size."""

    n_in: int
    n_out: int
    taps: int  # multiplications for each pair of channels and output pixel: 9 for 3x3
    scale: int  # the output has 1/scale of the image's height and width
    kernel: int = 0  # weights for each pair of channels, where they are not as many as the taps


def multiplications_per_pixel(config: ModelConfig) -> float:
    """Multiplications of a forward pass, for each pixel of the image."""
    return sum(item.n_in * item.n_out * item.taps / item.scale**2 for item in convolutions(config))


def features_per_pixel(config: ModelConfig) -> float:
    """Numbers that come out of the convolutions, for each pixel of the image."""
    return sum(item.n_out / item.scale**2 for item in convolutions(config))


def parameters(config: ModelConfig) -> int:
    """Weights of the convolutions; batch norm and biases add less than a hundredth."""
    return sum(item.n_in * item.n_out * (item.kernel or item.taps) for item in convolutions(config))


def convolutions(config: ModelConfig) -> Iterator[Convolution]:
    """Every convolution, from the image to the logits.

    Raises:
        ValueError: for an architecture that there is not.
    """
    if config.architecture == "unet":
        return _unet(config)
    if config.architecture == "unet3plus":
        return _unet3plus(config)
    if config.architecture == "deeplabv3":
        return _deeplabv3(config)
    raise ValueError(f"there is no architecture {config.architecture!r}")


def _unet(config: ModelConfig) -> Iterator[Convolution]:
    widths = config.widths
    below = (*widths[1:], config.bottleneck)
    for level, (above, width) in enumerate(zip((1, *widths[:-1]), widths, strict=True)):
        yield from _pair(above, width, 2**level)
    yield Convolution(widths[-1], config.bottleneck, 9, 2 ** len(widths))
    for level, (deep, width) in enumerate(zip(below, widths, strict=True)):
        # Each output pixel of the transposed 2x2 convolution with stride 2 sees one pixel below it.
        yield Convolution(deep, width, 1, 2**level, kernel=4)
        yield from _pair(2 * width, width, 2**level)
    yield Convolution(widths[0], len(Label), 1, 1)


def _unet3plus(config: ModelConfig) -> Iterator[Convolution]:
    levels = (*config.widths, config.bottleneck)
    carried = levels[0]
    joined = carried * len(levels)
    for level, (above, width) in enumerate(zip((1, *config.widths), levels, strict=True)):
        yield from _pair(above, width, 2**level)
    for level in range(len(config.widths)):
        coarser = [joined] * (len(levels) - level - 2) + [levels[-1]]
        for width in (*levels[: level + 1], *coarser):
            yield Convolution(width, carried, 9, 2**level)
        yield Convolution(joined, joined, 9, 2**level)
    yield Convolution(joined, len(Label), 9, 1)
    if config.deep_supervision:
        for level in range(1, len(levels)):
            width = config.bottleneck if level == len(levels) - 1 else joined
            yield Convolution(width, len(Label), 9, 2**level)


def _deeplabv3(config: ModelConfig) -> Iterator[Convolution]:
    first, second, third, fourth = config.widths
    channels = config.bottleneck
    yield Convolution(1, first, 49, 2)
    yield from _pair(first, first, 4)
    yield from _pair(first, first, 4)
    for n_in, n_out in ((first, second), (second, third), (third, fourth)):
        yield from _pair(n_in, n_out, 8)
        yield Convolution(n_in, n_out, 1, 8)
        yield from _pair(n_out, n_out, 8)
    yield Convolution(fourth, channels, 1, 8)
    for _ in range(ASPP_RATES):
        yield Convolution(fourth, channels, 9, 8)
    yield Convolution((ASPP_RATES + 2) * channels, channels, 1, 8)
    yield Convolution(channels, channels, 9, 8)
    yield Convolution(channels, len(Label), 1, 8)


def _pair(n_in: int, n_out: int, scale: int) -> Iterator[Convolution]:
    yield Convolution(n_in, n_out, 9, scale)
    yield Convolution(n_out, n_out, 9, scale)
