"""What Home shows: what is in the store, which model predicts, what ran, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.jobs.queue import supervise
from core.records.models import ModelRow
from core.records.runs import ACTIVE, RunRow
from core.records.slices import OF_PATIENTS, Split, Status
from core.store.database import open_store
from core.store.models import models
from core.store.runs import runs
from core.store.slices.filters import Filter, Order
from core.store.slices.slice_counts import (
    count_by_split_and_status,
    count_corrected,
    count_patients_and_series,
    count_references,
)
from core.store.slices.slices import count_slices, list_slices
from core.workflow.dashboard.next_step import WAITING, Action, NextStep, Work, circle, next_step
from core.workflow.data.demo import demo_state
from core.workflow.models.registry import shipped_or_active


@dataclass(frozen=True)
class Overview:
    """Counts and rows for Home."""

    n_patients: int  # the demo's among them, as in the next two
    n_series: int
    n_slices: int
    by_status: Mapping[Status, int]  # every status, 0 where there is none
    by_split: Mapping[Split, int]
    n_references: int  # slices whose mask came along with the image: approved, though no reader did it
    model: ModelRow | None
    runs: tuple[RunRow, ...]  # newest first
    next_step: NextStep
    circle: Mapping[Action, str]  # how far each step is, in its order
    splits: tuple[Split, ...]  # whose slices the next step and the circle speak of; empty means all


def overview(n_runs: int = 5) -> Overview:
    """Return what Home shows."""
    store = open_store()
    supervise(store)
    counts = count_by_split_and_status(store)
    by_split = {split: sum(n for (s, _), n in counts.items() if s == split) for split in Split}
    only_demo = by_split[Split.DEMO] > 0 and not any(by_split[split] for split in OF_PATIENTS)
    splits = () if only_demo else OF_PATIENTS
    n_patients, n_series = count_patients_and_series(store)
    demo, model = demo_state(), shipped_or_active()
    n_apart = demo.n_patients if demo is not None and not demo.counts and not only_demo else 0
    newest = tuple(runs.list_runs(store, limit=n_runs))
    made, by_status = newest_model(), _by_status(counts, splits)
    work = Work(
        by_status=by_status,
        n_patients=n_patients - n_apart,
        n_corrected=count_corrected(store, made.created_at if made else None, Filter(splits=splits)),
        n_by_others=predicted_by_others(model, splits) if by_status[Status.NEW] else 0,
        model=model,
        candidate=made if made and model and made.id > model.id else None,
        at_work=next((run for run in newest if run.state in ACTIVE), None),
        only_demo=only_demo,
    )
    return Overview(
        n_patients=n_patients,
        n_series=n_series,
        n_slices=sum(counts.values()),
        by_status=_by_status(counts, ()),
        by_split=by_split,
        n_references=count_references(store),
        model=model,
        runs=newest,
        next_step=next_step(work),
        circle=circle(work),
        splits=splits,
    )


def _by_status(counts: Mapping[tuple[Split, Status], int], splits: tuple[Split, ...]) -> dict[Status, int]:
    wanted = {key: n for key, n in counts.items() if not splits or key[0] in splits}
    return {status: sum(n for (_, s), n in wanted.items() if s == status) for status in Status}


def newest_model() -> ModelRow | None:
    """Return the model that came last; None where there is none."""
    return max(models.list_models(open_store()), key=lambda row: row.id, default=None)


def predicted_by_others(model: ModelRow | None, splits: tuple[Split, ...] = ()) -> int:
    """Return how many slices wait for review that the active model would predict, too."""
    if model is None:
        return 0
    chosen = Filter((Status.PREDICTED,), splits=splits, unpredicted_by=model.id)
    return count_slices(open_store(), chosen)


def slice_to_review(splits: tuple[Split, ...] = ()) -> int | None:
    """Return the id of the first slice of the worklist that has a mask; None where nothing waits."""
    waiting = list_slices(open_store(), Filter(WAITING, splits=splits), Order.HEART, limit=1)
    return waiting[0].id if waiting else None
