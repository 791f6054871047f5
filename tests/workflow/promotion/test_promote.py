"""A candidate is promoted by a person, and the way back is open."""

import threading
from pathlib import Path

import pytest

from core.errors import BadCheckpoint, Conflict, NotPromotable
from core.jobs.worker import drain_queue
from core.labels import Label
from core.records.masks import Origin
from core.records.models import ModelRow, PromotionKind
from core.records.runs import RunKind
from core.records.slices import Split
from core.settings import settings
from core.store.database import open_store
from core.store.masks import masks
from core.store.models import promotions
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.store.trail import Action, events
from core.workflow.models.registry import active_model
from core.workflow.people import Reader
from core.workflow.prediction import predict_store
from core.workflow.promotion import promote
from core.workflow.promotion.gate import judge
from tests.workflow.hearts import add_heart, add_hearts
from tests.workflow.promotion.candidates import (
    ANNA,
    BERTA,
    CARL,
    candidate,
    pair,
    perfect,
    without,
)

pytestmark = pytest.mark.usefixtures("model")


def test_one_that_is_better_on_a_label_and_worse_on_none_is_promoted(home):
    before = active_model()
    model = pair(home, without(Label.LEFT_VENTRICLE, 1), without(Label.LEFT_VENTRICLE, 3))
    verdict = judge(model.id)
    assert verdict.allowed
    assert (verdict.split, verdict.n_slices, verdict.n_patients) == (Split.TEST, 12, 12)
    assert "Dice rises: LV from 0." in verdict.reason
    promote.promote(model.id, ANNA)
    assert active_model().id == model.id
    (line,) = promote.history()
    assert (line.model, line.previous, line.row.kind) == ("candidate", "unet-cine", PromotionKind.PROMOTED)
    assert (line.row.reader, line.row.reason, line.row.verdict) == ("anna", "", verdict.reason)
    assert line.row.previous_id == before.id


def test_a_label_that_falls_by_more_than_a_hundredth_refuses_it_however_much_another_gains(home):
    model = pair(home, without(Label.RIGHT_VENTRICLE, 3), without(Label.LEFT_VENTRICLE, 3))
    verdict = judge(model.id)
    assert not verdict.allowed
    assert "falls by more than 0.01: RV from 1.000 to 0." in verdict.reason
    before = active_model()
    with pytest.raises(NotPromotable, match=r"falls by more than 0\.01"):
        promote.promote(model.id, ANNA)
    assert active_model() == before
    assert promote.history() == []


def test_one_that_is_no_better_anywhere_is_refused(home):
    model = pair(home, perfect, perfect)
    with pytest.raises(NotPromotable, match="no label's Dice is better"):
        promote.promote(model.id, ANNA)


def test_against_the_hold_out_a_written_reason_is_needed_and_kept(home):
    model = pair(home, perfect, perfect)
    with pytest.raises(NotPromotable, match="too short"):
        promote.promote(model.id, ANNA, "because")
    promote.promote(model.id, ANNA, "it reads the apex better on our scanner")
    (line,) = promote.history()
    assert line.row.kind == PromotionKind.OVERRIDDEN
    assert line.row.reason == "it reads the apex better on our scanner"
    assert "no label's Dice is better" in line.row.verdict


def test_where_administrators_are_named_nobody_else_overrides(home, monkeypatch):
    model = pair(home, perfect, perfect)
    monkeypatch.setenv("SEPTUM_ADMINISTRATORS", "berta, carl")
    settings.cache_clear()
    with pytest.raises(NotPromotable, match="Only an administrator"):
        promote.promote(model.id, ANNA, "it reads the apex better")
    promote.promote(model.id, CARL, "it reads the apex better")
    assert active_model().id == model.id


def test_the_active_model_itself_and_a_model_whose_file_was_replaced_are_not_promoted(home):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    with pytest.raises(NotPromotable, match="is the active model"):
        promote.promote(active_model().id, ANNA, "a long enough reason")
    Path(model.path).write_bytes(b"something else")
    with pytest.raises(BadCheckpoint, match="gone or was replaced"):
        promote.promote(model.id, ANNA)


