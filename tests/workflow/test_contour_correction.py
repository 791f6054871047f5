"""Contours become the reader's draft; those that nobody moved change nothing."""

import numpy as np
import pytest

from core.contours import fill_polygon
from core.errors import BadInput, Conflict
from core.labels import Label
from core.store import drafts
from core.store.database import open_store
from core.workflow import contour_correction, correction
from core.workflow.contour_correction import Outline
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")

SQUARE = ((2.0, 2.0), (9.0, 2.0), (9.0, 7.0), (2.0, 7.0))


def draft(row):
    return drafts.load_draft(open_store(), row.id, "ann")


def test_outlines_that_nobody_moved_make_no_draft():
    row = stored(cine(masked=True))[0]
    opened = contour_correction.open_outlines(row.id, "ann", 480)
    assert (opened.width, opened.height, opened.scale) == (400, 480, (20.0, 20.0))
    contour_correction.apply(row.id, "ann", opened.outlines, seq=opened.seq)
    assert draft(row) is None


def test_a_contour_is_drawn_from_nothing_and_then_moved():
    row = stored(cine())[0]
    contour_correction.apply(row.id, "ann", {Outline.EPICARDIUM: (SQUARE,)}, seq=0)
    assert np.array_equal(draft(row).mask == Label.MYOCARDIUM, fill_polygon(SQUARE, HEART.shape))
    opened = contour_correction.open_outlines(row.id, "ann", 480)
    assert opened.seq == 1
    moved = tuple((x + 4, y) for x, y in SQUARE)
    contour_correction.apply(row.id, "ann", {Outline.EPICARDIUM: (moved,)}, seq=1)
    assert np.array_equal(draft(row).mask == Label.MYOCARDIUM, fill_polygon(moved, HEART.shape))
    correction.save(row.id, "ann", approve=True)


def test_outlines_that_are_out_of_date_overwrite_nothing():
    row = stored(cine(masked=True))[0]
    contour_correction.apply(row.id, "ann", {Outline.ENDOCARDIUM: (SQUARE,)}, seq=0)
    with pytest.raises(Conflict, match="another browser tab"):
        contour_correction.apply(row.id, "ann", {}, seq=0)
    assert draft(row).seq == 1


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
        contour_correction.apply(row.id, "ann", {Outline.EPICARDIUM: polygons}, seq=0)
    assert draft(row) is None
