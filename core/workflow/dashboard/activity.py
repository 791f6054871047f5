"""How the work goes: slices by status over time, the pace, and how much readers change the model's masks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import nan
from statistics import median

import numpy as np

from core.metrics.statistics.means import mean_of_present
from core.records.slices import Status
from core.store.database import open_store
from core.store.slices.activity import (
    HourOfChanges,
    SavedCorrection,
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
