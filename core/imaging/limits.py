"""Whether a picture, what a file unpacks to and a pixel are of a size that may be read."""

from core.errors import BadInput
from core.limits import Limits

COUNTED_BYTES = 64 << 20  # what decodes to more is decoded into nothing first, to see that it is whole
PIXEL_SIZES_MM = (0.05, 20.0)  # what a pixel of a heart can measure; a metre a pixel would fill the memory


def require_size(height: int, width: int, file: str, limits: Limits) -> None:
    """Refuse images that are absurdly large or too small to show anything, before they are decoded.

    Raises:
        BadInput: outside 2x2 pixels to the most allowed.
    """
    if height * width > limits.max_pixels:
        raise BadInput(
            f"{file} is {height}x{width} pixels, more than {limits.max_pixels:,} in all; "
            "crop it or raise SEPTUM_MAX_PIXELS"
        )
    if min(height, width) < 2:
        raise BadInput(f"{file} is {height}x{width} pixels, expected an image of a heart; export it again")


def require_budget(unpacked: int, packed: int, file: str, limits: Limits) -> None:
    """Refuse what would unpack to far more than it is, before it is decoded.

    Raises:
        BadInput: above the limits.
    """
    if unpacked > limits.unpacked_from(packed):
        raise BadInput(
            f"{file} would unpack from {packed / 1e6:.1f} to {unpacked / 1e6:.0f} MB, which looks like a "
            "bomb; save it in parts"
        )


def is_pixel_size(millimetres: float | None) -> bool:
    """Return whether a pixel can be that large; NaN, zero and negative sizes cannot.

    >>> [is_pixel_size(size) for size in (1.8, 0.0, -1.5, float("nan"), 1000.0, None)]
    [True, False, False, False, False, False]
    """
    smallest, largest = PIXEL_SIZES_MM
    return millimetres is not None and smallest <= millimetres <= largest
