"""How the work goes: slices by status over time, the pace, and how much readers change the model's masks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isnan, nan
from statistics import median

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.counts import CountArrays
from core.metrics.overlap import dice
from core.metrics.statistics.bootstrap import Interval, bootstrap_mean
from core.metrics.statistics.comparison import Difference, difference_of_means
from core.metrics.statistics.means import mean_of_present, slice_means
from core.records.slices import Status
from core.store.database import open_store
from core.store.slices.activity import (
    ApprovedProposals,
    HourOfChanges,
    SavedCorrection,
    approved_proposals,
    changes_by_hour,
    saved_corrections,
)

HOURS_SHOWN = 96  # up to which the status is shown hour by hour, and day by day beyond
MAX_STEPS = 12  # of the trend
MIN_SECONDS_FOR_PACE = 60  # of active work
MIN_IN_STEP = 5  # slices of a step of the trend
MIN_FOR_TREND = 20  # slices from which two halves are compared


@dataclass(frozen=True)
class StatusMoment:
    """How many slices had each status at a moment."""

    at: datetime
    n_slices: Mapping[Status, int]


@dataclass(frozen=True)
class Day:
    """What readers saved on one day, in the time zone of this machine."""

    day: date
    n_corrections: int
    n_slices: int
    seconds: float  # of active work on a correction, median; NaN where nobody measured
    per_hour: float  # corrections in an hour of active work; NaN where nobody measured


@dataclass(frozen=True)
class TrendStep:
    """Some slices that were approved one after the other."""

    until: datetime  # approval of the last one
    n_slices: int
    dice: Mapping[Label, Interval]  # of the model's mask with the approved one


@dataclass(frozen=True)
class Activity:
    """Everything about the readers' work."""

    moments: tuple[StatusMoment, ...]
    days: tuple[Day, ...]
    n_corrections: int
    seconds: float  # of active work on a correction, median; NaN where nobody measured
    per_hour: float
    steps: tuple[TrendStep, ...]
    n_judged: int  # slices that a model proposed a mask for and a reader approved
    n_unchanged: int  # of them, approved as they were
    agreement: float  # Dice of the model's mask with the approved one, mean over labels and slices
    verdict: str  # whether readers change less than before, in a sentence


def activity() -> Activity:
    """Return what the store knows of the readers' work, as of one moment."""
    store = open_store()
    with store.snapshot():
        saved, judged, changes = saved_corrections(store), approved_proposals(store), changes_by_hour(store)
    heart = heart_dice(judged)
    wrong = judged.confusions.sum(axis=(1, 2)) - np.einsum("nll->n", judged.confusions)
    measured = [one for one in saved if one.seconds]
    return Activity(
        moments=moments(changes, datetime.now(UTC)),
        days=days(saved),
        n_corrections=len(saved),
        seconds=median([one.seconds or 0.0 for one in measured]) if measured else nan,
        per_hour=pace(measured),
        steps=steps(judged),
        n_judged=len(heart),
        n_unchanged=int((wrong == 0).sum()),
        agreement=mean_of_present(heart.tolist()).value,
        verdict=verdict(heart, judged.patients),
    )


def moments(changes: Sequence[HourOfChanges], now: datetime) -> tuple[StatusMoment, ...]:
    """Return how many slices had each status before and after every hour, or day, with a change, and now.

    A straight line joins them: an hour's changes are taken to come evenly, and none between such hours.
    """
    if not changes:
        return ()
    counts = dict.fromkeys(Status, 0)
    by_day = now - changes[0].hour > timedelta(hours=HOURS_SHOWN)
    length = timedelta(days=1) if by_day else timedelta(hours=1)
    by_moment: dict[datetime, dict[Status, int]] = {}
    for change in changes:
        start = change.hour.replace(hour=0) if by_day else change.hour
        by_moment.setdefault(start, dict(counts))
        if change.before:
            counts[change.before] -= change.n_slices
        counts[change.after] += change.n_slices
        by_moment[min(start + length, now)] = dict(counts)
    by_moment[now] = dict(counts)
    return tuple(StatusMoment(at, known) for at, known in sorted(by_moment.items()))


def days(saved: Sequence[SavedCorrection]) -> tuple[Day, ...]:
    """Return what was saved, day by day."""
    by_day: dict[date, list[SavedCorrection]] = {}
    for one in saved:
        by_day.setdefault(one.saved_at.astimezone().date(), []).append(one)
    summaries = []
    for day, group in sorted(by_day.items()):
        seconds = [one.seconds for one in group if one.seconds]
        summaries.append(
            Day(
                day=day,
                n_corrections=len(group),
                n_slices=len({one.slice_id for one in group}),
                seconds=median(seconds) if seconds else nan,
                per_hour=pace(group),
            )
        )
    return tuple(summaries)


def pace(saved: Sequence[SavedCorrection]) -> float:
    """Corrections in an hour of active work, over those whose time is known; NaN after too little of it."""
    seconds = [one.seconds for one in saved if one.seconds]  # a few of them say nothing about an hour
    return 3600 * len(seconds) / sum(seconds) if sum(seconds) >= MIN_SECONDS_FOR_PACE else nan


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
