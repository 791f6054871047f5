"""Overlap scores out of counts; a score whose denominator is empty is NaN and left out of every mean.

A label in neither mask has no Dice, IoU, precision or recall. A label in one mask only has Dice and IoU 0.
Each formula stands here once and serves one label (`Counts`, a float) as well as thousands of slices
(`CountArrays`, an array of their shape).
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Protocol, cast, overload

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.counts import CountArrays, Counts, count, counts_of


class Formula(Protocol):
    """A score of one label's counts as a float, or of arrays of counts as an array."""

    @overload
    def __call__(self, counts: Counts) -> float: ...
    @overload
    def __call__(self, counts: CountArrays) -> np.ndarray: ...


def formula(divide: Callable[[CountArrays], np.ndarray]) -> Formula:
    """Let a formula of arrays take the counts of a single label, too."""

    @wraps(divide)
    def score(counts: Counts | CountArrays) -> float | np.ndarray:
        if isinstance(counts, CountArrays):
            return divide(counts)
        return float(divide(CountArrays(*(np.asarray(pixels) for pixels in vars(counts).values()))))

    return cast(Formula, score)


@formula
def dice(counts: CountArrays) -> np.ndarray:
    """Twice the shared pixels over the pixels of both masks; NaN where neither has the label.

    >>> dice(Counts(tp=3, fp=1, fn=1, tn=0))
    0.75
    """
    return ratio(2 * counts.tp, 2 * counts.tp + counts.fp + counts.fn)


@formula
def iou(counts: CountArrays) -> np.ndarray:
    """Shared pixels over the pixels of either mask (Jaccard); NaN where neither has the label.

    >>> iou(Counts(tp=3, fp=1, fn=1, tn=0))
    0.6
    """
    return ratio(counts.tp, counts.tp + counts.fp + counts.fn)


@formula
def precision(counts: CountArrays) -> np.ndarray:
    """Share of the predicted pixels that are right; NaN where nothing was predicted."""
    return ratio(counts.tp, counts.tp + counts.fp)


@formula
def recall(counts: CountArrays) -> np.ndarray:
    """Share of the reference's pixels that were found; NaN where there was nothing to find."""
    return ratio(counts.tp, counts.tp + counts.fn)


@formula
def accuracy(counts: CountArrays) -> np.ndarray:
    """Share of all pixels on which both masks agree whether they have the label.

    Near 1 for every small label, since most pixels are background in both: never read it alone.
    """
    return ratio(counts.tp + counts.tn, counts.tp + counts.fp + counts.fn + counts.tn)


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, arrays of one shape; NaN where the whole is 0."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)


def dice_by_label(
    reference: np.ndarray, prediction: np.ndarray, labels: Sequence[Label] = FOREGROUND
) -> dict[Label, float]:
    """Return the Dice of each label between two masks of one shape; NaN where neither has the label."""
    confusion = count(reference, prediction)
    return {label: dice(counts_of(confusion, label)) for label in labels}
