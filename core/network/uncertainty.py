"""Predictive entropy of a slice, as a map and as one number that orders the review queue."""

import numpy as np
from scipy import ndimage

from core.labels import Label

MARGIN_PIXELS = 3  # doubt sits at the rim: just outside the predicted heart as much as inside


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """Predictive entropy of each pixel in nats, (height, width) float32; 0 is sure, log 4 is a guess.

    Args:
        probabilities: (4, height, width), sums to 1 over the first axis.
    """
    safe = np.maximum(probabilities, np.finfo(np.float32).tiny)  # 0 log 0 is 0
    return -(probabilities * np.log(safe)).sum(axis=0, dtype=np.float32)


def mean_heart_entropy(probabilities: np.ndarray, margin: int = MARGIN_PIXELS) -> float:
    """Mean entropy in nats over the predicted heart and `margin` pixels around it.

    Where no heart is predicted, over the whole slice.

    >>> mean_heart_entropy(np.full((4, 2, 2), 0.25))  # log 4
    1.3862943649291992
    """
    heart = probabilities.argmax(axis=0) != Label.BACKGROUND
    if not heart.any():
        heart = np.ones_like(heart)
    elif margin:
        heart = ndimage.binary_dilation(heart, iterations=margin)
    return float(entropy(probabilities)[heart].mean())
