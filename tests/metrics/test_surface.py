"""Distances by hand on few pixels, and against a slow plain formula on any mask."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.metrics.surface import hausdorff95_mm, mean_surface_distance_mm, surface, surface_distances

SPACING = st.tuples(st.floats(0.5, 3), st.floats(0.5, 3))
PAIRS = arrays.arrays(bool, (2, 6, 7))


def measured(reference: np.ndarray, prediction: np.ndarray, spacing_mm: tuple[float, ...]):
    """(HD95, mean surface distance) in mm."""
    distances = surface_distances(reference, prediction, spacing_mm)
    return hausdorff95_mm(distances), mean_surface_distance_mm(distances)


def pixels(shape: tuple[int, ...], *places: tuple[int, ...]) -> np.ndarray:
    mask = np.zeros(shape, bool)
    for place in places:
        mask[place] = True
    return mask


def outline(mask: np.ndarray) -> np.ndarray:
    """Places of pixels with a neighbour outside the mask or the image, one by one."""
    found = []
    for place in np.argwhere(mask):
        beside = [place + step for axis in np.eye(mask.ndim, dtype=int) for step in (axis, -axis)]
        inside = [(p >= 0).all() and (p < mask.shape).all() and mask[tuple(p)] for p in beside]
        if not all(inside):
            found.append(place)
    return np.array(found)


def plain(reference: np.ndarray, prediction: np.ndarray, spacing_mm: tuple[float, ...]):
    """The definition, with every distance between any two outline pixels."""
    ours, theirs = outline(reference) * spacing_mm, outline(prediction) * spacing_mm
    between = np.sqrt(((ours[:, None] - theirs[None]) ** 2).sum(axis=-1))
    there, back = between.min(axis=1), between.min(axis=0)
    mean = (there.sum() + back.sum()) / (len(there) + len(back))
    return max(np.percentile(there, 95), np.percentile(back, 95)), mean


def test_equal_masks_are_no_distance_apart():
    square = np.zeros((8, 8), bool)
    square[2:6, 3:7] = True
    assert measured(square, square, (1.5, 1.5)) == (0, 0)


def test_single_pixels_are_as_far_apart_as_their_centres():
    assert measured(pixels((5, 5), (0, 0)), pixels((5, 5), (3, 4)), (1, 1)) == (5, 5)


def test_spacing_counts_along_its_own_axis():
    upper, lower, right = pixels((5, 5), (0, 0)), pixels((5, 5), (2, 0)), pixels((5, 5), (0, 2))
    assert measured(upper, lower, (3, 1)) == (6, 6)
    assert measured(upper, right, (3, 1)) == (2, 2)


def test_slices_of_a_volume_are_a_slice_distance_apart():
    first, second = pixels((3, 4, 4), (0, 1, 1)), pixels((3, 4, 4), (2, 1, 1))
    assert measured(first, second, (10, 1.5, 1.5)) == (20, 20)


def test_mean_and_percentile_by_hand():
    # Two pixels against one: there 0 and 4 mm, back 0 mm. 95 % of the way from 0 to 4 is 3.8.
    two, one = pixels((1, 5), (0, 0), (0, 4)), pixels((1, 5), (0, 0))
    assert measured(two, one, (1, 1)) == pytest.approx((3.8, 4 / 3))
    assert measured(one, two, (1, 1)) == pytest.approx((3.8, 4 / 3))


def test_pixels_at_the_border_of_the_image_are_outline():
    assert surface(np.ones((3, 4), bool)).sum() == 10
    full, centre = np.ones((3, 3), bool), pixels((3, 3), (1, 1))
    # The full mask's outline is its 8 rim pixels: 4 at 1 mm from the centre, 4 at the diagonal; back 1 mm.
    expected_mean = (4 * 1 + 4 * math.sqrt(2) + 1) / 9
    assert measured(full, centre, (1, 1)) == pytest.approx((math.sqrt(2), expected_mean))


@pytest.mark.parametrize("which", ["reference", "prediction", "both"])
def test_without_an_outline_there_is_no_distance(which):
    empty, one = np.zeros((4, 4), bool), pixels((4, 4), (1, 1))
    reference = one if which == "prediction" else empty
    prediction = one if which == "reference" else empty
    assert all(math.isnan(value) for value in measured(reference, prediction, (1, 1)))


@settings(max_examples=150)
@given(PAIRS, SPACING)
def test_slices_agree_with_the_definition_written_out(pair, spacing_mm):
    if pair[0].any() and pair[1].any():
        assert measured(pair[0], pair[1], spacing_mm) == pytest.approx(plain(*pair, spacing_mm))


@settings(max_examples=60)
@given(arrays.arrays(bool, (2, 3, 4, 5)), st.floats(4, 12), SPACING)
def test_volumes_agree_with_the_definition_written_out(pair, distance_mm, spacing_mm):
    if pair[0].any() and pair[1].any():
        whole = (distance_mm, *spacing_mm)
        assert measured(pair[0], pair[1], whole) == pytest.approx(plain(*pair, whole))


@given(PAIRS, SPACING)
def test_the_order_of_the_masks_does_not_matter(pair, spacing_mm):
    there, back = measured(pair[0], pair[1], spacing_mm), measured(pair[1], pair[0], spacing_mm)
    assert there == pytest.approx(back, nan_ok=True)


@given(PAIRS)
def test_turning_both_masks_turns_nothing_else(pair):
    turned = measured(pair[0].T, pair[1].T, (2, 1))
    assert turned == pytest.approx(measured(pair[0], pair[1], (1, 2)), nan_ok=True)


@given(PAIRS, SPACING)
def test_no_distance_is_longer_than_the_image(pair, spacing_mm):
    longest = math.hypot(5 * spacing_mm[0], 6 * spacing_mm[1])
    for value in measured(pair[0], pair[1], spacing_mm):
        assert math.isnan(value) or 0 <= value <= longest


@pytest.mark.parametrize("spacing_mm", [(1.0,), (1.0, 0.0), (1.0, math.nan), (1, 1, 1)])
def test_a_spacing_that_cannot_be_is_refused(spacing_mm):
    with pytest.raises(ValueError, match="spacing_mm"):
        surface_distances(np.ones((2, 2), bool), np.ones((2, 2), bool), spacing_mm)


def test_masks_of_different_shape_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        surface_distances(np.ones((2, 2), bool), np.ones((2, 3), bool), (1, 1))