def test_two_who_promote_at_once_do_not_undo_each_other(home):
    store, before = open_store(), active_model()
    first, second = candidate(home, "first", 1), candidate(home, "second", 2)
    said = {"kind": PromotionKind.PROMOTED, "reader": "anna", "reason": "", "verdict": ""}
    promotions.promote(store, first.id, instead_of=before.id, **said)
    with pytest.raises(Conflict, match="became active meanwhile"):
        promotions.promote(store, second.id, instead_of=before.id, **said)
    assert active_model().id == first.id


def test_roll_back_undoes_one_promotion_after_the_other(home):
    original = active_model()
    add_hearts()
    first, second = candidate(home, "first", 1), candidate(home, "second", 2)
    assert promote.roll_back_target() is None
    with pytest.raises(NotPromotable, match="no promotion is left"):
        promote.roll_back(ANNA)
    for model in (first, second):
        promote.promote(model.id, ANNA, "to have something to go back from")
    assert promote.roll_back(ANNA).id == first.id
    assert active_model().id == first.id
    assert promote.roll_back(BERTA).id == original.id
    assert active_model().id == original.id
    assert promote.roll_back_target() is None
    assert [line.row.kind for line in promote.history()[:2]] == [PromotionKind.ROLLED_BACK] * 2


def test_after_a_promotion_unread_slices_are_predicted_again_and_name_their_model(home, monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    add_hearts()
    series = add_heart(90, Split.TRAIN, masked=False, n_slices=2)
    predict_store.start_prediction()
    drain_queue(open_store(), RunKind.PREDICTION)
    assert promote.waiting_for_prediction() == 0
    model = candidate(home, "candidate")
    promote.promote(model.id, ANNA, "for the sake of the test")
    assert promote.waiting_for_prediction() == 2
    predict_store.start_prediction()
    drain_queue(open_store(), RunKind.PREDICTION)
    for row in list_slices(open_store(), Filter(series_id=series)):
        version = masks.newest_version(open_store(), row.id)
        assert (version.origin, version.author, version.model_id) == (Origin.MODEL, "candidate", model.id)


def test_against_the_hold_out_and_back_go_administrators_alone_where_any_are_named(home, monkeypatch):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    monkeypatch.setenv("SEPTUM_ADMINISTRATORS", "berta, carl")
    settings.cache_clear()
    before = active_model()
    promote.promote(model.id, ANNA)  # as the hold-out says, everybody may
    for reader in (ANNA, Reader("carl")):  # a name that nobody vouches for is no administrator's
        with pytest.raises(NotPromotable, match=r"dministrator"):
            promote.roll_back(reader)
    assert active_model().id == model.id
    promote.roll_back(CARL)
    assert active_model().id == before.id
    done = [(line.person, line.action) for line in events(open_store(), 2)]
    assert done == [("carl", Action.MODEL_ROLLED_BACK), ("anna", Action.MODEL_PROMOTED)]


def test_nobody_promotes_without_a_name(home):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    for act in (lambda: promote.promote(model.id, Reader("")), lambda: promote.roll_back(Reader(""))):
        with pytest.raises(NotPromotable, match="give your name"):
            act()


def test_of_many_who_promote_at_the_very_same_time_exactly_one_wins(home):
    store, before = open_store(), active_model()
    made = [candidate(home, f"candidate {number}", number) for number in range(1, 7)]
    start, outcomes = threading.Barrier(len(made)), []

    def take(model: ModelRow) -> None:
        start.wait()
        try:
            promotions.promote(
                store, model.id, instead_of=before.id, kind=PromotionKind.PROMOTED, reader="anna", reason="",
                verdict="",
            )  # fmt: skip
            outcomes.append(model.id)
        except Conflict:
            outcomes.append(None)

    threads = [threading.Thread(target=take, args=(model,)) for model in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [model_id for model_id in outcomes if model_id is not None]
    assert outcomes.count(None) == len(made) - 1
    assert active_model().id == won
    assert [row.model_id for row in promotions.promotions(store)] == [won]
