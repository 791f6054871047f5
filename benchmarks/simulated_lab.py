"""A lab without people: a store of its own in which the true masks take the reader's part.

Everything else is the app's own: queue, predictions, versions, trainings and scores on the hold-out.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import jobs
from core.imaging.reading import find_series
from core.records import Origin, RunKind, RunState, Series, Split, Status
from core.settings import settings
from core.store import masks, models, runs
from core.store.database import open_store
from core.store.series import add_series
from core.store.slices import Filter, list_slices
from core.training.config import TrainConfig
from core.workflow import prediction, scoring, training_runs
from core.workflow.training_offer import offer
from core.workflow.training_request import TrainingRequest

Truth = dict[int, np.ndarray]  # slice id -> (height, width) labels that the store does not know

jobs.start = lambda kind: None  # every run is done here and now, see `work_off`


def move_in(home: Path) -> None:
    """Work in this folder from now on."""
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
    run_id = training_runs.start_training(request, offer(request).load)
    work_off(RunKind.TRAINING, run_id)
    model_id = runs.run_row(open_store(), run_id).model_id
    assert model_id is not None
    with open_store().unit_of_work() as session:
        models.make_active(session, model_id)
    return model_id


def predict_unread() -> None:
    """Predict all that nobody has read yet with the active model, which also ranks the queue anew."""
    work_off(RunKind.PREDICTION, prediction.start_prediction())


def work_off(kind: RunKind, run_id: int) -> None:
    """Do the queued runs of a kind; the last one has to succeed."""
    jobs.work_off(open_store(), kind)
    row = runs.run_row(open_store(), run_id)
    if row.state != RunState.FINISHED:
        raise SystemExit(f"{kind} {run_id} {row.state}: {row.message}")


def heart_dice(model_id: int, split: Split = Split.TEST) -> dict[str, np.ndarray]:
    """What a model scored on the hold-out: for each patient (n_slices, 3) Dice of RV, myocardium and LV."""
    found: dict[str, list[list[float]]] = {}
    for scored in scoring.slice_scores(model_id, split):
        found.setdefault(scored.slice.patient, []).append([label.scores.dice for label in scored.labels[1:]])
    return {patient: np.array(rows) for patient, rows in sorted(found.items())}
