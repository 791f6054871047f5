"""What Home shows: what is in the store, which model predicts, what ran, and what to do next."""

from dataclasses import dataclass

from core.records import ModelRow, Origin, RunRow, RunState, Split, Status
from core.store import runs
from core.store.database import open_store
from core.store.slices import count_by, count_places, count_shown
from core.workflow.models import shipped_or_active
from core.workflow.words import counted

ENOUGH_TO_LEARN = 20  # readers' masks from which a training is worth proposing


@dataclass(frozen=True)
class NextStep:
    """What to do now, in a sentence, and the page it is done on."""

    text: str
    page: str  # import, review, train or models


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
    runs.give_up_silent_runs(store)
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
        next_step=next_step(by_status, shown.get(Origin.READER, 0), model, newest),
    )


def next_step(
    by_status: dict[Status, int], n_corrected: int, model: ModelRow | None, newest: tuple[RunRow, ...]
) -> NextStep:
    """What a reader would do next, in the order in which the work goes."""
    if not sum(by_status.values()):
        return NextStep("Import the first hearts.", "import")
    active = next((run for run in newest if run.state in (RunState.QUEUED, RunState.RUNNING)), None)
    if active is not None:
        told = f"A {active.kind} is at work ({active.done} of {active.total}); review in the meantime."
        return NextStep(told, "review")
    if model is None:
        return NextStep("There is no model yet: train one on the masks that are there.", "train")
    if by_status[Status.NEW]:
        return NextStep(f"Predict the {counted(by_status[Status.NEW], 'slice')} without a mask.", "review")
    waiting = by_status[Status.PREDICTED] + by_status[Status.IN_PROGRESS]
    if waiting:
        return NextStep(f"Review the {counted(waiting, 'slice')} that nobody has approved yet.", "review")
    if n_corrected >= ENOUGH_TO_LEARN:
        return NextStep(f"Retrain on the {counted(n_corrected, 'mask')} that readers made.", "train")
    return NextStep("Everything is read. Import more hearts.", "import")
