"""Agreement of two ways to measure the same thing in many hearts, with intervals over patients."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from core.metrics.statistics.bland_altman import LIMITS_SD, bland_altman
from core.metrics.statistics.bootstrap import (
    N_RESAMPLES,
    Interval,
    bootstrap_mean,
    percentile_interval,
    resampled_means,
)

MIN_FOR_LIMITS = 5  # of what is measured; limits of fewer are wider or narrower than they say by half


@dataclass(frozen=True)
class MeasureAgreement:
    """Bias, limits of agreement and mean absolute error of n pairs, in the unit of what was measured."""

    n: int
    bias: Interval  # mean of one minus the other
    mae: Interval  # mean of the differences without their sign
    lower: Interval  # limit of agreement, bias - 1.96 standard deviations; NaN of fewer than MIN_FOR_LIMITS
    upper: Interval


def agreement_of(
    measured: Sequence[float],
    reference: Sequence[float],
    groups: Sequence[Hashable],
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> MeasureAgreement:
    """Return how far measurements agree with their reference, over the pairs in which both exist.

    Source: Bland and Altman, Lancet 1986; whole patients are drawn for intervals, see `bootstrap`.

    Args:
        measured: (n,) NaN where there is none.
        reference: (n,) the same.
        groups: (n,) whose patient each is.
        n_resamples: how often is drawn.
        seed: of the draws.
    """
    found = bland_altman(measured, reference)
    differences = np.asarray(measured, float) - np.asarray(reference, float)
    bias = bootstrap_mean(differences.tolist(), groups, n_resamples=n_resamples, seed=seed)
    mae = bootstrap_mean(np.abs(differences).tolist(), groups, n_resamples=n_resamples, seed=seed)
    if found.n < MIN_FOR_LIMITS:
        nothing = Interval(math.nan, math.nan, math.nan, found.n)
        return MeasureAgreement(found.n, bias, mae, nothing, nothing)
    means = resampled_means(differences.tolist(), groups, n_resamples=n_resamples, seed=seed)
    squares = resampled_means((differences**2).tolist(), groups, n_resamples=n_resamples, seed=seed)
    spread = LIMITS_SD * np.sqrt(np.maximum(squares - means**2, 0) * found.n / (found.n - 1))
    return MeasureAgreement(
        found.n,
        bias,
        mae,
        Interval(found.lower, *percentile_interval(means - spread), found.n),
        Interval(found.upper, *percentile_interval(means + spread), found.n),
    )
