"""Two models on the same slices: paired differences with bootstrap intervals, and what they show in words."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

import numpy as np

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.metrics.summary import (
    LEVEL,
    N_RESAMPLES,
    bootstrap_mean,
    mean_of_present,
    resampled_means,
)


@dataclass(frozen=True)
class Difference:
    """Mean of (candidate - baseline) over the slices where both have the score."""

    mean: float
    low: float
    high: float
    n: int  # pairs
    left_out: int  # slices where only one of the two has the score; not in the mean

    @property
    def shown(self) -> bool:
        """Whether the interval leaves 0 out; never with fewer than 2 pairs."""
        return self.low > 0 or self.high < 0


def paired_difference(
    candidate: Sequence[float],
    baseline: Sequence[float],
    groups: Sequence[Hashable] | None = None,
    *,
    level: float = LEVEL,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Difference:
    """Compare slice by slice, so that hard slices do not hide a small but steady gain.

    Args:
        candidate: scores, one for each slice; NaN where there is none.
        baseline: scores of the other model on the same slices, in the same order.
        groups: each slice's patient, where whole patients are to be resampled.
    """
    if len(candidate) != len(baseline):
        raise ValueError(f"scores must be of the same slices, got {len(candidate)} and {len(baseline)}")
    differences = [ours - theirs for ours, theirs in zip(candidate, baseline, strict=True)]
    one_only = sum(isnan(ours) != isnan(theirs) for ours, theirs in zip(candidate, baseline, strict=True))
    found = bootstrap_mean(differences, groups, level=level, n_resamples=n_resamples, seed=seed)
    return Difference(found.mean, found.low, found.high, found.n, one_only)


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
    """Mean of (after) minus mean of (before) on different slices, each resampled by itself.

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
    low = high = nan
    if all(map(len, drawn)):
        low, high = np.quantile(drawn[0] - drawn[1], [(1 - level) / 2, (1 + level) / 2]).tolist()
    n = min(later.n, earlier.n)
    return Difference(later.value - earlier.value, low, high, n, 0)


def in_words(
    differences: Mapping[Label, Difference], *, higher_is_better: bool = True, unit: str = "", digits: int = 3
) -> str:
    """One plain sentence over the labels, in their fixed order.

    >>> rv, lv = Difference(0.021, 0.008, 0.034, 80, 0), Difference(0.001, -0.004, 0.006, 80, 0)
    >>> in_words({Label.RIGHT_VENTRICLE: rv, Label.LEFT_VENTRICLE: lv})
    'better on RV by 0.021 [0.008, 0.034]; no difference shown on LV'
    """
    shown, not_shown, too_few = [], [], []
    for label in (*FOREGROUND, Label.BACKGROUND):
        if label not in differences:
            continue
        difference, name = differences[label], SHORT_NAMES[label]
        if isnan(difference.low):
            too_few.append(name)
        elif difference.shown:
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
        parts.append(f"too few slices to compare {_listed(too_few)}")
    return "; ".join(parts) or "nothing to compare"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
