"""Means that say over how many: scores that do not exist are left out, never counted as 0 or 1."""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95  # of every interval, unless another is named
N_RESAMPLES = 5000  # the ends of a 95 % interval then move by about 2 % of its width from seed to seed
MOST_DRAWS = 4_000_000  # indices held at once; more are drawn in turns


@dataclass(frozen=True)
class Mean:
    """A mean and how many scores it is over; NaN over 0."""

    value: float
    n: int


@dataclass(frozen=True)
class Interval:
    """A mean with its bootstrap interval; the ends are NaN where there are fewer than 2 scores."""

    mean: float
    low: float
    high: float
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
    found: dict[Hashable, list[float]] = {}
    for score, group in zip(scores, groups, strict=True):
        found.setdefault(group, []).append(score)
    return mean_of_present(mean_of_present(members).value for members in found.values())


def mean_of_means(means: Sequence[Mean]) -> Mean:
    """Mean of means, each weighing the same whatever its n; its n is the sum of theirs."""
    return Mean(mean_of_present(mean.value for mean in means).value, sum(mean.n for mean in means))


def bootstrap_mean(
    scores: Sequence[float],
    groups: Sequence[Hashable] | None = None,
    *,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Mean with its percentile bootstrap interval; NaN scores are left out first.

    Args:
        scores: one for each slice (or patient).
        groups: of the same length, such as each slice's patient: whole groups are then drawn, because slices
            of one heart resemble each other and an interval over slices alone would be too narrow.
        level: share of resampled means inside the interval.
        n_resamples: how often is drawn.
        seed: of the draws.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    values = np.asarray(scores, float)
    values = values[~np.isnan(values)]
    mean = float(values.mean()) if len(values) else math.nan
    means = resampled_means(scores, groups, n_resamples=n_resamples, seed=seed)
    if not len(means):
        return Interval(mean, math.nan, math.nan, len(values))
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high), len(values))


def resampled_means(
    scores: Sequence[float],
    groups: Sequence[Hashable] | None = None,
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> np.ndarray:
    """(n_resamples,) means over as many groups as there are, drawn with replacement; empty below 2 groups.

    Arguments are those of `bootstrap_mean`.
    """
    if groups is not None and len(groups) != len(scores):
        raise ValueError(f"groups must name one for each of {len(scores)} scores, got {len(groups)}")
    values = np.asarray(scores, float)
    present = ~np.isnan(values)
    values = values[present]
    if groups is None:
        sums, sizes = values, np.ones(len(values))
    else:
        kept = [group for group, is_present in zip(groups, present, strict=True) if is_present]
        numbers = {group: number for number, group in enumerate(dict.fromkeys(kept))}
        members = np.array([numbers[group] for group in kept], np.intp)
        sums = np.bincount(members, weights=values, minlength=len(numbers))
        sizes = np.bincount(members, minlength=len(numbers)).astype(float)
    if len(sums) < 2:
        return np.empty(0)
    return _resampled_means(sums, sizes, n_resamples, np.random.default_rng(seed))


def bootstrap_mean_of_means(
    columns: np.ndarray,
    groups: Sequence[Hashable],
    *,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Mean of the columns' means, each weighing the same, with its interval; n slices have any score.

    Args:
        columns: (slices, labels) scores; NaN where there is none.
        groups: each slice's patient; whole patients are drawn, with all labels together.
        level: share of resampled means inside the interval.
        n_resamples: how often is drawn.
        seed: of the draws.
    """
    if len(groups) != len(columns):
        raise ValueError(f"groups must name one for each of {len(columns)} slices, got {len(groups)}")
    present = ~np.isnan(columns)
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    members = np.array([numbers[group] for group in groups], np.intp)
    sums, sizes = np.zeros((2, len(numbers), columns.shape[1]))
    np.add.at(sums, members, np.where(present, columns, 0))
    np.add.at(sizes, members, present)
    mean = mean_of_present((sums.sum(axis=0) / np.maximum(sizes.sum(axis=0), 1))[present.any(axis=0)]).value
    n = int(present.any(axis=1).sum())
    if (sizes.sum(axis=1) > 0).sum() < 2:
        return Interval(mean, math.nan, math.nan, n)
    generator = np.random.default_rng(seed)
    at_once = max(1, MOST_DRAWS // sums.size)
    parts = []
    for start in range(0, n_resamples, at_once):
        drawn = generator.integers(len(sums), size=(min(at_once, n_resamples - start), len(sums)))
        total, size = sums[drawn].sum(axis=1), sizes[drawn].sum(axis=1)
        means = np.divide(total, size, out=np.full(total.shape, np.nan), where=size > 0)
        parts.append(np.nanmean(means[~np.isnan(means).all(axis=1)], axis=1))
    low, high = np.quantile(np.concatenate(parts), [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high), n)


def _resampled_means(
    sums: np.ndarray, sizes: np.ndarray, n_resamples: int, generator: np.random.Generator
) -> np.ndarray:
    """(n_resamples,) means, each over as many groups as there are, drawn with replacement."""
    at_once = max(1, MOST_DRAWS // len(sums))
    parts = []
    for start in range(0, n_resamples, at_once):
        drawn = generator.integers(len(sums), size=(min(at_once, n_resamples - start), len(sums)))
        parts.append(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
    return np.concatenate(parts)
