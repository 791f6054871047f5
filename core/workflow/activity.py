"""How the work goes: slices by status over time, the pace, and how much readers change the model's masks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isnan, nan
from statistics import median

import numpy as np

from core.labels import FOREGROUND, Label
from core.metrics.columns import ScoreColumns
from core.metrics.comparison import Difference, difference_of_means
from core.metrics.summary import Interval, bootstrap_mean, mean_of_present
from core.records import Status
from core.store.activity import (
    HourOfChanges,
    Judgements,
    SavedCorrection,
    changes_by_hour,
    judgements,
    saved_corrections,
)
from core.store.database import open_store

HOURS_SHOWN = 96  # up to which the status is shown hour by hour, and day by day beyond
MOST_STEPS = 12  # of the trend
FEWEST_IN_STEP = 5  # slices of a step of the trend
FEWEST_FOR_TREND = 20  # slices from which two halves are compared


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
    """Gather it, with three queries of one moment."""
    store = open_store()
    with store.snapshot():
        saved, judged, changes = saved_corrections(store), judgements(store), changes_by_hour(store)
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
    """How many slices had each status after every hour, or day, in which something changed, and now."""
    if not changes:
        return ()
    counts = dict.fromkeys(Status, 0)
    by_day = now - changes[0].hour > timedelta(hours=HOURS_SHOWN)
    found: dict[datetime, dict[Status, int]] = {}
    for change in changes:
        if change.before:
            counts[change.before] -= change.n_slices
        counts[change.after] += change.n_slices
        end = change.hour + timedelta(hours=1)
        if by_day:
            end = change.hour.replace(hour=0) + timedelta(days=1)
        found[min(end, now)] = dict(counts)
    start = changes[0].hour.replace(hour=0) if by_day else changes[0].hour
    first = StatusMoment(start, dict.fromkeys(Status, 0))
    last = StatusMoment(now, dict(counts))
    between = [StatusMoment(at, known) for at, known in found.items() if at < now]
    return (first, *between, last)


def days(saved: Sequence[SavedCorrection]) -> tuple[Day, ...]:
    """What was saved, day by day."""
    by_day: dict[date, list[SavedCorrection]] = {}
    for one in saved:
        by_day.setdefault(one.saved_at.astimezone().date(), []).append(one)
    found = []
    for day, group in sorted(by_day.items()):
        seconds = [one.seconds for one in group if one.seconds]
        found.append(
            Day(
                day=day,
                n_corrections=len(group),
                n_slices=len({one.slice_id for one in group}),
                seconds=median(seconds) if seconds else nan,
                per_hour=pace(group),
            )
        )
    return tuple(found)


def pace(saved: Sequence[SavedCorrection]) -> float:
    """Corrections in an hour of active work, over those whose time is known; NaN without any."""
    seconds = [one.seconds for one in saved if one.seconds]
    return 3600 * len(seconds) / sum(seconds) if seconds else nan


def heart_dice(judged: Judgements) -> np.ndarray:
    """Mean Dice of the heart labels of each slice, (n,); NaN where neither mask has any."""
    dice = _dice(judged)[:, list(FOREGROUND)]
    return np.array([mean_of_present(row).value for row in dice.tolist()])


def steps(judged: Judgements) -> tuple[TrendStep, ...]:
    """How the model's masks fared, in steps of equally many slices in the order of their approval."""
    n = min(MOST_STEPS, len(judged.slice_ids) // FEWEST_IN_STEP)
    if not n:
        return ()
    dice = _dice(judged)
    found = []
    for part in np.array_split(np.arange(len(judged.slice_ids)), n):
        patients = judged.patients[part].tolist()
        found.append(
            TrendStep(
                until=judged.approved_at[int(part[-1])],
                n_slices=len(part),
                dice={label: bootstrap_mean(dice[part, label].tolist(), patients) for label in FOREGROUND},
            )
        )
    return tuple(found)


def verdict(heart: np.ndarray, patients: np.ndarray) -> str:
    """Whether readers change the model's masks less than before, by the two halves of what they approved."""
    n = len(heart)
    if n < FEWEST_FOR_TREND:
        missing = FEWEST_FOR_TREND - n
        return f"Approve {missing} more of the model's masks to see whether it gets better."
    first, second = slice(0, n // 2), slice(n // 2, n)
    found = difference_of_means(
        heart[second].tolist(), heart[first].tolist(), patients[second].tolist(), patients[first].tolist()
    )
    return _told(found, mean_of_present(heart[first].tolist()).value, n // 2)


def _told(found: Difference, before: float, n: int) -> str:
    halves = f"Dice {before:.3f} on the first {n:,} slices, {before + found.mean:.3f} on those after"
    if isnan(found.low):
        return f"Too few patients to say whether readers change less than before: {halves}."
    if not found.shown:
        return f"No change shown in how much readers correct: {halves} [{found.low:+.3f}, {found.high:+.3f}]."
    which = "less" if found.mean > 0 else "more"
    return f"Readers change {which} than before: {halves} [{found.low:+.3f}, {found.high:+.3f}]."


def _dice(judged: Judgements) -> np.ndarray:
    n = len(judged.slice_ids)
    return ScoreColumns(judged.confusions, np.full((n, 2, len(Label)), nan)).values("dice")
