"""Sweeps as the Train page sees them: started, watched as one, cancelled, continued, forgotten."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import isnan

from core.errors import RunRefused
from core.jobs.queue import start_worker, supervise
from core.records.runs import ACTIVE, Epoch, RunKind, RunState, SweepRow
from core.scratch import temporary_folder
from core.store.database import open_store
from core.store.runs import runs
from core.store.runs import sweeps as store_sweeps
from core.workflow.run_files import RunFiles
from core.workflow.sweeps.grid import SweepAxes, setting
from core.workflow.sweeps.preview import preview_sweep
from core.workflow.training.curves import value
from core.workflow.training.estimate import START_SECONDS, rate_of, work_of
from core.workflow.training.request import TrainingRequest
from core.workflow.training.runs import TrainingRun, with_epochs
from core.workflow.training.selection import ChosenSlice, as_records, save_chosen


@dataclass(frozen=True)
class Sweep:
    """A sweep with its runs, in the order in which they were asked for."""

    row: SweepRow
    axes: SweepAxes
    runs: tuple[TrainingRun, ...]

    @property
    def is_active(self) -> bool:
        """Whether any of its runs is at work or waits."""
        return any(run.row.state in ACTIVE for run in self.runs)

    @property
    def is_stopping(self) -> bool:
        """Whether its run at work was asked to stop."""
        return any(run.row.cancel_asked for run in self.runs if run.row.state == RunState.RUNNING)

    @property
    def n_stopped(self) -> int:
        """Runs that were cancelled or failed, and so can go on."""
        return sum(run.is_resumable for run in self.runs)

    @property
    def n_over(self) -> int:
        """Runs that finished."""
        return sum(run.row.state == RunState.FINISHED for run in self.runs)

    @property
    def share(self) -> float:
        """Of all epochs, from 0 to 1; what a run spared by stopping early counts as done."""
        total = sum(run.request.config.epochs for run in self.runs)
        return 1 - sum(epochs_left(run) for run in self.runs) / total if total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the pace of its epochs so far, should no run stop early; None before the first."""
        rate = rate_of([(run.request.work, run.epochs) for run in self.runs])
        if rate is None:
            return None
        waiting = [run for run in self.runs if run.row.state in ACTIVE]
        return sum(START_SECONDS + epochs_left(run) * run.request.work / rate for run in waiting)

    @property
    def best(self) -> TrainingRun | None:
        """The run whose kept epoch has the highest mean Dice on the validation slices; None before any."""
        judged = [run for run in self.runs if run.best is not None and not isnan(mean_dice(run.best))]
        return max(judged, key=lambda run: mean_dice(run.best), default=None)


def epochs_left(run: TrainingRun) -> int:
    """Epochs that the run may still take."""
    return 0 if run.row.state == RunState.FINISHED else run.request.config.epochs - len(run.epochs)


def mean_dice(epoch: Epoch | None) -> float:
    """Mean over the heart's labels on the validation slices; NaN where there is none."""
    return value(epoch, "mean Dice") if epoch else float("nan")


def start_sweep(
    base: TrainingRequest, axes: SweepAxes, name: str = "", note: str = "", person: str = ""
) -> int:
    """Put every combination into the queue and see that a worker is there; returns the sweep's id.

    All runs learn from the slices that are approved now, so that nothing but the choices differs.

    Raises:
        RunRefused: when it cannot work, with the reasons in words.
    """
    store = open_store()
    preview = preview_sweep(base, axes)
    if preview.checked.problems:
        raise RunRefused(" ".join(preview.checked.problems))
    name = name.strip() or f"Sweep {len(store_sweeps.list_sweeps(store)) + 1}"
    choice = as_records(preview.chosen)
    slices = name_of_choice(choice)
    queued = []
    for request, load in zip(preview.requests, preview.loads, strict=True):
        row = replace(request, work=work_of(request, load), slices=slices).to_json()
        run_name = f"{name}: {setting(request.config, axes.varied)}"
        queued.append(store_sweeps.QueuedRun(run_name, row, request.config.epochs))
    with temporary_folder("sweep") as folder:
        chosen = RunFiles(folder).chosen
        save_chosen(chosen, choice)
        sweep_id = store_sweeps.add_sweep(store, name, axes.to_json(), queued, note.strip(), person, chosen)
    start_worker(RunKind.TRAINING)
    return sweep_id


def name_of_choice(chosen: Sequence[ChosenSlice]) -> str:
    """Return a name that runs have in common that learn from the same slices."""
    text = json.dumps([asdict(item) for item in chosen])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sweep_rows() -> list[SweepRow]:
    """Sweeps, newest first."""
    return store_sweeps.list_sweeps(open_store())


def active_sweep() -> int | None:
    """The sweep whose turn it is, or else that waits first; None where none does."""
    active = runs.list_runs(open_store(), RunKind.TRAINING, None, ACTIVE)
    in_turn = sorted(active, key=lambda row: (row.state != RunState.RUNNING, row.id))
    return next((row.sweep_id for row in in_turn if row.sweep_id is not None), None)


def sweep(sweep_id: int) -> Sweep:
    """One sweep; a run whose worker died is told as failed, and waiting ones get a worker.

    Raises:
        NotFound: when there is none of that id.
    """
    store = open_store()
    supervise(store)
    row = store_sweeps.sweep_row(store, sweep_id)
    runs_of_it = with_epochs(store, store_sweeps.runs_of(store, sweep_id))
    return Sweep(row, SweepAxes.from_json(row.configuration), tuple(runs_of_it))


def winners(limit: int = 3) -> list[tuple[SweepRow, TrainingRun]]:
    """The newest sweeps with the best run of each, as far as it has left a model."""
    found = [(row, sweep(row.id).best) for row in sweep_rows()[:limit]]
    return [(row, best) for row, best in found if best is not None and best.row.model_id is not None]


def cancel_sweep(sweep_id: int, person: str = "") -> None:
    """Stop its run at work within seconds and take the others out of the queue; what is done is kept."""
    store_sweeps.ask_to_cancel(open_store(), sweep_id, person)


def resume_sweep(sweep_id: int, person: str = "") -> int:
    """Let every run that was cancelled or failed go on where it stopped; returns how many.

    Raises:
        RunRefused: when there is none.
    """
    count = store_sweeps.enqueue_again(open_store(), sweep_id, person)
    if not count:
        raise RunRefused("no run of this sweep was cancelled or failed; there is nothing to resume")
    start_worker(RunKind.TRAINING)
    return count


def delete_sweep(sweep_id: int, person: str = "") -> None:
    """Forget a sweep, its runs, their curves and files; models that they produced stay.

    Raises:
        RunRefused: while one of them is at work or waits for its turn.
    """
    store = open_store()
    rows = store_sweeps.runs_of(store, sweep_id)
    store_sweeps.delete_sweep(store, sweep_id, person)
    for row in rows:
        RunFiles.of(row.id).delete()
