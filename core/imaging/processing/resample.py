"""Between a slice's own pixel grid and the network's: resampling and padding."""

import numpy as np
from PIL import Image


def resample_image(pixels: np.ndarray, from_mm: tuple[float, float], to_mm: float) -> np.ndarray:
    """Return the slice at square pixels of `to_mm`, float32; smoothed first when it shrinks."""
    shape = resampled_shape(pixels.shape, from_mm, to_mm)
    return resample_to_shape(pixels[None].astype(np.float32), shape)[0]


def resample_mask(mask: np.ndarray, from_mm: tuple[float, float], to_mm: float) -> np.ndarray:
    """Return the mask on the same grid as `resample_image`, uint8, each pixel its nearest label."""
    shape = resampled_shape(mask.shape, from_mm, to_mm)
    if shape == mask.shape:
        return mask
    return np.asarray(Image.fromarray(mask).resize(shape[::-1], Image.Resampling.NEAREST))


def resample_to_shape(planes: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return planes (C, H, W) float32 as (C, *shape), linearly; the very same values if shapes agree."""
    if planes.shape[1:] == shape:
        return planes
    return np.stack(
        [np.asarray(Image.fromarray(p).resize(shape[::-1], Image.Resampling.BILINEAR)) for p in planes]
    )


def resampled_shape(shape: tuple[int, ...], from_mm: tuple[float, float], to_mm: float) -> tuple[int, int]:
    """Return (height, width) that covers the same millimetres at the new pixel size, at least one pixel."""
    return (
        max(1, round(shape[0] * from_mm[0] / to_mm)),
        max(1, round(shape[1] * from_mm[1] / to_mm)),
    )
