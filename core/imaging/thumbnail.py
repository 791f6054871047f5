"""A slice as a small picture, with its mask over it, to tell slices apart in a list."""

import io

import numpy as np
from PIL import Image, ImageColor

from core.labels import COLOURS, FOREGROUND

OPACITY = 0.45  # of the mask: the tissue stays visible below
MISSED_OPACITY = 0.9  # of what a prediction missed: it stands out from what it invented


def thumbnail_png(pixels: np.ndarray, mask: np.ndarray | None = None, side: int = 96) -> bytes:
    """PNG of the slice with its longer side at `side` pixels, grey from the 1st to the 99th percentile.

    Args:
        pixels: (height, width), scanner units.
        mask: (height, width) uint8 of Label values, drawn over it in the colours of the labels.
        side: of the picture, in pixels.
    """
    shown = grey_levels(pixels)
    if mask is not None:
        shown = tinted(shown, mask, OPACITY)
    return png_of(shown, side)


def difference_png(pixels: np.ndarray, reference: np.ndarray, prediction: np.ndarray, side: int) -> bytes:
    """PNG of the slice with only what differs: strong what was missed or mistaken, pale what was invented.

    Args:
        pixels: (height, width), scanner units.
        reference: (height, width) uint8 of Label values.
        prediction: the same.
        side: of the picture, in pixels.
    """
    differs = reference != prediction
    background = np.zeros_like(reference)
    invented = np.where(differs & (reference == 0), prediction, background)
    missed = np.where(differs, reference, background)
    return png_of(tinted(tinted(grey_levels(pixels), invented, OPACITY), missed, MISSED_OPACITY), side)


def grey_levels(pixels: np.ndarray) -> np.ndarray:
    """(height, width, 3) floats from 0 to 255."""
    low, high = np.percentile(pixels, (1, 99))
    grey = np.clip((pixels - low) / max(high - low, 1e-9), 0, 1) * 255
    return np.repeat(grey[..., None], 3, axis=2)


def tinted(shown: np.ndarray, mask: np.ndarray, opacity: float) -> np.ndarray:
    """The picture with the labels' colours over it."""
    found = shown.copy()
    for label in FOREGROUND:
        where = mask == label
        colour = np.array(ImageColor.getrgb(COLOURS[label]))
        found[where] = (1 - opacity) * found[where] + opacity * colour
    return found


def png_of(shown: np.ndarray, side: int) -> bytes:
    """The bytes of a PNG whose longer side has so many pixels."""
    picture = Image.fromarray(shown.astype(np.uint8))
    scale = side / max(picture.size)
    picture = picture.resize([max(1, round(length * scale)) for length in picture.size])
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()
