"""Masks between two others have the shapes between theirs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from scipy.spatial.distance import cdist

from core.editing.spread.distance import signed_distance
from core.editing.spread.interpolation import between, heart_move
from core.editing.spread.layers import with_layers
from core.labels import FOREGROUND, Label
from tests.editing.spread.shapes import MIDDLE, SHAPE, any_mask, disc, heart

RADII = st.floats(5, 17)  # of fewer pixels no circle can be told
SHARES = st.floats(0.1, 0.9)
CROSS = ndimage.generate_binary_structure(2, 1)
LV, WALL, RV = Label.LEFT_VENTRICLE, Label.MYOCARDIUM, Label.RIGHT_VENTRICLE


def mask_between(one, other, share=0.5, labels=FOREGROUND, spacing=(1.0, 1.0)):
    """What becomes of an empty slice that lies between two."""
    return with_layers(np.zeros_like(one), between(one, other, share, labels, spacing))


def radius_of(inside) -> float:
    """Of the circle with as many pixels."""
    return float(np.sqrt(inside.sum() / np.pi))


@given(any_mask(), SHARES, any_mask())
@settings(max_examples=50, deadline=None)
def test_between_two_equal_masks_lies_that_mask_whatever_was_there(mask, share, before):
    assert np.array_equal(with_layers(before, between(mask, mask, share, FOREGROUND)), mask)


@given(RADII, RADII, SHARES)
@settings(max_examples=60, deadline=None)
def test_between_two_discs_lies_a_disc_of_a_radius_between_theirs(small, large, share):
    one, other = disc(small), disc(large)
    made = mask_between(one * np.uint8(LV), other * np.uint8(LV), share) == LV
    radius = (1 - share) * radius_of(one) + share * radius_of(other)  # as far as pixels can have it
    assert abs(radius_of(made) - radius) < 0.6  # half a pixel, and what small discs of whole pixels are off
    assert not (disc(radius - 1) & ~made).any()
    assert not (made & ~disc(radius + 1)).any()


@given(st.floats(5, 9), st.floats(-8, 8), st.floats(-8, 8))
@settings(max_examples=40, deadline=None)
def test_a_disc_that_lies_elsewhere_moves_there_instead_of_fading(radius, down, right):
    here = disc(radius) * np.uint8(LV)
    there = disc(radius, (MIDDLE[0] + down, MIDDLE[1] + right)) * np.uint8(LV)
    made = mask_between(here, there) == LV
    assert abs(radius_of(made) - (radius_of(here > 0) + radius_of(there > 0)) / 2) < 0.5
    halfway = ndimage.center_of_mass(made)
    assert halfway == pytest.approx((MIDDLE[0] + down / 2, MIDDLE[1] + right / 2), abs=0.5)


@given(st.floats(4, 9), st.floats(4, 9), SHARES)
@settings(max_examples=40, deadline=None)
def test_the_wall_stays_closed_around_the_cavity(one_cavity, other_cavity, share):
    one = heart(wall=one_cavity + 3, cavity=one_cavity)
    other = heart(wall=other_cavity + 5, cavity=other_cavity, middle=(34.0, 22.0))
    made = mask_between(one, other, share)
    around = ndimage.binary_dilation(made == LV, CROSS) & (made != LV)
    assert (made == LV).any()
    assert (made[around] == WALL).all()
    assert not (ndimage.binary_fill_holes(made > 0) & (made == 0)).any()


def test_a_label_that_ends_shrinks_to_nothing_and_stays_within_its_wall():
    one, other = heart(wall=14, cavity=9), heart(wall=8, cavity=0.1, right=False)
    other[other == LV] = WALL
    sizes = [int((mask_between(one, other, share) == LV).sum()) for share in (0.25, 0.5, 0.75, 0.95)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0
    assert sizes[-1] <= 1
    right = [int((mask_between(one, other, share) == RV).sum()) for share in (0.25, 0.5, 0.75, 0.95)]
    assert right == sorted(right, reverse=True)
    assert (mask_between(one, np.zeros_like(one), 0.4) == LV).any()


def test_what_is_empty_on_both_sides_is_empty_between():
    nothing = np.zeros(SHAPE, np.uint8)
    assert not mask_between(nothing, nothing).any()
    assert heart_move(nothing, nothing) == (0.0, 0.0)


def test_only_the_label_that_is_asked_for_becomes_another_one():
    before = heart(wall=12, cavity=6)
    made = with_layers(
        before, between(heart(wall=14, cavity=9), heart(wall=10, cavity=7), 0.5, [LV], (1.5, 1.5))
    )
    assert radius_of(made == LV) == pytest.approx(8, abs=0.5)
    assert np.array_equal(made == RV, before == RV)
    assert np.array_equal(np.isin(made, (LV, WALL)), np.isin(before, (LV, WALL)))


def test_pixels_that_are_no_squares_are_measured_in_their_own_size():
    one = np.where(disc(9), LV, 0).astype(np.uint8)
    flat, square = (mask_between(one, heart(wall=3, cavity=3), 0.5, [LV], it) for it in ((3, 1), (1, 1)))
    assert not np.array_equal(flat, square)
    assert (flat == LV).any()


@given(any_mask(), st.sampled_from([(1.0, 1.0), (1.5, 1.5), (2.0, 1.25)]))
@settings(max_examples=30, deadline=None)
def test_signed_distances_are_those_to_the_nearest_pixel_on_the_other_side(mask, spacing):
    inside = mask == LV
    if not inside.any():
        with pytest.raises(ValueError, match="empty region"):
            signed_distance(inside)
        return
    framed = np.pad(inside, 1)
    ins, outs = np.argwhere(framed) * spacing, np.argwhere(~framed) * spacing
    half = np.sqrt(spacing[0] * spacing[1]) / 2
    expected = np.zeros(framed.shape)
    expected[framed] = half - cdist(ins, outs).min(axis=1)
    expected[~framed] = cdist(outs, ins).min(axis=1) - half
    assert np.allclose(signed_distance(inside, spacing), expected[1:-1, 1:-1])


def test_masks_of_two_shapes_and_shares_outside_have_nothing_between():
    with pytest.raises(ValueError, match="one shape"):
        between(np.zeros((3, 3), np.uint8), np.zeros((3, 4), np.uint8), 0.5, FOREGROUND)
    with pytest.raises(ValueError, match="between 0 and 1"):
        between(np.zeros((3, 3), np.uint8), np.zeros((3, 3), np.uint8), 1.0, FOREGROUND)
