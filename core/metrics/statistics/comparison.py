"""Two models on the same slices: paired differences with bootstrap intervals, and what they show in words."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

import numpy as np

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.metrics.statistics.bootstrap import (
    LEVEL,
    N_RESAMPLES,
    percentile_interval,
    resampled_column_means,
    resampled_means,
)
from core.metrics.statistics.means import mean_of_present

# Of fewer patients a percentile interval is narrower than it says: with five, an equal model passes in 8 of
# 100, with ten in 4 (docs/metrics.md). So there is none of fewer.
MIN_PATIENTS = 10


@dataclass(frozen=True)
class Difference:
    """Mean of the candidate minus that of the baseline; the ends are NaN of too few patients."""

    mean: float
    low: float
    high: float
    n: int  # slices that either has the score of
    one_sided: int  # of them those where only one of the two has it

    @property
    def shown(self) -> bool:
        """Whether the interval leaves 0 out; never where there is none."""
        return self.low > 0 or self.high < 0

    def shown_in(self, digits: int) -> bool:
        """Whether it is shown and also leaves 0 out as it is printed, with so many digits after the point."""
        return self.shown and min(abs(round(self.low, digits)), abs(round(self.high, digits))) > 0


def paired_difference(
    candidate: np.ndarray, baseline: np.ndarray, patients: Sequence[Hashable]
) -> Difference:
    """Return by how much the mean of one exceeds that of the other on the same slices.

    Each mean is over the slices that have the score, so a label that only one of the two invents counts
    against it; the difference is that of the two means, as they stand beside it. Whole patients are drawn
    for both together, so that hard slices do not hide a small but steady gain.

    Args:
        candidate: (slices,) or (slices, labels) scores, NaN where there is none; labels weigh the same.
        baseline: scores of the other model on the same slices, in the same order.
        patients: (slices,) each slice's; there is no interval of fewer than MIN_PATIENTS.
    """
    if len(candidate) != len(baseline):
        raise ValueError(f"scores must be of the same slices, got {len(candidate)} and {len(baseline)}")
    ours, theirs = (np.asarray(scores, float).reshape(len(scores), -1) for scores in (candidate, baseline))
    has, had = ~np.isnan(ours), ~np.isnan(theirs)
    either = (has | had).any(axis=1)
    mean = mean_of_present(
        mean_of_present(one.tolist()).value - mean_of_present(other.tolist()).value
        for one, other in zip(ours.T, theirs.T, strict=True)
    ).value
    counted = int(np.count_nonzero(either)), int((has != had).any(axis=1).sum())
    if n_groups(patients, either) < MIN_PATIENTS:
        return Difference(mean, nan, nan, *counted)
    drawn = resampled_column_means(np.hstack([ours, theirs]), patients)
    gaps = drawn[:, : ours.shape[1]] - drawn[:, ours.shape[1] :]
    gaps = np.nanmean(gaps[~np.isnan(gaps).all(axis=1)], axis=1)
    return Difference(mean, *percentile_interval(gaps), *counted)


def n_groups(groups: Sequence[Hashable], present: np.ndarray) -> int:
    """Return how many groups (slices,) have a slice that is present (slices,) bool."""
    return len({group for group, is_present in zip(groups, present, strict=True) if is_present})


def difference_of_means(
    after: Sequence[float],
    before: Sequence[float],
    after_groups: Sequence[Hashable],
    before_groups: Sequence[Hashable],
    *,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Difference:
    """Return the mean of (after) minus that of (before) on different slices, each resampled by itself.

    Far less sharp than `paired_difference`, and the only way where no slice is in both.

    Args:
        after: scores; NaN where there is none.
        before: scores of other slices.
        after_groups: each slice's patient; whole patients are resampled.
        before_groups: the same of the slices before.
    """
    later, earlier = mean_of_present(after), mean_of_present(before)
    drawn = [
        resampled_means(scores, groups, n_resamples=n_resamples, seed=seed + number)
        for number, (scores, groups) in enumerate(((after, after_groups), (before, before_groups)))
    ]
    low, high = nan, nan
    if all(map(len, drawn)):
        low, high = percentile_interval(drawn[0] - drawn[1], level)
    n = min(later.n, earlier.n)
    return Difference(later.value - earlier.value, low, high, n, 0)


def in_words(
    differences: Mapping[Label | None, Difference],
    *,
    higher_is_better: bool = True,
    unit: str = "",
    digits: int = 3,
) -> str:
    """Return what the differences show, in a phrase over the labels in their order, then the heart (None).

    >>> rv, lv = Difference(0.021, 0.008, 0.034, 80, 0), Difference(0.001, -0.004, 0.006, 80, 0)
    >>> in_words({Label.RIGHT_VENTRICLE: rv, Label.LEFT_VENTRICLE: lv})
    'better on RV by 0.021 [0.008, 0.034]; no difference shown on LV'
    """
    shown, not_shown, too_few = [], [], []
    for label in (*FOREGROUND, Label.BACKGROUND, None):
        if label not in differences:
            continue
        difference, name = differences[label], "the heart" if label is None else SHORT_NAMES[label]
        if isnan(difference.low):
            too_few.append(name)
        elif difference.shown_in(digits):
            better = (difference.mean > 0) == higher_is_better
            # "Worse by" carries the direction, so the numbers are sizes: turned where the mean is negative.
            sign = 1 if difference.mean > 0 else -1
            low, high = sorted((sign * difference.low, sign * difference.high))
            shown.append(
                f"{'better' if better else 'worse'} on {name} by {sign * difference.mean:.{digits}f}"
                f"{' ' + unit if unit else ''} [{low:.{digits}f}, {high:.{digits}f}]"
            )
        else:
            not_shown.append(name)
    parts = list(shown)
    if not_shown:
        parts.append(f"no difference shown on {_listed(not_shown)}")
    if too_few:
        parts.append(f"too few patients to tell on {_listed(too_few)}")
    return "; ".join(parts) or "nothing to compare"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
