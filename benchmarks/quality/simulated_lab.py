"""A lab without people: a store of its own in which the true masks take the reader's part.

Everything else is the app's own: queue, predictions, versions, trainings and scores on the hold-out.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.imaging.reading import find_series
from core.jobs import process
from core.jobs.worker import drain_queue
from core.labels import FOREGROUND
from core.recipes.training import TrainConfig
from core.records.masks import Origin
from core.records.runs import RunKind, RunState
from core.records.slices import Series, Split, Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks import masks
from core.store.models import models
from core.store.runs import runs
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.evaluation.model_scores import load_model_scores
from core.workflow.prediction import predict_store
from core.workflow.training import runs as training_runs
from core.workflow.training.preview import preview_training
from core.workflow.training.request import TrainingRequest

Truth = dict[int, np.ndarray]  # slice id -> (height, width) labels that the store does not know


def move_in(home: Path) -> None:
    """Work in this folder from now on, where every run is done here and now, see `work_off`."""
    process.spawn_worker = lambda kind: None
    os.environ["SEPTUM_HOME"] = str(home)
    settings.cache_clear()


def labelled_series(folder: Path) -> list[Series]:
    """The series behind a folder in which every slice has its true mask."""
    return [
        found
        for found in find_series([folder], per_file=True)
        if isinstance(found, Series) and all(image.mask is not None for image in found.slices)
    ]


def volumes(folder: Path) -> dict[str, list[Series]]:
    """The same by patient, in the order of their names."""
    found: dict[str, list[Series]] = {}
    for series in labelled_series(folder):
        found.setdefault(series.patient, []).append(series)
    return dict(sorted(found.items()))


def add_references(all_series: Iterable[Series], split: Split, *, middle_only: bool = False) -> None:
    """Import series with their masks; of each only the slices half-way down, if asked for."""
    for series in all_series:
        slices = series.slices
        if middle_only:
            middle = (1 + max(image.position for image in slices)) // 2
            slices = tuple(image for image in slices if image.position == middle)
        add_series(open_store(), replace(series, slices=slices, split=split))


def add_unread(all_series: Iterable[Series]) -> Truth:
    """Import series without their masks, to learn from; returns what a reader will draw on them."""
    store, truth = open_store(), {}
    for series in all_series:
        bare = tuple(replace(image, mask=None) for image in series.slices)
        series_id = add_series(store, replace(series, slices=bare, split=Split.TRAIN)).series_id
        drawn = {(image.position, image.phase): image.mask for image in series.slices}
        for row in list_slices(store, Filter(series_id=series_id), limit=None):
            mask = drawn[row.position, row.phase]
            assert mask is not None
            truth[row.id] = mask
    return truth


def read(slice_ids: Iterable[int], truth: Truth) -> None:
    """Correct slices to the truth and approve them."""
    store = open_store()
    for slice_id in slice_ids:
        newest = masks.newest_version(store, slice_id)
        masks.save_version(
            store,
            slice_id,
            truth[slice_id],
            origin=Origin.READER,
            author="reader",
            parent_id=newest.id if newest else None,
            status=Status.APPROVED,
        )


def train(config: TrainConfig, start_from: int | None = None) -> int:
    """Train on what is approved, make the result the active model whatever it scores; returns its id."""
    request = TrainingRequest(config, start_from)
    run_id = training_runs.start_training(request, preview_training(request).load)
    work_off(RunKind.TRAINING, run_id)
    model_id = runs.run_row(open_store(), run_id).model_id
    assert model_id is not None
    with open_store().unit_of_work() as session:
        models.make_active(session, model_id)
    return model_id


def predict_unread() -> None:
    """Predict all that nobody has read yet with the active model, which also ranks the queue anew."""
    work_off(RunKind.PREDICTION, predict_store.start_prediction())


def work_off(kind: RunKind, run_id: int) -> None:
    """Do the queued runs of a kind; the last one has to succeed."""
    drain_queue(open_store(), kind)
    row = runs.run_row(open_store(), run_id)
    if row.state != RunState.FINISHED:
        raise SystemExit(f"{kind} {run_id} {row.state}: {row.message}")


def heart_dice(model_id: int, split: Split = Split.TEST) -> dict[str, np.ndarray]:
    """What a model scored on the hold-out: for each patient (n_slices, 3) Dice of RV, myocardium and LV."""
    scored = load_model_scores(model_id, split)
    if scored is None:
        return {}
    dice, patients = scored.values("dice")[:, list(FOREGROUND)], scored.slices.patients
    return {patient: dice[patients == patient] for patient in sorted(set(patients.tolist()))}
