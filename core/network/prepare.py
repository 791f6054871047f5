"""A slice as a network sees it: at its pixel size and in its intensities, as in training."""

import numpy as np

from core.errors import BadInput
from core.imaging.processing.normalise import normalise
from core.imaging.processing.resample import resample_image, resampled_shape
from core.recipes.model import ModelConfig

MAX_NETWORK_PIXELS = 2048 * 2048  # of one slice at the network's pixel size: about 2 GB of features


def prepared(pixels: np.ndarray, spacing_mm: tuple[float, float], config: ModelConfig) -> np.ndarray:
    """Return the slice at the network's pixel size and intensity, (height, width) float32.

    Args:
        pixels: (height, width), scanner units.
        spacing_mm: (row, column).
        config: of the network.

    Raises:
        BadInput: when the slice would be absurdly large at the network's pixel size.
    """
    if pixels.ndim != 2:
        raise ValueError(f"pixels must be 2-D, got shape {pixels.shape}")
    if not (min(spacing_mm) > 0 and np.isfinite(spacing_mm).all()):
        raise BadInput(f"the pixel size must be above 0 mm, got {spacing_mm[0]} x {spacing_mm[1]} mm")
    height, width = resampled_shape(pixels.shape, spacing_mm, config.spacing_mm)
    if height * width > MAX_NETWORK_PIXELS:
        row_mm, column_mm = spacing_mm
        raise BadInput(
            f"at {row_mm:g} x {column_mm:g} mm a pixel the slice would have {height} x {width} pixels "
            f"for the model, more than {MAX_NETWORK_PIXELS}; check the spacing or crop the slice"
        )
    return normalise(resample_image(pixels, spacing_mm, config.spacing_mm), config.intensity)
