"""Strokes are kept or refused whole, and what another reader saved meanwhile is shown beside them."""

import io

import numpy as np
import pytest
from PIL import Image

from core.editing.editor_codec import encode_runs
from core.errors import BadInput, Conflict
from core.records.masks import Origin
from core.records.slices import Status
from core.workflow.prediction import predict_store
from core.workflow.review import rebase_draft
from core.workflow.review.open_slice import open_slice
from core.workflow.review.strokes import conflict_pictures
from core.workflow.review.versions import version_lines
from tests.workflow.review.readers import DRAWN, draw, header, newest, save, seen, status
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")


def test_the_second_save_of_two_is_a_conflict_that_shows_both_and_loses_neither():
    row = stored(cine(masked=True))[0]
    flipped = HEART[::-1].copy()
    draw(row, "ann", DRAWN)
    draw(row, "bob", flipped)
    save(row, "bob", approve=True)
    with pytest.raises(Conflict, match="bob saved version"):
        save(row, "ann", approve=True)
    opened = open_slice(row.id, "ann")
    assert opened.is_conflict
    assert header(opened.packed)["mask"] == encode_runs(DRAWN)
    pictures = conflict_pictures(row.id, "ann", side=48)
    assert len({Image.open(io.BytesIO(picture)).tobytes() for picture in pictures}) == 3
    assert np.array_equal(newest(row).mask, flipped)

    rebase_draft(row.id, "ann", seen(row, "ann"))
    going_on = open_slice(row.id, "ann", compare_with=newest(row).id)
    assert not going_on.is_conflict
    assert header(going_on.packed)["model_mask"] == encode_runs(flipped)
    save(row, "ann", approve=True)
    assert [line.version.author for line in version_lines(row.id)][:2] == ["ann", "bob"]


def test_a_new_prediction_leaves_the_slice_in_hand_alone(model):
    row = stored(cine())[0]
    draw(row, "ann")
    predict_store.predict_slice(row.id)
    assert save(row, "ann") == newest(row).id
    assert newest(row).origin == Origin.READER


@pytest.mark.parametrize(
    "change",
    [
        {"height": 7},
        {"runs": [7, 480]},
        {"runs": [0, -480]},
        {"runs": [0, 10**7]},
        {"runs": list(range(1_000_000))},
        {"document": "another"},
        {"revision": 99},
        {"tab": None},
    ],
)
def test_bad_payloads_change_nothing(change):
    row = stored(cine())[0]
    with pytest.raises(BadInput):
        draw(row, "ann", **change)
    assert status(row) == Status.NEW
    assert not open_slice(row.id, "ann").has_draft
