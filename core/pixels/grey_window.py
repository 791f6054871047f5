"""The window of intensities in which a slice is looked at: from its 1st to its 99th percentile."""

import numpy as np

PERCENTILES = (1, 99)  # hot pixels and wrap-around lie outside


def window_of(pixels: np.ndarray) -> tuple[float, float]:
    """Return the (1st, 99th) percentile of a slice (height, width), in its own units."""
    low, high = np.percentile(pixels, PERCENTILES)
    return float(low), float(high)


def in_window(pixels: np.ndarray) -> np.ndarray:
    """Return a slice (height, width) as float64 from 0 at the lower end of its window to 1 at the upper.

    >>> in_window(np.array([[0, 50, 100]])).round(2).tolist()
    [[0.0, 0.5, 1.0]]
    """
    low, high = window_of(pixels)
    shown: np.ndarray = np.clip((pixels.astype(np.float64) - low) / max(high - low, 1e-9), 0, 1)
    return shown
