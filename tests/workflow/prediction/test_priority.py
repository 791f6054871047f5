"""The queue puts first what is most worth a correction, and says why."""

import numpy as np
import pytest

from core.jobs.worker import drain_queue
from core.labels import Label
from core.records.masks import Origin
from core.records.runs import RunKind
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.slices import slice_row
from core.workflow.prediction import predict_store
from core.workflow.prediction.priority import assess_series, disagreement
from core.workflow.review import Order, list_slices
from pages.shared.review.why import phrase
from tests.store.predicted import save_prediction
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")

SAID = np.full((4, *HEART.shape), 0.25, np.float32)


def predicted(rows, models_mask, nats=0.0, differs=0.0):
    """A model's word on each slice."""
    for row in rows:
        save_prediction(open_store(), row.id, models_mask, SAID, nats, None, "unet", differs)


def reasons(row) -> tuple[str, ...]:
    return tuple(phrase(reason) for reason in slice_row(open_store(), row.id).reasons)


def test_a_sure_and_plausible_mask_needs_no_look():
    rows = stored(cine(n_positions=3, n_phases=1))
    predicted(rows, HEART)
    assess_series(open_store(), rows[0].series_id)
    assert {slice_row(open_store(), row.id).worth for row in rows} == {0.0}
    assert {reasons(row) for row in rows} == {()}


def test_doubt_disagreement_and_anatomy_are_told_and_come_first():
    rows = stored(cine(n_positions=3, n_phases=1))
    predicted(rows, HEART, nats=0.1)
    without_rv = np.where(HEART == Label.RIGHT_VENTRICLE, 0, HEART).astype(np.uint8)
    predicted(rows[1:2], without_rv, nats=0.4, differs=0.3)
    assess_series(open_store(), rows[0].series_id)
    first = list_slices(order=Order.WORTH)[0]
    assert first.id == rows[1].id
    assert first.worth == pytest.approx(0.4 + 0.3 + 0.1)
    assert reasons(first) == (
        "the model is unsure",
        "upside down it is segmented differently (Dice 0.70)",
        "no RV, though the slices on both sides have it",
    )


def test_phases_are_neighbours_too_and_the_heart_goes_round():
    rows = stored(cine(n_positions=1, n_phases=4))
    predicted(rows, HEART)
    without_lv = np.where(HEART == Label.LEFT_VENTRICLE, 2, HEART).astype(np.uint8)
    predicted(rows[:1], without_lv)
    assess_series(open_store(), rows[0].series_id)
    assert reasons(rows[0]) == ("no LV, though the phases on both sides have it",)


def test_one_new_mask_is_looked_at_with_its_neighbours_only():
    rows = stored(cine(n_positions=5, n_phases=1))
    predicted(rows, HEART)
    empty = np.zeros_like(HEART)
    predicted([rows[0], rows[2]], empty)
    assess_series(open_store(), rows[0].series_id, near=[rows[1]])
    assert reasons(rows[1]) != ()
    assert reasons(rows[2]) == (
        "no RV, though the slices on both sides have it",
        "no Myo, though the slices on both sides have it",
        "no LV, though the slices on both sides have it",
    )
    assert slice_row(open_store(), rows[4].id).worth == 0.0


def test_slices_without_a_mask_are_left_alone():
    rows = stored(cine(n_positions=2, n_phases=1))
    assess_series(open_store(), rows[0].series_id)
    assert slice_row(open_store(), rows[0].id).worth is None


def test_a_readers_mask_is_judged_not_the_models():
    row = stored(cine(n_positions=1, n_phases=1))[0]
    masks.save_version(
        open_store(), row.id, HEART, origin=Origin.READER, author="ann", parent_id=None, status=None
    )
    scattered = HEART.copy()
    scattered[20:22, 0:3] = Label.RIGHT_VENTRICLE
    predicted([row], scattered)
    assess_series(open_store(), row.series_id)
    assert reasons(row) == ()


def test_disagreement_is_counted_over_the_labels_that_are_there():
    assert disagreement(HEART, HEART) == 0.0
    assert disagreement(0 * HEART, 0 * HEART) == 0.0
    without_rv = np.where(HEART == Label.RIGHT_VENTRICLE, 0, HEART).astype(np.uint8)
    assert disagreement(HEART, without_rv) == pytest.approx(1 / 3)


def test_a_prediction_leaves_worth_and_reasons_for_all_of_its_series(model, monkeypatch):
    rows = stored(cine(n_positions=2, n_phases=2))
    assert predict_store.predict_slice(rows[0].id)
    assert slice_row(open_store(), rows[0].id).worth > 0
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    predict_store.start_prediction()
    drain_queue(open_store(), RunKind.PREDICTION)
    for row in rows:
        found = slice_row(open_store(), row.id)
        assert found.worth >= found.uncertainty + found.disagreement > 0
