"""Contours become the reader's draft; those that nobody moved change nothing."""

import numpy as np
import pytest

from core.editing.contours import Outline, fill_polygon
from core.errors import BadInput, Conflict
from core.labels import Label
from core.records.masks import Origin
from core.records.orientation import Turn
from core.store.database import open_store
from core.store.masks import drafts, masks
from core.workflow.review import clear_draft, contours, publish_draft
from core.workflow.review.open_slice import open_slice
from core.workflow.review.showing import turn_series
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")

SQUARE = ((2.0, 2.0), (9.0, 2.0), (9.0, 7.0), (2.0, 7.0))


def draft(row):
    return drafts.load_draft(open_store(), row.id, "ann")


def seen(row):
    return open_slice(row.id, "ann").seen


def apply(row, after, **options) -> None:
    """Apply outlines that were made from what the reader sees now."""
    contours.apply(row.id, "ann", after, seen=seen(row), **options)


def test_outlines_that_nobody_moved_make_no_draft():
    row = stored(cine(masked=True))[0]
    opened = contours.open_outlines(row.id, "ann", 480)
    assert (opened.width, opened.height, opened.scale) == (400, 480, (20.0, 20.0))
    contours.apply(row.id, "ann", opened.outlines, seen=opened.seen)
    assert draft(row) is None


def test_a_contour_is_drawn_from_nothing_and_then_moved():
    row = stored(cine())[0]
    apply(row, {Outline.EPICARDIUM: (SQUARE,)})
    assert np.array_equal(draft(row).mask == Label.MYOCARDIUM, fill_polygon(SQUARE, HEART.shape))
    opened = contours.open_outlines(row.id, "ann", 480)
    assert opened.seen.strokes.seq == 1
    moved = tuple((x + 4, y) for x, y in SQUARE)
    apply(row, {Outline.EPICARDIUM: (moved,)})
    assert np.array_equal(draft(row).mask == Label.MYOCARDIUM, fill_polygon(moved, HEART.shape))
    publish_draft(row.id, "ann", seen(row), approve=True)


def test_contours_on_a_turned_picture_are_the_mask_of_the_source():
    row = stored(cine(masked=True))[0]
    turn = Turn(1, mirrored=True)
    turn_series(row.series_id, turn, "ann")
    opened = contours.open_outlines(row.id, "ann", 480)
    assert (opened.width, opened.height, opened.turn) == (480, 400, turn)
    apply(row, opened.outlines, turn=opened.turn)
    assert draft(row) is None
    apply(row, {Outline.EPICARDIUM: (SQUARE,)}, turn=opened.turn)
    shape = turn.shown(HEART).shape
    expected = turn.as_source(fill_polygon(SQUARE, shape))
    assert np.array_equal(draft(row).mask == Label.MYOCARDIUM, expected)


def test_outlines_that_are_out_of_date_overwrite_nothing():
    row = stored(cine(masked=True))[0]
    first = seen(row)
    apply(row, {Outline.ENDOCARDIUM: (SQUARE,)})
    with pytest.raises(Conflict, match="another mask since its contours"):
        contours.apply(row.id, "ann", {}, seen=first)
    assert draft(row).seq == 1


def test_outlines_of_a_version_are_not_taken_for_those_of_the_next():
    row = stored(cine(masked=True))[0]
    opened = contours.open_outlines(row.id, "ann", 480)
    theirs = HEART[::-1].copy()
    masks.save_version(
        open_store(), row.id, theirs, origin=Origin.READER, author="bob", parent_id=opened.seen.newest_id
    )
    with pytest.raises(Conflict, match="another mask since its contours"):
        contours.apply(row.id, "ann", {Outline.EPICARDIUM: (SQUARE,)}, seen=opened.seen)
    assert draft(row) is None


def test_contours_that_were_given_up_are_not_taken_for_the_next_ones():
    row = stored(cine(masked=True))[0]
    apply(row, {Outline.ENDOCARDIUM: (SQUARE,)})
    first = seen(row)
    clear_draft(row.id, "ann", first)
    apply(row, {Outline.EPICARDIUM: (SQUARE,)})
    assert seen(row).strokes.seq == first.strokes.seq
    with pytest.raises(Conflict):
        contours.apply(row.id, "ann", {}, seen=first)


def test_contours_keep_the_measured_time_and_add_their_own():
    row = stored(cine(masked=True))[0]
    drafts.save_draft(
        open_store(), row.id, "ann", 0 * HEART, parent_id=seen(row).newest_id, seq=1, tab="t", seconds=42
    )
    apply(row, {Outline.ENDOCARDIUM: (SQUARE,)})
    assert draft(row).seconds == 42
    apply(row, {Outline.EPICARDIUM: (SQUARE,)}, seconds=8)
    assert draft(row).seconds == 50


@pytest.mark.parametrize(
    ("polygons", "complaint"),
    [
        ((SQUARE[:2],), "2 points"),
        ((SQUARE,) * 51, "51 contours"),
        ((((0.0, float("nan")), (1.0, 1.0), (2.0, 3.0)),), "lies nowhere"),
    ],
)
def test_junk_is_refused_in_words(polygons, complaint):
    row = stored(cine())[0]
    with pytest.raises(BadInput, match=complaint):
        apply(row, {Outline.EPICARDIUM: polygons})
    assert draft(row) is None
