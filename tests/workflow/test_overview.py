"""Home counts what is there and says what to do next."""

import pytest

from core import jobs
from core.records import Origin, RunKind, Split, Status
from core.store import models, runs
from core.store.database import open_store
from core.store.masks import save_version
from core.workflow import prediction
from core.workflow.models import register
from core.workflow.overview import Action, NextStep, overview, slice_to_review
from core.workflow.worklist import queue, set_status
from tests.workflow.small import HEART, cine, save_model, stored

pytestmark = pytest.mark.usefixtures("home")


def test_counts_follow_what_is_in_the_store():
    stored(cine("anna", split=Split.TRAIN))
    stored(cine("berta", 1, 2, masked=True, split=Split.TEST, seed=1))
    shown = overview()
    assert (shown.n_patients, shown.n_series, shown.n_slices) == (2, 2, 8)
    assert shown.by_status == dict.fromkeys(Status, 0) | {Status.NEW: 6, Status.APPROVED: 2}
    assert shown.by_split == {Split.TRAIN: 6, Split.VALIDATION: 0, Split.TEST: 2}
    assert (shown.by_origin[Origin.REFERENCE], shown.by_origin[Origin.MODEL]) == (2, 0)
    assert shown.n_without_mask == 6


def test_the_next_step_follows_the_work(model, monkeypatch):
    monkeypatch.setattr(jobs, "start", lambda kind: None)
    assert overview().next_step.action == Action.IMPORT
    rows = stored(cine("anna"))
    assert slice_to_review() is None
    assert overview().next_step == NextStep("Predict the 6 slices without a mask.", Action.PREDICT)
    prediction.start_prediction()
    shown = overview()
    assert "prediction is at work (0 of 6)" in shown.next_step.text
    assert (len(shown.runs), shown.model.name) == (1, "unet-cine")
    jobs.work_off(open_store(), shown.runs[0].kind)
    assert overview().next_step.text == "Review the 6 slices that nobody has approved yet."
    assert slice_to_review() in {row.id for row in rows}
    for row in rows:
        set_status(row.id, Status.APPROVED)
    assert overview().next_step.action == Action.IMPORT
    for row in stored(cine("berta", 5, 4, seed=1)):
        save_version(
            open_store(), row.id, HEART, origin=Origin.READER, author="me", parent_id=None,
            status=Status.APPROVED,
        )  # fmt: skip
    assert overview().next_step.action == Action.TRAIN
    assert not queue(statuses=(Status.NEW,))


def test_without_any_model_home_still_shows_and_proposes_to_train(home):
    stored(cine("anna"))
    shown = overview()
    assert shown.model is None
    assert shown.next_step.action == Action.TRAIN


def test_what_another_model_predicted_is_told_where_go_would_predict_it_too(model, monkeypatch):
    monkeypatch.setattr(jobs, "start", lambda kind: None)
    stored(cine("anna"))
    prediction.start_prediction()
    jobs.work_off(open_store(), RunKind.PREDICTION)
    stored(cine("berta", 1, 2, seed=1))
    assert overview().next_step.text == "Predict the 2 slices without a mask."
    other = register(open_store(), save_model(model.with_name("other.safetensors"), "other", seed=3))
    with open_store().unit_of_work() as session:
        models.make_active(session, other.id)
    told = "Predict the 2 slices without a mask, and 6 that another model predicted."
    assert overview().next_step.text == told
    run_id = prediction.start_prediction()
    assert runs.run_row(open_store(), run_id).total == 8


def test_an_import_at_work_comes_before_the_first_hearts():
    runs.enqueue(open_store(), RunKind.IMPORT, {"folder": "x"}, 10)
    assert overview().next_step == NextStep("An import is at work (0 of 10).", Action.IMPORT)
