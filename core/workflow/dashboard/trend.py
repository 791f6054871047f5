"""Whether readers change the model's masks less than before: agreement in the order of their approval."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isnan

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.counts import CountArrays
from core.metrics.overlap import dice
from core.metrics.statistics.bootstrap import Interval, bootstrap_mean
from core.metrics.statistics.comparison import Difference, difference_of_means
from core.metrics.statistics.means import mean_of_present, slice_means
from core.store.slices.activity import ApprovedProposals

MAX_STEPS = 12  # of the trend
MIN_IN_STEP = 5  # slices of a step of the trend
MIN_FOR_TREND = 20  # slices from which two halves are compared


@dataclass(frozen=True)
class TrendStep:
    """Some slices that were approved one after the other."""

    until: datetime  # approval of the last one
    n_slices: int
    dice: Mapping[Label, Interval]  # of the model's mask with the approved one


def heart_dice(judged: ApprovedProposals) -> np.ndarray:
    """Return (n,) mean Dice of the heart labels of each slice; NaN where neither mask has any."""
    return slice_means(dice(CountArrays.of(judged.confusions)))


def steps(judged: ApprovedProposals) -> tuple[TrendStep, ...]:
    """Return how the model's masks fared, in steps of equally many slices in the order of their approval."""
    n = min(MAX_STEPS, len(judged.slice_ids) // MIN_IN_STEP)
    if not n:
        return ()
    by_label = dice(CountArrays.of(judged.confusions))
    trend = []
    for part in np.array_split(np.arange(len(judged.slice_ids)), n):
        patients = judged.patients[part].tolist()
        trend.append(
            TrendStep(
                until=judged.approved_at[int(part[-1])],
                n_slices=len(part),
                dice={
                    label: bootstrap_mean(by_label[part, label].tolist(), patients) for label in FOREGROUND
                },
            )
        )
    return tuple(trend)


def verdict(heart: np.ndarray, patients: np.ndarray) -> str:
    """Return in a sentence whether readers change the model's masks less than before.

    Args:
        heart: (n,) Dice of the model's mask with the approved one, in the order of approval; cut into halves.
        patients: (n,) each slice's patient.
    """
    n = len(heart)
    if n < MIN_FOR_TREND:
        missing = MIN_FOR_TREND - n
        return f"Approve {missing} more of the model's masks to see whether it gets better."
    first, second = slice(0, n // 2), slice(n // 2, n)
    difference = difference_of_means(
        heart[second].tolist(), heart[first].tolist(), patients[second].tolist(), patients[first].tolist()
    )
    return _sentence(difference, mean_of_present(heart[first].tolist()).value, n // 2)


def _sentence(difference: Difference, before: float, n: int) -> str:
    between = f"[{difference.low:+.3f}, {difference.high:+.3f}]"
    halves = f"Dice {before:.3f} on the first {n:,} slices, {before + difference.mean:.3f} on those after"
    if isnan(difference.low):
        return f"Too few patients to say whether readers change less than before: {halves}."
    if not difference.shown:
        return f"No change shown in how much readers correct: {halves} {between}."
    return f"Readers change {'less' if difference.mean > 0 else 'more'} than before: {halves} {between}."
