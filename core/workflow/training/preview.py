"""What the Train page tells before the start: what there is to learn from, what it takes, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.labels import FOREGROUND, Label
from core.records.masks import Origin
from core.records.models import ModelRow
from core.records.runs import RunKind, RunState
from core.records.slices import Split
from core.store.database import Store, open_store
from core.store.models import models
from core.store.runs import epochs, runs
from core.store.slices.approved import ApprovedSlices
from core.workflow.models.registry import shipped_or_active
from core.workflow.training.checks import CheckResult, check_memory, check_recipe, check_slices
from core.workflow.training.estimate import Estimate, Workload, estimate, rate_of
from core.workflow.training.request import TrainingRequest
from core.workflow.training.selection import chosen_among, learnable_slices

TIMED_RUNS = 5  # newest runs from which the machine's speed is taken


@dataclass(frozen=True)
class Supply:
    """How much there is to learn from."""

    n_training: int
    n_training_patients: int
    n_corrected: int  # training slices whose mask a reader made
    n_validation: int
    n_validation_patients: int
    with_label: Mapping[Label, int]  # training slices that have the label


@dataclass(frozen=True)
class TrainingPreview:
    """Everything that is told before a training starts."""

    supply: Supply
    load: Workload
    expected: Estimate
    checked: CheckResult


def starting_models() -> list[ModelRow]:
    """Models that a training can start from, the active one first."""
    active = shipped_or_active()  # makes the shipped default known
    rows = models.list_models(open_store())
    return sorted(rows, key=lambda row: (active is None or row.id != active.id, -row.id))


def learnable() -> ApprovedSlices:
    """Return all that trainings may learn from now; previews choose among them."""
    return learnable_slices(open_store())


def preview_training(request: TrainingRequest, approved: ApprovedSlices | None = None) -> TrainingPreview:
    """Return what the training would learn from, its expected time and memory, and what is wrong with it.

    Args:
        request: what is asked for.
        approved: all that it may learn from, where that is at hand, see `learnable`.
    """
    approved = learnable() if approved is None else approved
    chosen = chosen_among(approved, replay=request.replay, final=request.config.final)
    validates = (chosen.splits == Split.VALIDATION) & (not request.config.final)
    training, validation = chosen.where(~validates), chosen.where(validates)
    load = Workload.of(request, training, validation)
    expected = estimate(request, load, machine_rate(open_store()))
    checks = (check_recipe(request), check_slices(request, chosen.splits), check_memory(expected))
    return TrainingPreview(
        supply=supply_of(training, validation),
        load=load,
        expected=expected,
        checked=CheckResult(
            tuple(problem for check in checks for problem in check.problems),
            tuple(hint for check in checks for hint in check.hints),
        ),
    )


def supply_of(training: ApprovedSlices, validation: ApprovedSlices) -> Supply:
    """Count the slices, patients, readers' masks and labels to learn from."""
    present = (training.label_pixels > 0).sum(axis=0)
    return Supply(
        n_training=len(training),
        n_training_patients=training.n_patients,
        n_corrected=int((training.origins == Origin.READER).sum()),
        n_validation=len(validation),
        n_validation_patients=validation.n_patients,
        with_label={label: int(present[label]) for label in FOREGROUND},
    )


def machine_rate(store: Store) -> float | None:
    """Multiplications a second that the newest runs reached; None before the first."""
    rows = [row for row in runs.list_runs(store, RunKind.TRAINING) if row.state != RunState.QUEUED]
    epochs_by_run = epochs.epochs_of(store, [row.id for row in rows])
    timed = [
        (TrainingRequest.from_json(row.configuration).work, epochs_by_run[row.id])
        for row in rows
        if epochs_by_run[row.id]
    ]
    return rate_of(timed[:TIMED_RUNS])
