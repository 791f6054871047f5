"""A slice is opened, drawn on, saved, approved, restored; what anybody drew is never lost."""

import io
import json
import math

import numpy as np
import pytest
from PIL import Image

from core.editing import encode_runs
from core.errors import BadInput, Conflict, NotFound
from core.labels import Label
from core.records import Origin, SliceRow, Split, Status
from core.store import masks
from core.store.database import open_store
from core.store.slices import slice_row
from core.workflow import correction, prediction
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")

DRAWN = np.rot90(HEART, 2).copy()


def header(packed: bytes) -> dict:
    return json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])


def draw(row: SliceRow, reader: str, mask: np.ndarray = DRAWN, seq: int = 1, tab: str = "t", **change):
    """The reader's strokes so far, as the browser sends them."""
    revision = correction.open_slice(row.id, reader).revision
    payload = {
        "document": "doc",
        "revision": revision,
        "tab": tab,
        "seq": seq,
        "since": 0,
        "height": mask.shape[0],
        "width": mask.shape[1],
        "runs": encode_runs(mask),
        "seconds": 12.5,
    } | change
    return correction.take_edit(row.id, reader, payload, document="doc", revision=revision)


def seen(row: SliceRow, reader: str):
    """What the reader sees who opens the slice now."""
    return correction.open_slice(row.id, reader).seen


def save(row: SliceRow, reader: str, **options) -> int:
    """Save what the reader sees."""
    return correction.save(row.id, reader, seen(row, reader), **options)


def newest(row: SliceRow):
    return masks.newest_version(open_store(), row.id)


def status(row: SliceRow) -> Status:
    return slice_row(open_store(), row.id).status


def test_a_series_without_masks_and_without_any_model_is_drawn_from_nothing():
    row = stored(cine())[0]
    opened = correction.open_slice(row.id, "ann")
    assert (opened.revision, opened.newest, opened.predicted_by, opened.has_draft) == (0, None, "", False)
    acknowledged = draw(row, "ann", seq=3)
    assert (acknowledged.tab, acknowledged.seq) == ("t", 3)
    assert status(row) == Status.IN_PROGRESS
    reopened = correction.open_slice(row.id, "ann")
    assert (reopened.stored.seq, reopened.seconds) == (3, 12.5)
    assert header(reopened.packed)["mask"] == encode_runs(DRAWN)
    assert header(correction.open_slice(row.id, "bob").packed)["mask"] == encode_runs(0 * DRAWN)
    version_id = save(row, "ann", seq=3, note=" apex ", approve=True)
    version = newest(row)
    assert (version.id, version.origin, version.author) == (version_id, Origin.READER, "ann")
    assert (version.note, version.seconds, version.parent_id) == ("apex", 12.5, None)
    assert np.array_equal(version.mask, DRAWN)
    assert status(row) == Status.APPROVED
    assert not correction.open_slice(row.id, "ann").has_draft


def test_a_models_mask_is_corrected_and_both_stay(model):
    row = stored(cine())[0]
    prediction.predict_slice(row.id)
    proposal = newest(row)
    opened = correction.open_slice(row.id, "ann")
    assert (opened.revision, opened.predicted_by) == (proposal.id, "unet-cine")
    draw(row, "ann")
    save(row, "ann", approve=True)
    first, second = correction.version_lines(row.id)
    assert (first.version.parent_id, second.version.id) == (proposal.id, proposal.id)
    assert second.dice == {}
    told = header(correction.open_slice(row.id, "ann").packed)
    assert told["mask"] == encode_runs(DRAWN)
    assert told["model_mask"] == encode_runs(proposal.mask)


def test_an_approval_without_a_stroke_makes_no_version(model):
    row = stored(cine())[0]
    prediction.predict_slice(row.id)
    save(row, "ann", approve=True)
    assert status(row) == Status.APPROVED
    assert [line.version.origin for line in correction.version_lines(row.id)] == [Origin.MODEL]


def test_versions_are_compared_with_the_one_they_started_from():
    row = stored(cine(masked=True))[0]
    without_rv = np.where(HEART == Label.RIGHT_VENTRICLE, 0, HEART).astype(np.uint8)
    draw(row, "ann", without_rv)
    save(row, "ann")
    newer = correction.version_lines(row.id)[0]
    assert newer.dice == {Label.RIGHT_VENTRICLE: 0.0, Label.MYOCARDIUM: 1.0, Label.LEFT_VENTRICLE: 1.0}
    draw(row, "ann", 0 * without_rv, seq=2)
    save(row, "ann")
    assert math.isnan(correction.version_lines(row.id)[0].dice[Label.RIGHT_VENTRICLE])


