"""Outlines have few points, follow the mask, and give it back to the pixel when nobody moved them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from core.editing.contours import Outline, apply_outlines, fill_polygon, outlines, tissues_of
from core.labels import Label
from tests.label_sets import NO_WALL, TURNED_ROUND

EPI, ENDO, RV = Outline.EPICARDIUM, Outline.ENDOCARDIUM, Outline.OTHER_CAVITY


def heart(side: int = 96) -> np.ndarray:
    """Discs: myocardium of radius 22, LV of radius 14 in it, RV beside it."""
    y, x = np.mgrid[:side, :side] + 0.5
    mask = np.zeros((side, side), np.uint8)
    mask[np.hypot(x - 30, y - 48) < 20] = Label.RIGHT_VENTRICLE
    mask[np.hypot(x - 55, y - 48) < 22] = Label.MYOCARDIUM
    mask[np.hypot(x - 55, y - 48) < 14] = Label.LEFT_VENTRICLE
    return mask


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * (one & other).sum() / (one.sum() + other.sum())


@settings(deadline=None)  # the first one loads a library
@given(arrays(np.uint8, (9, 11), elements=some.integers(0, 3)))
def test_outlines_that_nobody_moved_change_nothing(mask):
    found = outlines(mask)
    assert np.array_equal(apply_outlines(mask, found, found), mask)


def test_outlines_have_few_points_and_follow_the_mask():
    mask = heart()
    found = outlines(mask)
    for outline, inside in (
        (ENDO, mask == Label.LEFT_VENTRICLE),
        (EPI, (mask == Label.LEFT_VENTRICLE) | (mask == Label.MYOCARDIUM)),
        (RV, mask == Label.RIGHT_VENTRICLE),
    ):
        (polygon,) = found[outline]
        assert 6 <= len(polygon) <= 30
        assert dice(fill_polygon(polygon, mask.shape), inside) > 0.97


def test_a_moved_endocardium_gives_and_takes_myocardium_alone():
    mask = heart()
    before = outlines(mask)
    smaller = tuple((55 + (x - 55) * 0.5, 48 + (y - 48) * 0.5) for x, y in before[ENDO][0])
    after = apply_outlines(mask, before, before | {ENDO: (smaller,)})
    inside = fill_polygon(smaller, mask.shape)
    assert np.array_equal(after == Label.LEFT_VENTRICLE, inside)
    ring = np.isin(mask, (Label.LEFT_VENTRICLE, Label.MYOCARDIUM)) & ~inside
    assert np.array_equal(after == Label.MYOCARDIUM, ring)
    assert np.array_equal(after == Label.RIGHT_VENTRICLE, mask == Label.RIGHT_VENTRICLE)


def test_a_moved_rv_leaves_background_behind_and_never_covers_the_left_side():
    mask = heart()
    before = outlines(mask)
    moved = tuple((x + 10, y) for x, y in before[RV][0])
    after = apply_outlines(mask, before, before | {RV: (moved,)})
    left_side = np.isin(mask, (Label.LEFT_VENTRICLE, Label.MYOCARDIUM))
    assert np.array_equal(after[left_side], mask[left_side])
    assert np.array_equal(after == Label.RIGHT_VENTRICLE, fill_polygon(moved, mask.shape) & ~left_side)


def test_an_outline_may_be_drawn_from_nothing_and_taken_away():
    empty = np.zeros((20, 20), np.uint8)
    square = ((4.0, 4.0), (12.0, 4.0), (12.0, 10.0), (4.0, 10.0))
    drawn = apply_outlines(empty, outlines(empty), {EPI: (square,)})
    assert (drawn[4:10, 4:12] == Label.MYOCARDIUM).all()
    assert (drawn > 0).sum() == 48
    before = outlines(drawn)
    assert not apply_outlines(drawn, before, before | {EPI: ()}).any()


def test_other_pieces_of_a_label_stay_as_they_are():
    mask = heart()
    mask[2:5, 2:5] = Label.RIGHT_VENTRICLE
    before = outlines(mask)
    assert len(before[RV]) == 2
    moved = tuple((x, y + 5) for x, y in before[RV][0])
    after = apply_outlines(mask, before, before | {RV: (moved, before[RV][1])})
    assert (after[2:5, 2:5] == Label.RIGHT_VENTRICLE).all()


@pytest.mark.parametrize(
    ("polygon", "n_pixels"),
    [
        (((0, 0), (4, 0), (4, 3), (0, 3)), 12),
        (((0, 0), (4.2, 0), (0, 4.2)), 10),
        (((-5, -5), (30, -5), (30, 30), (-5, 30)), 80),  # beyond the picture
    ],
)
def test_polygons_are_filled_where_the_middle_of_a_pixel_is_inside(polygon, n_pixels):
    assert fill_polygon(polygon, (8, 10)).sum() == n_pixels


def test_outlines_follow_the_roles_of_a_label_set():
    assert tissues_of(TURNED_ROUND) == {RV: (3,), EPI: (2, 1), ENDO: (1,)}
    with pytest.raises(ValueError, match="one walled cavity and one other"):
        tissues_of(NO_WALL)
