"""A model is scored once on every slice that somebody vouches for, and again where the truth changed."""

import math
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadCheckpoint, RunRefused
from core.jobs.worker import drain_queue
from core.labels import Label
from core.metrics.registry import METRICS
from core.metrics.scores import score_masks
from core.metrics.statistics.calibration import expected_calibration_error
from core.network.predict import Predictor
from core.records.masks import Origin
from core.records.runs import RunKind, RunState
from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.runs import runs
from core.store.slices.scores import load_reliability
from core.store.slices.slices import slice_pixels
from core.workflow.evaluation import score_model
from core.workflow.models.registry import active_model
from core.workflow.prediction.stacks import BATCH
from tests.workflow.scores import slice_scores
from tests.workflow.small import HEART, cine, save_model, stored

pytestmark = pytest.mark.usefixtures("model")


class Stopped(Exception):
    """Raised where a test stops the work."""


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def test_scores_are_those_of_the_models_own_prediction(model):
    rows = stored(cine(masked=True))
    model_id = active_model().id
    assert score_model.score_model(model_id) == len(rows)
    found = slice_scores(model_id)
    assert [item.slice for item in found] == rows
    predictor = Predictor(model, "cpu", remove_islands=True)
    for item in found:
        prediction = predictor.predict([slice_pixels(open_store(), item.slice)], [(1.8, 1.8)])[0]
        assert item.version_id == item.slice.newest_version_id
        for ours, theirs in zip(item.labels, score_masks(HEART, prediction.mask, (1.8, 1.8)), strict=True):
            assert (ours.label, ours.counts) == (theirs.label, theirs.counts)
            assert all(same(ours.scores[name], theirs.scores[name]) for name in METRICS)


def test_scoring_leaves_the_slices_as_they_are():
    before = stored(cine(masked=True))
    score_model.score_model(active_model().id)
    assert [item.slice for item in slice_scores(active_model().id)] == before


def test_what_is_scored_is_not_computed_again_and_a_new_truth_is():
    row = stored(cine(masked=True))[0]
    model_id = active_model().id
    score_model.score_model(model_id)
    assert score_model.score_model(model_id) == 0
    version_id = masks.save_version(
        open_store(),
        row.id,
        np.zeros_like(HEART),
        origin=Origin.READER,
        author="ann",
        parent_id=row.newest_version_id,
        status=Status.APPROVED,
    )
    assert len(slice_scores(model_id)) == 5
    assert score_model.score_model(model_id) == 1
    newest = slice_scores(model_id)[0]
    assert newest.version_id == version_id
    assert newest.labels[Label.LEFT_VENTRICLE].counts.reference == 0


def test_a_split_is_scored_by_itself():
    stored(cine("anna", masked=True, split=Split.TRAIN))
    stored(cine("bert", 1, 1, masked=True, split=Split.TEST, seed=1))
    model_id = active_model().id
    assert score_model.score_model(model_id, (Split.TEST,)) == 1
    assert [item.slice.patient for item in slice_scores(model_id)] == ["bert"]
    assert slice_scores(model_id, Split.TRAIN) == []


def test_stopped_work_goes_on_where_it_was():
    stored(cine(n_positions=8, masked=True))
    model_id = active_model().id
    told = []

    def stop_after_a_batch(done: int, total: int) -> None:
        told.append((done, total))
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        score_model.score_model(model_id, progress=stop_after_a_batch)
    assert told == [(0, 24), (BATCH, 24)]
    assert len(slice_scores(model_id)) == BATCH
    assert score_model.score_model(model_id) == 24 - BATCH
    assert len(slice_scores(model_id)) == 24


def test_calibration_is_counted_near_the_heart():
    stored(cine(n_positions=1, n_phases=1, masked=True))
    model_id = active_model().id
    score_model.score_model(model_id)
    tables = load_reliability(open_store(), model_id)
    assert [table.pixels.sum() for table in tables] == [tables[0].pixels.sum()] * 4
    assert 0 < tables[0].pixels.sum() <= HEART.size
    assert all(0 <= expected_calibration_error(table) <= 1 for table in tables)


def test_slices_without_a_pixel_size_have_overlap_and_no_distance():
    from dataclasses import replace

    series = cine(n_positions=1, n_phases=1, masked=True)
    stored(replace(series, geometry=replace(series.geometry, spacing_mm=None)))
    model_id = active_model().id
    assert score_model.score_model(model_id) == 1
    labels = slice_scores(model_id)[0].labels
    assert all(math.isnan(item.scores["hd95_mm"]) for item in labels)
    assert not math.isnan(labels[Label.LEFT_VENTRICLE].scores["dice"])


def test_a_checkpoint_that_was_replaced_is_not_scored_under_the_old_name(model):
    stored(cine(masked=True))
    row = active_model()
    model_id, own = row.id, Path(row.path)
    for file in (model, own):  # the shipped one and the store's own
        file.unlink()
    with pytest.raises(BadCheckpoint, match="gone or was replaced"):
        score_model.score_model(model_id)
    save_model(model, "unet-cine", seed=7)
    save_model(own, "unet-cine", seed=7)
    with pytest.raises(BadCheckpoint, match="gone or was replaced"):
        score_model.score_model(model_id)


def test_a_run_scores_in_the_worker_and_tells_how_many(monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    stored(cine(masked=True))
    model_id = active_model().id
    run_id = score_model.start_scoring([model_id])[0]
    drain_queue(open_store(), RunKind.SCORING)
    row = runs.run_row(open_store(), run_id)
    assert (row.state, row.done, row.total) == (RunState.FINISHED, 6, 6)
    assert row.message == "Scored unet-cine on 6 slices."
    with pytest.raises(RunRefused, match="nothing left to score"):
        score_model.start_scoring([model_id])


def test_a_slice_that_cannot_be_predicted_does_not_hold_up_the_others(monkeypatch, home: Path):
    from dataclasses import replace

    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    stored(cine("anna", masked=True))
    vast = cine("bert", 1, 1, masked=True, seed=1)
    stored(replace(vast, geometry=replace(vast.geometry, spacing_mm=(9000.0, 9000.0))))
    model_id = active_model().id
    run_id = score_model.start_scoring([model_id])[0]
    drain_queue(open_store(), RunKind.SCORING)
    assert "slice 7 of bert cannot be predicted" in runs.run_row(open_store(), run_id).message
    assert len(slice_scores(model_id)) == 6
