"""Predictions of many slices are kept in one unit of work, each once, all or none."""

import numpy as np
import pytest
from sqlalchemy import event

from core.errors import NotFound, RunRefused
from core.records.masks import Origin
from core.records.slices import Status
from core.store.masks import masks
from core.store.masks.predictions import NewPrediction, load_prediction, save_predictions, unpredicted_among
from core.store.models.models import register_model
from core.store.series.series import add_series
from core.store.slices.slices import list_slices
from tests.store.small import small_series

MASK = np.tile(np.arange(5, dtype=np.uint8).clip(0, 3), (6, 1))
SAID = np.full((4, 6, 5), 0.25)
N = 16


@pytest.fixture
def model_id(store) -> int:
    add_series(store, small_series(n_positions=N))
    return register_model(store, name="unet", sha256="a", path="a", card="{}").id


def said_of(store, mask: np.ndarray = MASK) -> list[NewPrediction]:
    return [NewPrediction(row.id, mask, SAID, 0.5, 0.1) for row in list_slices(store, limit=None)]


def allow(session) -> None:
    """The run is still this worker's."""


def refuse(session) -> None:
    raise RunRefused("given up")


def n_versions(store) -> list[int]:
    return [len(masks.versions(store, row.id)) for row in list_slices(store, limit=None)]


def test_many_slices_take_one_commit_and_about_two_statements_each(store, model_id):
    seen: list[str] = []
    said = said_of(store)
    event.listen(
        store.engine, "before_cursor_execute", lambda c, cursor, statement, *rest: seen.append(statement)
    )
    event.listen(store.engine, "commit", lambda connection: seen.append("commit"))
    assert save_predictions(store, said, model_id, "unet", allow) == [True] * N
    assert seen.count("commit") == 1
    assert len(seen) < 2.5 * N
    for row in list_slices(store, limit=None):
        assert (row.status, row.newest_origin, row.uncertainty) == (Status.PREDICTED, Origin.MODEL, 0.5)
        assert row.worth == 0.6
        assert np.array_equal(masks.newest_version(store, row.id).mask, MASK)
        assert np.array_equal(load_prediction(store, row.id).mask, MASK)


def test_what_was_said_before_a_shard_was_done_again_stays_and_the_rest_is_added(store, model_id):
    said = said_of(store)
    save_predictions(store, said[:3], model_id, "unet", allow)
    again = said_of(store, 3 - MASK.clip(0, 3))
    assert save_predictions(store, again, model_id, "unet", allow) == [False] * 3 + [True] * (N - 3)
    assert n_versions(store) == [1] * N
    assert np.array_equal(masks.newest_version(store, said[0].slice_id).mask, MASK)


@pytest.mark.parametrize("case", ["given up", "no such slice", "no mask"])
def test_where_one_cannot_be_kept_none_is(store, model_id, case):
    said = said_of(store)
    guard = refuse if case == "given up" else allow
    if case == "no such slice":
        said.append(NewPrediction(999, MASK, SAID, 0.5))
    if case == "no mask":
        said[5] = NewPrediction(said[5].slice_id, MASK[:2], SAID, 0.5)
    with pytest.raises((RunRefused, NotFound, ValueError)):
        save_predictions(store, said, model_id, "unet", guard)
    assert n_versions(store) == [0] * N
    ids = [row.id for row in list_slices(store, limit=None)]
    assert unpredicted_among(store, ids, model_id) == set(ids)


def test_masks_of_people_stay_among_many_and_the_same_again_is_no_version(store, model_id):
    said = said_of(store)
    theirs = said[4].slice_id
    drawn = {"origin": Origin.READER, "author": "ann", "parent_id": None, "status": Status.APPROVED}
    masks.save_version(store, theirs, 3 - MASK, **drawn)
    for _ in range(2):
        shown = save_predictions(store, said, model_id, "unet")
        assert shown == [one.slice_id != theirs for one in said]
        assert n_versions(store) == [1] * N
    assert np.array_equal(load_prediction(store, theirs).mask, MASK)
    assert np.array_equal(masks.newest_version(store, theirs).mask, 3 - MASK)