def test_an_old_version_is_restored_as_a_new_one():
    row = stored(cine(masked=True))[0]
    reference = newest(row)
    draw(row, "ann")
    save(row, "ann")
    restored = correction.restore(reference.id, "bob", newest(row).id)
    version = newest(row)
    assert (version.id, version.author, version.origin) == (restored, "bob", Origin.READER)
    assert version.note == f"version {reference.id} of {reference.author} again"
    assert np.array_equal(version.mask, HEART)
    assert len(correction.version_lines(row.id)) == 3


def test_restoring_never_throws_strokes_away():
    row = stored(cine(masked=True))[0]
    reference = newest(row)
    draw(row, "ann")
    with pytest.raises(BadInput, match="save or discard them first"):
        correction.restore(reference.id, "ann", newest(row).id)
    correction.discard(row.id, "ann", seen(row, "ann"))
    assert correction.restore(reference.id, "ann", newest(row).id)


def test_the_second_save_of_two_is_a_conflict_that_shows_both_and_loses_neither():
    row = stored(cine(masked=True))[0]
    flipped = HEART[::-1].copy()
    draw(row, "ann", DRAWN)
    draw(row, "bob", flipped)
    save(row, "bob", approve=True)
    with pytest.raises(Conflict, match="bob saved version"):
        save(row, "ann", approve=True)
    opened = correction.open_slice(row.id, "ann")
    assert opened.is_conflict
    assert header(opened.packed)["mask"] == encode_runs(DRAWN)
    pictures = correction.conflict_pictures(row.id, "ann", side=48)
    assert len({Image.open(io.BytesIO(picture)).tobytes() for picture in pictures}) == 3
    assert np.array_equal(newest(row).mask, flipped)

    correction.keep_mine(row.id, "ann", seen(row, "ann"))
    going_on = correction.open_slice(row.id, "ann", compare_with=newest(row).id)
    assert not going_on.is_conflict
    assert header(going_on.packed)["model_mask"] == encode_runs(flipped)
    save(row, "ann", approve=True)
    assert [line.version.author for line in correction.version_lines(row.id)][:2] == ["ann", "bob"]


def test_strokes_given_up_leave_the_slice_as_it_was():
    row = stored(cine())[0]
    draw(row, "ann")
    correction.discard(row.id, "ann", seen(row, "ann"))
    assert status(row) == Status.NEW
    assert not correction.open_slice(row.id, "ann").has_draft
    correction.discard(row.id, "ann", seen(row, "ann"))  # twice does no harm


def test_a_new_prediction_leaves_the_slice_in_hand_alone(model):
    row = stored(cine())[0]
    draw(row, "ann")
    prediction.predict_slice(row.id)
    assert save(row, "ann") == newest(row).id
    assert newest(row).origin == Origin.READER


def test_masks_of_the_slices_around_come_along_to_be_copied():
    rows = stored(cine(n_positions=3, n_phases=2, masked=True))
    middle = next(row for row in rows if (row.position, row.phase) == (1, 0))
    around = header(correction.open_slice(middle.id, "ann").packed)["neighbours"]
    assert set(around) == {"previous_slice", "next_slice", "previous_phase", "next_phase"}
    edge = next(row for row in rows if (row.position, row.phase) == (0, 0))
    assert "previous_slice" not in header(correction.open_slice(edge.id, "ann").packed)["neighbours"]


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
    assert not correction.open_slice(row.id, "ann").has_draft


def test_what_does_not_exist_is_told():
    row = stored(cine(split=Split.TRAIN))[0]
    with pytest.raises(NotFound):
        correction.open_slice(row.id + 1000, "ann")
    with pytest.raises(NotFound, match="draw or predict"):
        save(row, "ann", approve=True)
    with pytest.raises(NotFound):
        correction.restore(999, "ann", None)
    with pytest.raises(NotFound, match="no two masks"):
        correction.conflict_pictures(row.id, "ann")


def test_readers_see_who_else_is_there():
    row = stored(cine())[0]
    assert correction.others_here(row.id, "ann").others == ()
    assert correction.others_here(row.id, "bob").others == ("ann",)
