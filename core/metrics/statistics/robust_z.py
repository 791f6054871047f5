"""How far a value lies from the others, judged so that the far ones do not hide each other."""

import numpy as np

FAR = 3.5  # beyond it a value is called unusual, as Iglewicz and Hoaglin advise
MAD_TO_SD = 1.4826  # of a normal distribution
MIN_VALUES = 5  # values from which "usual" means anything


def robust_distance(values: np.ndarray) -> np.ndarray:
    """Return (n,) distances of the values from their median, in standard deviations by the median deviation.

    0 where the value is missing or there are too few to compare. Where more than half of the values are
    equal, the mean deviation takes the place of the median one, which is 0.
    Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993.

    >>> robust_distance(np.array([1.0, 2.0, 3.0, 4.0, 100.0])).round(1).tolist()
    [-1.3, -0.7, 0.0, 0.7, 65.4]
    """
    distances = np.zeros(len(values))
    present = np.isfinite(values)
    if present.sum() < MIN_VALUES:
        return distances
    known = values[present]
    deviations = known - np.median(known)
    spread = MAD_TO_SD * np.median(np.abs(deviations))
    if spread == 0:
        spread = 1.2533 * np.abs(deviations).mean()  # of a normal distribution, too
    if spread > 0:
        distances[present] = deviations / spread
    return distances
