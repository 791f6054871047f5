"""What Home shows: what is in the store, which model predicts, what ran, and what to do next."""

from dataclasses import dataclass
from enum import StrEnum

from core.records import ModelRow, Origin, RunKind, RunRow, RunState, Split, Status
from core.store import runs
from core.store.database import open_store
from core.store.slices import (
    Filter,
    Order,
    count_by,
    count_places,
    count_shown,
    count_slices,
    list_slices,
)
from core.workflow.models import shipped_or_active
from core.workflow.running import look_after
from core.workflow.words import counted

ENOUGH_TO_LEARN = 20  # readers' masks from which a training is worth proposing
WAITING = (Status.PREDICTED, Status.IN_PROGRESS)  # for somebody's approval


class Action(StrEnum):
    """What can be done next."""

    IMPORT = "import"
    PREDICT = "predict"
    REVIEW = "review"
    TRAIN = "train"


@dataclass(frozen=True)
class NextStep:
    """What to do now, in a sentence, and what does it."""

    text: str
    action: Action


@dataclass(frozen=True)
class Overview:
    """Counts and rows for Home."""

    n_patients: int
    n_series: int
    n_slices: int
    by_status: dict[Status, int]  # every status, 0 where there is none
    by_split: dict[Split, int]
    by_origin: dict[Origin, int]  # of the mask that is shown
    n_without_mask: int
    model: ModelRow | None
    runs: tuple[RunRow, ...]  # newest first
    next_step: NextStep


def overview(n_runs: int = 5) -> Overview:
    """Gather what Home shows, with a handful of counting queries."""
    store = open_store()
    look_after(store)
    places = count_by(store)
    by_status = {status: sum(n for (_, s), n in places.items() if s == status) for status in Status}
    by_split = {split: sum(n for (s, _), n in places.items() if s == split) for split in Split}
    shown = count_shown(store)
    n_patients, n_series = count_places(store)
    model = shipped_or_active()
    newest = tuple(runs.list_runs(store, limit=n_runs))
    return Overview(
        n_patients=n_patients,
        n_series=n_series,
        n_slices=sum(by_status.values()),
        by_status=by_status,
        by_split=by_split,
        by_origin={origin: shown.get(origin, 0) for origin in Origin},
        n_without_mask=shown.get(None, 0),
        model=model,
        runs=newest,
        next_step=next_step(
            by_status, shown.get(Origin.READER, 0), model, newest, predicted_by_others(model)
        ),
    )


def predicted_by_others(model: ModelRow | None) -> int:
    """How many slices wait for review that the active model has not predicted; it would do them, too."""
    if model is None:
        return 0
    return count_slices(open_store(), Filter((Status.PREDICTED,), unpredicted_by=model.id))


def slice_to_review() -> int | None:
    """The slice most worth a look among those that wait for one; None where nothing waits."""
    found = list_slices(open_store(), Filter(WAITING), Order.WORTH, limit=1)
    return found[0].id if found else None


def next_step(
    by_status: dict[Status, int],
    n_corrected: int,
    model: ModelRow | None,
    newest: tuple[RunRow, ...],
    n_by_others: int = 0,
) -> NextStep:
    """What a reader would do next, in the order in which the work goes."""
    active = next((run for run in newest if run.state in (RunState.QUEUED, RunState.RUNNING)), None)
    empty = not sum(by_status.values())
    if active is not None:
        article = "An" if active.kind == RunKind.IMPORT else "A"
        told = f"{article} {active.kind} is at work ({active.done} of {active.total})"
        if empty:
            return NextStep(f"{told}.", Action.IMPORT)
        return NextStep(f"{told}; review in the meantime.", Action.REVIEW)
    if empty:
        return NextStep("Import the first hearts.", Action.IMPORT)
    if model is None:
        return NextStep("There is no model yet: train one on the masks that are there.", Action.TRAIN)
    if by_status[Status.NEW]:
        told = f"Predict the {counted(by_status[Status.NEW], 'slice')} without a mask"
        also = f", and {n_by_others:,} that another model predicted" if n_by_others else ""
        return NextStep(f"{told}{also}.", Action.PREDICT)
    waiting = sum(by_status[status] for status in WAITING)
    if waiting:
        return NextStep(
            f"Review the {counted(waiting, 'slice')} that nobody has approved yet.", Action.REVIEW
        )
    if n_corrected >= ENOUGH_TO_LEARN:
        return NextStep(f"Retrain on the {counted(n_corrected, 'mask')} that readers made.", Action.TRAIN)
    return NextStep("Everything is read. Import more hearts.", Action.IMPORT)
