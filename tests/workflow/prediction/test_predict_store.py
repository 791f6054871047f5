"""What the active model says is kept with its doubt, and nothing that a person vouches for is replaced."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest

from core.errors import BadCheckpoint, NotFound, RunRefused
from core.jobs.worker import drain_queue
from core.network.predict import Predictor
from core.records.masks import Origin
from core.records.runs import RunKind, RunState
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.masks.drafts import save_draft
from core.store.masks.predictions import load_prediction
from core.store.runs import runs
from core.store.slices.slices import list_slices, set_status, slice_pixels, slice_row
from core.workflow import runs as running
from core.workflow.models.registry import active_model
from core.workflow.prediction import predict_store
from core.workflow.promotion import promote
from core.workflow.review import Filter, count_slices
from tests.workflow.promotion.candidates import ANNA, candidate
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("model")
MASK = HEART.copy()


def work_off() -> None:
    """Do in this process what a worker would do."""
    drain_queue(open_store(), RunKind.PREDICTION)


def newest_run():
    """The run of predictions that a page would show."""
    return running.queue_state(RunKind.PREDICTION).run


@pytest.fixture
def no_worker(monkeypatch):
    """Runs stay queued until `work_off`."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def test_a_slice_gets_the_models_mask_its_confidence_and_its_doubt(model):
    first = stored(cine())[0]
    assert predict_store.predict_slice(first.id)
    predictor = Predictor(model, "cpu", remove_islands=True)
    expected = predictor.predict([slice_pixels(open_store(), first)], [(1.8, 1.8)])[0]
    row, version = slice_row(open_store(), first.id), masks.newest_version(open_store(), first.id)
    assert (row.status, version.origin, version.author) == (Status.PREDICTED, Origin.MODEL, "unet-cine")
    assert version.model_id == active_model().id
    assert np.array_equal(version.mask, expected.mask)
    kept = load_prediction(open_store(), first.id)
    assert np.array_equal(kept.mask, expected.mask)
    assert np.abs(kept.probabilities - expected.probabilities).max() <= 0.5 / 255 + 1e-6
    assert 0 < row.uncertainty <= np.log(4)


@pytest.mark.parametrize("vouched", ["reference", "reader", "approved", "drawn on"])
def test_a_mask_that_somebody_vouches_for_stays_and_the_models_stands_beside_it(vouched, model):
    slice_id = stored(cine(masked=vouched == "reference"))[0].id
    store = open_store()
    if vouched != "reference":
        origin = Origin.READER if vouched == "reader" else Origin.MODEL
        parent = masks.save_version(store, slice_id, MASK, origin=origin, author="anna", parent_id=None)
        if vouched == "approved":
            set_status(open_store(), slice_id, Status.APPROVED)
        if vouched == "drawn on":
            save_draft(store, slice_id, "anna", MASK, parent_id=parent, seq=1)
    before = slice_row(store, slice_id)
    assert not predict_store.predict_slice(slice_id)
    after = slice_row(store, slice_id)
    assert (after.newest_version_id, after.status) == (before.newest_version_id, before.status)
    assert np.array_equal(masks.newest_version(store, slice_id).mask, MASK)
    assert load_prediction(store, slice_id) is not None


def test_everything_unread_is_predicted_and_the_run_tells_how_far_it_is(no_worker):
    rows = stored(cine("anna", 4, 5)) + stored(cine("berta", masked=True, seed=1))
    run_id = predict_store.start_prediction()
    run = newest_run()
    assert (run.id, run.state, run.done, run.total) == (run_id, RunState.QUEUED, 0, 20)
    work_off()
    run = newest_run()
    assert (run.state, run.done, run.total) == (RunState.FINISHED, 20, 20), run.message
    assert run.message == "Predicted 20 slices with unet-cine."
    statuses = {row.id: slice_row(open_store(), row.id).status for row in rows}
    assert [statuses[row.id] for row in rows[:20]] == [Status.PREDICTED] * 20
    assert [statuses[row.id] for row in rows[20:]] == [Status.APPROVED] * 6
    with pytest.raises(RunRefused, match="no slice left"):
        predict_store.start_prediction()


