"""Bland-Altman agreement of two measurements of the same thing, such as an area, a volume or an EF."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LIMITS_SD = 1.96  # standard deviations: 95 % of differences, were they normal


@dataclass(frozen=True, eq=False)
class Agreement:
    """Bias and limits of agreement, in the unit of the measurements, with the points to plot."""

    means: np.ndarray  # (n,) of both measurements
    differences: np.ndarray  # (n,) measured - reference
    bias: float
    sd: float  # of the differences, with n - 1; NaN below 2 pairs
    lower: float
    upper: float

    @property
    def n(self) -> int:
        """Pairs in which both measurements exist."""
        return len(self.differences)


def bland_altman(measured: Sequence[float], reference: Sequence[float]) -> Agreement:
    """Return the agreement of measurements with their reference, over the pairs in which both exist.

    Source: Bland and Altman, Statistical methods for assessing agreement, Lancet 1986.

    >>> found = bland_altman([11.0, 12.0, 13.0], [10.0, 10.0, 10.0])
    >>> found.bias, found.sd, round(found.upper, 2)
    (2.0, 1.0, 3.96)
    """
    if len(measured) != len(reference):
        raise ValueError(f"measurements must be pairs, got {len(measured)} and {len(reference)}")
    ours, theirs = np.asarray(measured, float), np.asarray(reference, float)
    both = ~(np.isnan(ours) | np.isnan(theirs))
    ours, theirs = ours[both], theirs[both]
    differences = ours - theirs
    bias = float(differences.mean()) if len(differences) else math.nan
    sd = float(differences.std(ddof=1)) if len(differences) > 1 else math.nan
    return Agreement((ours + theirs) / 2, differences, bias, sd, bias - LIMITS_SD * sd, bias + LIMITS_SD * sd)
