"""Labels grown and shrunk by pixels, as far as they may."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from core.editing.spread.changes import resized
from core.labels import FOREGROUND, Label
from tests.editing.spread.shapes import SHAPE, any_mask, disc, heart

LV, WALL, RV = Label.LEFT_VENTRICLE, Label.MYOCARDIUM, Label.RIGHT_VENTRICLE


def distances_from(inside):
    """Of every pixel's middle to the nearest of a region's, by hand."""
    every = np.argwhere(np.ones(SHAPE, bool))
    return cdist(every, np.argwhere(inside)).min(axis=1).reshape(SHAPE)


@given(any_mask(), st.sets(st.sampled_from(FOREGROUND)))
@settings(max_examples=30, deadline=None)
def test_by_no_pixel_and_of_no_label_nothing_changes(mask, labels):
    assert np.array_equal(resized(mask, labels, 0), mask)
    assert np.array_equal(resized(mask, (), 2), mask)


@given(any_mask(), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_what_grows_takes_from_no_label_but_the_cavity_from_its_wall(mask, pixels):
    grown = resized(mask, FOREGROUND, pixels)
    changed = mask != grown
    assert np.isin(mask[changed], (0, WALL)).all()
    assert (grown[changed & (mask == WALL)] == LV).all()


@pytest.mark.parametrize("pixels", [1, 2, 4])
def test_a_wall_grows_by_a_disc_all_around_and_shrinks_by_one(pixels):
    mask = heart(wall=14, cavity=6, right=False)
    near = distances_from(mask > 0) < pixels + 0.5
    assert np.array_equal(resized(mask, [WALL], pixels) > 0, near)
    far = distances_from(mask == 0) >= pixels + 0.5
    shrunk = resized(mask, [WALL], -pixels)
    assert np.array_equal(shrunk > 0, (far & (mask > 0)) | (mask == LV))
    assert np.array_equal(shrunk == LV, mask == LV)


def test_a_cavity_grows_into_its_wall_and_leaves_wall_where_it_shrinks():
    mask = heart(wall=14, cavity=8)
    for pixels, radius in ((2, 10), (-3, 5)):
        made = resized(mask, [LV], pixels)
        assert np.sqrt((made == LV).sum() / np.pi) == pytest.approx(radius, abs=0.5)
        assert np.array_equal(np.isin(made, (LV, WALL)), np.isin(mask, (LV, WALL)))
        assert np.array_equal(made == RV, mask == RV)


def test_two_that_grow_meet_halfway():
    mask = np.zeros(SHAPE, np.uint8)
    mask[20:30, 10:14] = RV
    mask[20:30, 20:24] = WALL
    made = resized(mask, FOREGROUND, 5)
    assert (made[25, 14:17] == RV).all()
    assert (made[25, 17:20] == WALL).all()


def test_the_whole_mask_shrinks_without_a_gap_and_an_empty_one_stays_empty():
    mask = heart(wall=14, cavity=8, right=False)
    shrunk = resized(mask, FOREGROUND, -2)
    assert np.array_equal(shrunk > 0, (distances_from(mask == 0) >= 2.5) & (mask > 0))
    assert np.array_equal(shrunk == LV, (distances_from(mask != LV) >= 2.5) & disc(8))
    assert not resized(np.zeros_like(mask), FOREGROUND, 3).any()
    assert not resized(mask, FOREGROUND, -40).any()
