"""Overlap scores out of counts; a score whose denominator is empty is NaN and left out of every mean.

A label in neither mask has no Dice, IoU, precision or recall. A label in one mask only has Dice and IoU 0.
"""

import math

import numpy as np

from core.metrics.counts import Counts


def dice(counts: Counts) -> float:
    """Twice the shared pixels over the pixels of both masks; NaN where neither has the label.

    >>> dice(Counts(tp=3, fp=1, fn=1, tn=0))
    0.75
    """
    return _divide(2 * counts.tp, 2 * counts.tp + counts.fp + counts.fn)


def iou(counts: Counts) -> float:
    """Shared pixels over the pixels of either mask (Jaccard); NaN where neither has the label.

    >>> iou(Counts(tp=3, fp=1, fn=1, tn=0))
    0.6
    """
    return _divide(counts.tp, counts.tp + counts.fp + counts.fn)


def precision(counts: Counts) -> float:
    """Share of the predicted pixels that are right; NaN where nothing was predicted."""
    return _divide(counts.tp, counts.tp + counts.fp)


def recall(counts: Counts) -> float:
    """Share of the reference's pixels that were found; NaN where there was nothing to find."""
    return _divide(counts.tp, counts.tp + counts.fn)


def accuracy(counts: Counts) -> float:
    """Share of all pixels on which both masks agree whether they have the label.

    Near 1 for every small label, since most pixels are background in both: never read it alone.
    """
    return _divide(counts.tp + counts.tn, counts.tp + counts.fp + counts.fn + counts.tn)


def pixel_accuracy(confusion: np.ndarray) -> float:
    """Share of all pixels whose label is right, from a confusion matrix (4, 4)."""
    return _divide(int(np.trace(confusion)), int(confusion.sum()))


def _divide(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
