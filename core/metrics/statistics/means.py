"""Means that say over how many: scores that do not exist are left out, never counted as 0 or 1."""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.labels import FOREGROUND, Label


@dataclass(frozen=True)
class Mean:
    """A mean and how many scores it is over; NaN over 0."""

    value: float
    n: int


def mean_of_present(scores: Iterable[float]) -> Mean:
    """Mean over the scores that exist.

    >>> mean_of_present([0.5, float("nan"), 1.0])
    Mean(value=0.75, n=2)
    """
    present = [score for score in scores if not math.isnan(score)]
    return Mean(math.fsum(present) / len(present) if present else math.nan, len(present))


def mean_per_group(scores: Iterable[float], groups: Iterable[Hashable]) -> Mean:
    """Mean over groups of the mean within each: a patient counts once, however many slices there are.

    >>> mean_per_group([1.0, 0.0, 0.0], ["a", "a", "b"])
    Mean(value=0.25, n=2)
    """
    by_group: dict[Hashable, list[float]] = {}
    for score, group in zip(scores, groups, strict=True):
        by_group.setdefault(group, []).append(score)
    return mean_of_present(mean_of_present(members).value for members in by_group.values())


def mean_of_means(means: Sequence[Mean]) -> Mean:
    """Mean of means, each weighing the same whatever its n; its n is the sum of theirs."""
    return Mean(mean_of_present(mean.value for mean in means).value, sum(mean.n for mean in means))


def label_means(values: np.ndarray) -> dict[Label, Mean]:
    """Return the mean of each heart label over the slices that have its score, from values (slices, 4)."""
    return {label: mean_of_present(values[:, label].tolist()) for label in FOREGROUND}


def slice_means(values: np.ndarray) -> np.ndarray:
    """Return (slices,) means over the heart labels that have a score, from values (slices, 4); else NaN.

    >>> slice_means(np.array([[1.0, 0.5, float("nan"), 0.7], [1.0, *[float("nan")] * 3]])).tolist()
    [0.6, nan]
    """
    heart = values[:, list(FOREGROUND)]
    present = np.isfinite(heart)
    n = present.sum(axis=1)
    total = np.where(present, heart, 0).sum(axis=1)
    return np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
