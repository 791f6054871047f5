"""A slice as a small picture, with its mask over it, to tell slices apart in a list."""

import io

import numpy as np
from PIL import Image, ImageColor

from core.labels import COLOURS, FOREGROUND

OPACITY = 0.45  # of the mask: the tissue stays visible below


def thumbnail_png(pixels: np.ndarray, mask: np.ndarray | None = None, side: int = 96) -> bytes:
    """PNG of the slice with its longer side at `side` pixels, grey from the 1st to the 99th percentile.

    Args:
        pixels: (height, width), scanner units.
        mask: (height, width) uint8 of Label values, drawn over it in the colours of the labels.
    """
    low, high = np.percentile(pixels, (1, 99))
    grey = np.clip((pixels - low) / max(high - low, 1e-9), 0, 1) * 255
    shown = np.repeat(grey[..., None], 3, axis=2)
    if mask is not None:
        for label in FOREGROUND:
            where = mask == label
            colour = np.array(ImageColor.getrgb(COLOURS[label]))
            shown[where] = (1 - OPACITY) * shown[where] + OPACITY * colour
    picture = Image.fromarray(shown.astype(np.uint8))
    scale = side / max(picture.size)
    picture = picture.resize([max(1, round(length * scale)) for length in picture.size])
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()