def test_references_are_predicted_too_when_asked_and_one_series_may_be_chosen(no_worker):
    stored(cine("anna"))
    chosen = stored(cine("berta", masked=True, seed=1))
    predict_store.start_prediction(chosen[0].series_id, only_unread=False)
    work_off()
    said = [row.id for row in list_slices(open_store()) if load_prediction(open_store(), row.id)]
    assert said == [row.id for row in chosen]


def test_a_new_model_predicts_again_what_nobody_has_read(no_worker, home):
    rows = stored(cine())
    predict_store.start_prediction()
    work_off()
    set_status(open_store(), rows[0].id, Status.APPROVED)
    first_model = active_model()
    promote.promote(candidate(home, "candidate").id, ANNA, "for the sake of the test")
    predict_store.start_prediction()
    assert newest_run().total == len(rows) - 1
    work_off()
    newest = [masks.newest_version(open_store(), row.id).model_id for row in rows]
    assert newest == [first_model.id] + [active_model().id] * (len(rows) - 1)


def test_a_run_stops_after_the_batch_in_hand_and_keeps_what_it_has(no_worker, monkeypatch):
    stored(cine("anna", 10, 4))
    predict_store.start_prediction()
    save, saved = predict_store.save_predictions, []

    def save_and_cancel(*arguments):
        saved.extend(arguments[1])
        running.stop(RunKind.PREDICTION)
        return save(*arguments)

    monkeypatch.setattr(predict_store, "save_predictions", save_and_cancel)
    work_off()
    run = newest_run()
    assert run.state == RunState.CANCELLED
    assert len(saved) == 20  # two stacks, the first of which has not filled a batch
    assert count_slices(Filter((Status.PREDICTED,))) == 20
    monkeypatch.setattr(predict_store, "save_predictions", save)
    predict_store.start_prediction()
    work_off()
    assert count_slices(Filter((Status.PREDICTED,))) == 40


def test_a_slice_that_cannot_be_predicted_is_told_and_stops_nothing(no_worker):
    odd = cine("vast", 1, 1)
    stored(replace(odd, geometry=replace(odd.geometry, spacing_mm=(900.0, 900.0))))
    stored(cine("anna", seed=1))
    predict_store.start_prediction()
    work_off()
    run = newest_run()
    assert run.state == RunState.FINISHED
    assert run.message.startswith(
        "Predicted 6 slices with unet-cine. Left out 1 slice: slice 1 of vast cannot be predicted: at 900"
    )
    assert "\n" not in run.message


def test_a_worker_of_its_own_predicts_a_volume_while_the_app_goes_on():
    stored(cine("anna", 10, 2))
    began = time.monotonic()
    run_id = predict_store.start_prediction()
    assert time.monotonic() - began < 5  # the app only leaves the work behind
    while newest_run().state in (RunState.QUEUED, RunState.RUNNING):
        assert time.monotonic() - began < 120
        time.sleep(0.1)
    run = runs.run_row(open_store(), run_id)
    assert run.state == RunState.FINISHED, run.message
    assert json.loads(run.configuration)["model_id"] == active_model().id
    assert count_slices(Filter((Status.PREDICTED,))) == 20


def test_what_is_not_there_is_told(home):
    shipped = home.parent / "checkpoints" / "unet-cine.safetensors"
    shipped.rename(shipped.with_name("elsewhere"))
    stored(cine())
    with pytest.raises(BadCheckpoint, match="unet-cine"):
        predict_store.start_prediction()
    shipped.with_name("elsewhere").rename(shipped)
    with pytest.raises(NotFound, match="no slice 77"):
        predict_store.predict_slice(77)
