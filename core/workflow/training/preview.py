"""What the Train page tells before the start: what there is to learn from, what it takes, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.labels import FOREGROUND, Label
from core.records.masks import Origin
from core.records.models import ModelRow
from core.records.runs import RunKind, RunState
from core.records.slices import Split
from core.store.database import Store, open_store
from core.store.models import models
from core.store.runs import epochs, runs
from core.store.slices.slice_arrays import masked_slices
from core.workflow.models.registry import shipped_or_active
from core.workflow.training.checks import CheckResult, check_memory, check_recipe, check_slices
from core.workflow.training.estimate import Estimate, Workload, estimate, rate_of
from core.workflow.training.request import TrainingRequest
from core.workflow.training.selection import ChosenSlice, approved_rows, choose_slices

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


def preview_training(request: TrainingRequest) -> TrainingPreview:
    """Return what the training would learn from, its expected time and memory, and what is wrong with it."""
    store = open_store()
    rows = approved_rows(store)
    chosen = choose_slices(store, replay=request.replay, final=request.config.final, rows=rows)
    by_id = {row.id: row for row in rows}
    training = [item for item in chosen if request.config.final or item.split == Split.TRAIN]
    validation = [] if request.config.final else [item for item in chosen if item.split == Split.VALIDATION]
    load = Workload.of(
        request,
        [by_id[item.slice_id] for item in training],
        [by_id[item.slice_id] for item in validation],
    )
    expected = estimate(request, load, machine_rate(store))
    checks = (check_recipe(request), check_slices(request, chosen), check_memory(expected))
    return TrainingPreview(
        supply=supply_of(store, training, validation),
        load=load,
        expected=expected,
        checked=CheckResult(
            tuple(problem for check in checks for problem in check.problems),
            tuple(hint for check in checks for hint in check.hints),
        ),
    )


def supply_of(store: Store, training: list[ChosenSlice], validation: list[ChosenSlice]) -> Supply:
    """Count the slices, patients, readers' masks and labels to learn from."""
    shown = masked_slices(store)
    learnt = np.isin(shown.ids, [item.slice_id for item in training])
    present = (shown.pixels[learnt] > 0).sum(axis=0)
    return Supply(
        n_training=len(training),
        n_training_patients=len({item.patient for item in training}),
        n_corrected=sum(item.origin == Origin.READER for item in training),
        n_validation=len(validation),
        n_validation_patients=len({item.patient for item in validation}),
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
