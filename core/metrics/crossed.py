"""Means over several trainings of the same slices, with intervals over both the seeds and the patients."""

from collections.abc import Hashable, Sequence

import numpy as np

from core.metrics.summary import LEVEL, N_RESAMPLES, Interval


def crossed_mean(
    scores: np.ndarray,
    groups: Sequence[Hashable],
    *,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Mean with its percentile bootstrap interval, drawing seeds and patients anew at once.

    A training with another seed would have scored all slices a little otherwise, and other patients would
    have been easier or harder for all trainings; an interval over one of the two alone is too narrow. With a
    single seed only the patients are drawn.

    Args:
        scores: (seeds, slices); NaN where there is none. Differences of two settings are scores as well.
        groups: each slice's patient; whole patients are drawn.
        level: share of resampled means inside the interval.
        n_resamples: how often is drawn.
        seed: of the draws.

    Source: Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1(2), 2007.
    """
    if scores.ndim != 2 or scores.shape[1] != len(groups):
        raise ValueError(f"scores must be (seeds, {len(groups)} slices), got shape {scores.shape}")
    n_seeds = len(scores)
    known = ~np.isnan(scores)
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    members = np.array([numbers[group] for group in groups], np.intp)
    sums, sizes = np.zeros((2, n_seeds, len(numbers)))
    for row in range(n_seeds):
        sums[row] = np.bincount(members, np.where(known[row], scores[row], 0), len(numbers))
        sizes[row] = np.bincount(members, known[row], len(numbers))
    n = int(known.any(axis=0).sum())
    if not sizes.sum():
        return Interval(np.nan, np.nan, np.nan, 0)
    mean = float(sums.sum() / sizes.sum())
    if (sizes.sum(axis=0) > 0).sum() < 2:
        return Interval(mean, np.nan, np.nan, n)
    generator = np.random.default_rng(seed)
    of_seeds = _times_drawn(generator, n_seeds, n_resamples)
    of_groups = _times_drawn(generator, len(numbers), n_resamples)
    total = np.einsum("rs,sg,rg->r", of_seeds, sums, of_groups)
    size = np.einsum("rs,sg,rg->r", of_seeds, sizes, of_groups)
    means = total[size > 0] / size[size > 0]
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high), n)


def _times_drawn(generator: np.random.Generator, n: int, n_resamples: int) -> np.ndarray:
    """(n_resamples, n): how often each of n was drawn when n were drawn with replacement."""
    return generator.multinomial(n, np.full(n, 1 / n), size=n_resamples).astype(float)
