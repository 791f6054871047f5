"""Trainings as the Train page and the command line see them: started, taken up again, listed, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import RunRefused
from core.jobs.queue import can_resume, resume, submit, supervise
from core.records.runs import ACTIVE, Epoch, RunKind, RunRow, RunState
from core.store.database import Store, open_store
from core.store.runs import epochs, run_changes, runs
from core.workflow.run_files import RunFiles, runs_folder
from core.workflow.training.checks import check_recipe, check_slices
from core.workflow.training.estimate import Workload, work_of
from core.workflow.training.request import TrainingRequest
from core.workflow.training.selection import chosen_among, learnable_slices


@dataclass(frozen=True)
class TrainingRun:
    """A run with what it was asked for and what its epochs came to."""

    row: RunRow
    request: TrainingRequest
    epochs: tuple[Epoch, ...]
    is_resumable: bool  # whether it stopped and may be taken up again
    start_dice: tuple[float, ...] | None  # of the model it started from, on its own validation slices

    @property
    def name(self) -> str:
        """What it is called."""
        return self.row.name or f"Run {self.row.id}"

    @property
    def best(self) -> Epoch | None:
        """The epoch whose weights are kept so far."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.best), None)

    @property
    def seconds_left(self) -> float | None:
        """At the pace of the last epochs, should none be spared by stopping early; None before the first."""
        if self.row.state != RunState.RUNNING or not self.epochs:
            return None
        last = self.epochs[-5:]
        left = self.request.config.epochs - len(self.epochs)
        return left * sum(epoch.seconds for epoch in last) / len(last)


def start_training(
    request: TrainingRequest, load: Workload, name: str = "", note: str = "", person: str = ""
) -> int:
    """Put a training into the queue and see that a worker is there; returns the run's id.

    Args:
        request: what is asked for.
        load: of the slices that it will learn from, for the estimates of later runs.
        name: of the run; the model is named after it.
        note: anything worth remembering.
        person: who asks for it.

    Raises:
        RunRefused: when it cannot work, with the reason in words.
    """
    store = open_store()
    problems = check_recipe(request).problems
    chosen = chosen_among(learnable_slices(store), replay=request.replay, final=request.config.final)
    problems += check_slices(request, chosen.splits).problems
    if problems:
        raise RunRefused(" ".join(problems))
    row = replace(request, work=work_of(request, load)).to_json()
    return submit(
        store,
        RunKind.TRAINING,
        row,
        request.config.epochs,
        name=name.strip(),
        note=note.strip(),
        person=person,
    )


def resume_training(run_id: int, person: str = "") -> None:
    """Let a run go on after its last whole epoch; where there is none yet, it begins again.

    Raises:
        RunRefused: when it is at work, waits already, or has finished.
    """
    resume(open_store(), run_id, person)


def training_runs(limit: int = 50) -> list[TrainingRun]:
    """Trainings, newest first; one whose worker died is told as failed, and a waiting one gets a worker."""
    store = open_store()
    supervise(store)
    rows = runs.list_runs(store, RunKind.TRAINING, limit)
    listed = {row.id for row in rows}
    # A long sweep pushes the run at work, the oldest of all that wait, off the list of the newest.
    active = runs.list_runs(store, RunKind.TRAINING, None, ACTIVE)
    rows += [row for row in active if row.id not in listed and row.state == RunState.RUNNING]
    return with_epochs(store, rows)


def with_epochs(store: Store, rows: Sequence[RunRow]) -> list[TrainingRun]:
    """The runs with what they were asked for and what their epochs came to."""
    epochs_by_run = epochs.epochs_of(store, [row.id for row in rows])
    return [_training_run(store, row, epochs_by_run[row.id]) for row in rows]


def rename_run(run_id: int, name: str, note: str) -> None:
    """Give a run another name and note; a model that it produced keeps its own."""
    run_changes.describe(open_store(), run_id, name.strip(), note.strip())


def cancel_training(run_id: int, person: str = "") -> None:
    """Ask a training to stop, within seconds; its best weights so far are kept as a candidate."""
    run_changes.ask_to_cancel(open_store(), run_id, person)


def delete_run(run_id: int, person: str = "") -> None:
    """Forget a run, its curves and its files; a model that it produced stays.

    Raises:
        RunRefused: while it is at work or waits for its turn.
    """
    run_changes.delete_run(open_store(), run_id, person)
    RunFiles.of(run_id).delete()


def tensorboard_command() -> str:
    """What shows the curves of all runs in TensorBoard."""
    return f'tensorboard --logdir "{runs_folder()}"'


def _training_run(store: Store, row: RunRow, done: list[Epoch]) -> TrainingRun:
    request = TrainingRequest.from_json(row.configuration)
    files = RunFiles.of(row.id)
    if request.start_from is not None:
        files.bring_start_dice(store, row.id)
    return TrainingRun(row, request, tuple(done), can_resume(row), files.start_dice())
