"""Means with percentile bootstrap intervals: whole groups, such as patients, are drawn with replacement.

Slices of one heart resemble each other, so an interval over slices alone would be too narrow. All randomness
comes from the seed: the same scores and seed give the same interval. Of very many groups, several chosen at
random are drawn as one: that takes no longer than few groups do, and the interval stays as wide.

Sources: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13; for seeds and patients at
once Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1(2), 2007; for groups drawn as one Wolter,
Introduction to Variance Estimation, 2007, chapter 2 (random groups).
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from core.metrics.statistics.means import mean_of_present

LEVEL = 0.95  # of every interval, unless another is named
N_RESAMPLES = 5000  # the ends of a 95 % interval then move by about 2 % of its width from seed to seed
MAX_DRAWS = 4_000_000  # numbers held at once; more are drawn in turns
MAX_GROUPS = 1000  # drawn one by one; the width then moves by 1 / sqrt(2000), as little as from seed to seed


@dataclass(frozen=True)
class Interval:
    """A mean with its bootstrap interval; the ends are NaN where there are fewer than 2 scores or groups."""

    mean: float
    low: float
    high: float
    n: int


def bootstrap_mean(
    scores: Sequence[float],
    groups: Sequence[Hashable] | None = None,
    *,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Return the mean of the scores with its interval; NaN scores are left out first.

    Args:
        scores: (n,) one for each slice (or patient).
        groups: (n,) each slice's patient, to draw whole patients; None draws slices.
        level: share of resampled means inside the interval.
        n_resamples: how often is drawn.
        seed: of the draws.
    """
    values = np.asarray(scores, float)
    values = values[~np.isnan(values)]
    mean = float(values.mean()) if len(values) else math.nan
    means = resampled_means(scores, groups, n_resamples=n_resamples, seed=seed)
    return Interval(mean, *percentile_interval(means, level), len(values))


def resampled_means(
    scores: Sequence[float],
    groups: Sequence[Hashable] | None = None,
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> np.ndarray:
    """Return (n_resamples,) means of redrawn scores; empty where fewer than 2 groups have a score.

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
        sums, sizes = _sums_by_group(values, kept)
    if len(sums) < 2:
        return np.empty(0)
    total, size = _redrawn(sums, sizes, n_resamples, seed)
    return total / size


def bootstrap_mean_of_means(
    columns: np.ndarray,
    groups: Sequence[Hashable],
    *,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Return the mean of the labels' means, each weighing the same, with its interval; n slices have a score.

    Args:
        columns: (slices, labels) scores; NaN where there is none.
        groups: (slices,) each slice's patient; whole patients are drawn, with all labels together.
        level: share of resampled means inside the interval.
        n_resamples: how often is drawn.
        seed: of the draws.
    """
    if len(groups) != len(columns):
        raise ValueError(f"groups must name one for each of {len(columns)} slices, got {len(groups)}")
    present = ~np.isnan(columns)
    n = int(present.any(axis=1).sum())
    of_columns = [mean_of_present(column.tolist()).value for column in columns.T]
    means = resampled_column_means(columns, groups, n_resamples=n_resamples, seed=seed)
    means = np.nanmean(means[~np.isnan(means).all(axis=1)], axis=1)
    return Interval(mean_of_present(of_columns).value, *percentile_interval(means, level), n)


def resampled_column_means(
    columns: np.ndarray, groups: Sequence[Hashable], *, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> np.ndarray:
    """Return (n_resamples, columns) means of redrawn scores; empty where fewer than 2 groups have a score.

    All columns of (slices, columns) are drawn together; one of which a draw has no score is NaN in it.
    """
    sums, sizes = _sums_by_group(columns, groups)
    if (sizes.sum(axis=1) > 0).sum() < 2:
        return np.empty((0, columns.shape[1]))
    total, size = _redrawn(sums, sizes, n_resamples, seed)
    return np.divide(total, size, out=np.full(total.shape, np.nan), where=size > 0)


def crossed_mean(
    scores: np.ndarray,
    groups: Sequence[Hashable],
    *,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Return the mean over several trainings, with its interval over both their seeds and the patients.

    A training with another seed would have scored all slices a little otherwise, and other patients would
    have been easier or harder for all trainings; an interval over one of the two alone is too narrow. With a
    single seed only the patients are drawn.

    Args:
        scores: (seeds, slices); NaN where there is none. Differences of two settings are scores as well.
        groups: (slices,) each slice's patient; whole patients are drawn.
        level: share of resampled means inside the interval.
        n_resamples: how often is drawn.
        seed: of the draws.
    """
    if scores.ndim != 2 or scores.shape[1] != len(groups):
        raise ValueError(f"scores must be (seeds, {len(groups)} slices), got shape {scores.shape}")
    n = int((~np.isnan(scores)).any(axis=0).sum())
    sums, sizes = (np.ascontiguousarray(table.T) for table in _sums_by_group(scores.T, groups))
    if not sizes.sum():
        return Interval(math.nan, math.nan, math.nan, 0)
    mean = float(sums.sum() / sizes.sum())
    if (sizes.sum(axis=0) > 0).sum() < 2:
        return Interval(mean, math.nan, math.nan, n)
    generator = np.random.default_rng(seed)
    of_seeds, of_groups = (_times_drawn(generator, count, n_resamples) for count in sums.shape)
    total = np.einsum("rs,sg,rg->r", of_seeds, sums, of_groups)
    size = np.einsum("rs,sg,rg->r", of_seeds, sizes, of_groups)
    return Interval(mean, *percentile_interval(total[size > 0] / size[size > 0], level), n)


def percentile_interval(draws: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """Return the (low, high) ends between which this share of the draws (n,) lies; NaN of no draws."""
    if not len(draws):
        return math.nan, math.nan
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _sums_by_group(values: np.ndarray, groups: Sequence[Hashable]) -> tuple[np.ndarray, np.ndarray]:
    """Sums and numbers of the values (n, ...) that exist, (groups, ...) in the order of first appearance."""
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    members = np.array([numbers[group] for group in groups], np.intp)
    present = ~np.isnan(values)
    sums, sizes = np.zeros((2, len(numbers), *values.shape[1:]))
    np.add.at(sums, members, np.where(present, values, 0))
    np.add.at(sizes, members, present)
    return sums, sizes


def _redrawn(
    sums: np.ndarray, sizes: np.ndarray, n_resamples: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """(n_resamples, ...) sums and sizes, each over as many groups as there are, drawn with replacement."""
    generator = np.random.default_rng(seed)
    if len(sums) > MAX_GROUPS:
        order = generator.permutation(len(sums))
        starts = np.linspace(0, len(sums), MAX_GROUPS, endpoint=False).astype(np.intp)
        sums, sizes = (np.add.reduceat(table[order], starts) for table in (sums, sizes))
    at_once = max(1, MAX_DRAWS // sums.size)
    total, size = [], []
    for start in range(0, n_resamples, at_once):
        drawn = generator.integers(len(sums), size=(min(at_once, n_resamples - start), len(sums)))
        total.append(sums[drawn].sum(axis=1))
        size.append(sizes[drawn].sum(axis=1))
    return np.concatenate(total), np.concatenate(size)


def _times_drawn(generator: np.random.Generator, n: int, n_resamples: int) -> np.ndarray:
    """(n_resamples, n): how often each of n was drawn when n were drawn with replacement."""
    return generator.multinomial(n, np.full(n, 1 / n), size=n_resamples).astype(float)
