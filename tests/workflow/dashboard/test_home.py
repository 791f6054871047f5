"""Home counts what is there and says what to do next."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from core.jobs.worker import drain_queue
from core.records.masks import Origin
from core.records.runs import RunKind
from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.masks.masks import save_version
from core.store.models import models
from core.store.runs import runs
from core.store.slices.slices import set_status
from core.workflow.dashboard.home import overview, slice_to_review
from core.workflow.dashboard.next_step import Action, NextStep
from core.workflow.data.demo import HEARTS, load_demo
from core.workflow.models.registry import register
from core.workflow.prediction import predict_store
from core.workflow.prediction.plan import predict_demo
from core.workflow.review import Filter, list_slices
from tests.workflow.small import HEART, cine, save_model, stored

pytestmark = pytest.mark.usefixtures("home")


def test_counts_follow_what_is_in_the_store():
    stored(cine("anna", split=Split.TRAIN))
    stored(cine("berta", 1, 2, masked=True, split=Split.TEST, seed=1))
    shown = overview()
    assert (shown.n_patients, shown.n_series, shown.n_slices) == (2, 2, 8)
    assert shown.by_status == dict.fromkeys(Status, 0) | {Status.NEW: 6, Status.APPROVED: 2}
    assert shown.by_split == {Split.TRAIN: 6, Split.VALIDATION: 0, Split.TEST: 2, Split.DEMO: 0}


def test_the_next_step_follows_the_work(model, monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    assert overview().next_step.action == Action.IMPORT
    assert overview().circle[Action.IMPORT] == "0 patients"
    rows = stored(cine("anna"))
    assert slice_to_review() is None
    assert overview().next_step == NextStep("Predict the 6 slices without a mask.", Action.PREDICT)
    predict_store.start_prediction()
    shown = overview()
    assert "prediction is at work (0 of 6)" in shown.next_step.text
    assert (len(shown.runs), shown.model.name) == (1, "unet-cine")
    drain_queue(open_store(), shown.runs[0].kind)
    assert overview().next_step.text == "Review the 6 slices that nobody has approved yet."
    assert slice_to_review() in {row.id for row in rows}
    for row in rows:
        set_status(open_store(), row.id, Status.APPROVED)
    assert overview().next_step.action == Action.IMPORT
    for row in stored(cine("berta", 5, 4, seed=1)):
        save_version(
            open_store(), row.id, HEART, origin=Origin.READER, author="me", parent_id=None,
            status=Status.APPROVED,
        )  # fmt: skip
    assert overview().next_step.action == Action.TRAIN
    assert not list_slices(Filter((Status.NEW,)))


def test_without_any_model_home_still_shows_and_proposes_to_train(home):
    stored(cine("anna"))
    shown = overview()
    assert shown.model is None
    assert shown.next_step.action == Action.TRAIN


def test_what_another_model_predicted_is_told_where_go_would_predict_it_too(model, monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    stored(cine("anna"))
    predict_store.start_prediction()
    drain_queue(open_store(), RunKind.PREDICTION)
    stored(cine("berta", 1, 2, seed=1))
    assert overview().next_step.text == "Predict the 2 slices without a mask."
    other = register(open_store(), save_model(model.with_name("other.safetensors"), "other", seed=3))
    with open_store().unit_of_work() as session:
        models.make_active(session, other.id)
    told = "Predict the 2 slices without a mask, and 6 that another model predicted."
    assert overview().next_step.text == told
    run_id = predict_store.start_prediction()
    assert runs.run_row(open_store(), run_id).total == 8


def test_all_predictions_are_asked_for_only_where_something_new_is_to_be_predicted(model, monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    asked: list[str] = []
    stored(cine("anna"))
    predict_store.start_prediction()
    drain_queue(open_store(), RunKind.PREDICTION)
    event.listen(
        open_store().readers,
        "before_cursor_execute",
        lambda c, cursor, statement, *rest: asked.append(statement),
    )
    overview()
    assert asked
    assert not [statement for statement in asked if "prediction.model_id" in statement]
    stored(cine("berta", 1, 2, seed=1))
    overview()
    assert len([statement for statement in asked if "prediction.model_id" in statement]) == 1


def test_an_import_at_work_comes_before_the_first_hearts():
    runs.enqueue(open_store(), RunKind.IMPORT, {"folder": "x"}, 10)
    assert overview().next_step == NextStep("An import is at work (0 of 10).", Action.IMPORT)


def test_after_a_training_home_proposes_to_compare_and_counts_only_what_came_since(model):
    assert overview().model is not None  # which is known from now on
    for number, row in enumerate(stored(cine("berta", 5, 4))):
        save_version(
            open_store(), row.id, HEART, origin=Origin.READER, author="me", parent_id=None,
            status=Status.APPROVED,
        )  # fmt: skip
        assert (overview().next_step.action == Action.TRAIN) == (number == 19)
    assert overview().circle[Action.TRAIN] == "20 corrections since the newest model"
    register(open_store(), save_model(model.with_name("other.safetensors"), "other", seed=3))
    shown = overview()
    assert shown.next_step.action == Action.PROMOTE
    assert shown.next_step.text == "Compare other with unet-cine, and promote it if it is better."
    assert shown.circle[Action.TRAIN] == "0 corrections since the newest model"
    assert shown.circle[Action.PROMOTE] == "other waits"


def test_the_next_step_speaks_of_the_demo_only_while_there_is_nothing_else(model, monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    heart = replace(HEARTS[0], n_phases=1)
    list(load_demo(hearts=(heart,)))
    shown = overview()
    assert shown.next_step.text == "Predict the 10 slices without a mask."
    assert shown.circle[Action.IMPORT] == "1 demo heart"
    assert predict_demo("ann")
    drain_queue(open_store(), RunKind.PREDICTION)
    assert not predict_demo("ann")  # nothing is left
    assert overview().next_step.text == "Review the 10 slices that nobody has approved yet."
    rows = stored(cine("anna"))
    shown = overview()
    assert shown.next_step.text == "Predict the 6 slices without a mask."
    assert (shown.circle[Action.IMPORT], shown.n_patients) == ("1 patient", 2)
    assert slice_to_review(shown.splits) is None
    predict_store.start_prediction(splits=shown.splits)
    drain_queue(open_store(), RunKind.PREDICTION)
    assert slice_to_review(overview().splits) in {row.id for row in rows}
