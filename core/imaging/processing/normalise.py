"""How scanner units become what a network sees; the same rule in training and prediction."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class IntensityRule:
    """Clip to two percentiles of the slice, then zero mean and unit variance."""

    low_percentile: float = 1.0
    high_percentile: float = 99.0  # bright fat and wrap-around would else stretch the scale

    def __post_init__(self) -> None:
        if not 0 <= self.low_percentile < self.high_percentile <= 100:
            raise ValueError(
                "percentiles must satisfy 0 <= low < high <= 100, "
                f"got {self.low_percentile} and {self.high_percentile}"
            )


def normalise(pixels: np.ndarray, rule: IntensityRule) -> np.ndarray:
    """Return (height, width) float32 of mean 0 and variance 1; a constant image becomes zeros.

    >>> normalise(np.array([[0, 0], [2, 2]]), IntensityRule(0, 100)).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    values = pixels.astype(np.float64)
    low, high = np.percentile(values, [rule.low_percentile, rule.high_percentile])
    clipped = values.clip(low, high)
    spread = clipped.std()
    if spread <= 1e-12 * max(abs(low), abs(high), 1e-300):
        return np.zeros(pixels.shape, np.float32)
    return ((clipped - clipped.mean()) / spread).astype(np.float32)
