"""How the work goes: slices by status over time, the pace, and how much readers change the model's masks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import nan

import numpy as np

from core.metrics.statistics.means import mean_of_present
from core.records.slices import Status
from core.store.database import open_store
from core.store.slices.activity import (
    HourOfChanges,
    SavedCorrections,
    approved_proposals,
    changes_by_hour,
    saved_corrections,
)
from core.workflow.dashboard.trend import TrendStep, heart_dice, steps, verdict
from core.workflow.kept_figures import masks_stamp

HOURS_SHOWN = 96  # up to which the status is shown hour by hour, and day by day beyond
MIN_SECONDS_FOR_PACE = 60  # of active work


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


def stamp() -> str:
    """Return a text that changes whenever what `activity` reads may have, and every hour; cheap."""
    return f"{masks_stamp()} {datetime.now(UTC):%Y-%m-%d %H}"


def activity() -> Activity:
    """Return what the store knows of the readers' work, as of one moment."""
    store = open_store()
    with store.snapshot():
        saved, judged, changes = saved_corrections(store), approved_proposals(store), changes_by_hour(store)
    heart = heart_dice(judged)
    wrong = judged.confusions.sum(axis=(1, 2)) - np.einsum("nll->n", judged.confusions)
    return Activity(
        moments=moments(changes, datetime.now(UTC)),
        days=days(saved),
        n_corrections=len(saved.slice_ids),
        seconds=median_seconds(saved.seconds),
        per_hour=pace(saved.seconds),
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


def days(saved: SavedCorrections) -> tuple[Day, ...]:
    """Return what was saved, day by day."""
    dates = np.array([moment.astimezone().date() for moment in saved.saved_at], "datetime64[D]")
    known, member, n = np.unique(dates, return_inverse=True, return_counts=True)
    order = np.argsort(member, kind="stable")
    parts = [order[end - size : end] for end, size in zip(np.cumsum(n), n, strict=True)]
    return tuple(
        Day(
            day=day,
            n_corrections=len(part),
            n_slices=len(np.unique(saved.slice_ids[part])),
            seconds=median_seconds(saved.seconds[part]),
            per_hour=pace(saved.seconds[part]),
        )
        for day, part in zip(known.tolist(), parts, strict=True)
    )


def median_seconds(seconds: np.ndarray) -> float:
    """Return the median of (n,) times of active work; NaN where none was measured."""
    measured = seconds[seconds > 0]
    return float(np.median(measured)) if len(measured) else nan


def pace(seconds: np.ndarray) -> float:
    """Corrections in an hour of active work, over those whose time is known; NaN after too little of it."""
    measured = seconds[seconds > 0]  # a few of them say nothing about an hour
    total = float(measured.sum())
    return 3600 * len(measured) / total if total >= MIN_SECONDS_FOR_PACE else nan
