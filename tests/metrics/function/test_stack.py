"""Areas become volumes, and half a heart is none."""

import numpy as np
import pytest

from core.labels import Label
from core.metrics.function.stack import SliceStack, pixel_volume_ml
from core.records.hearts import LeftOut
from tests.metrics.function.stacks import stack

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE
SLICE = (30, 20, 10)


def test_volume_is_area_times_slice_distance():
    heart = stack([SLICE] * 3, [SLICE, SLICE, (0, 0, 0)])
    assert heart.volumes_ml()[:, [RV, MYO, LV]].tolist() == [[90, 60, 30], [60, 40, 20]]


def test_slices_beside_a_gap_share_it():
    heart = stack([SLICE] * 3, places=(0, 1, 3))
    assert heart.n_missing_places == 1
    assert heart.volumes_ml()[0, LV] == pytest.approx(10 + 15 + 15)


def test_a_slice_that_is_left_out_loses_the_cavity_and_its_wall_at_one_phase_alone():
    heart = stack([SLICE] * 3, [SLICE] * 3)
    assert heart.volumes_ml([LeftOut(0, 0, LV)])[:, [RV, MYO, LV]].tolist() == [[90, 40, 20], [90, 60, 30]]
    assert heart.volumes_ml([LeftOut(0, 1, RV)])[1, [RV, MYO, LV]].tolist() == [60, 60, 30]


def test_a_phase_is_whole_when_every_slice_has_a_mask():
    heart = stack([SLICE] * 3, [SLICE] * 3)
    drawn = heart.drawn.copy()
    drawn[2, 1] = False
    assert SliceStack(heart.pixels, drawn, (1, 1), 1).whole.tolist() == [True, False]


@pytest.mark.parametrize("spacing_mm", [(0.0, 1.0), (float("nan"), 1.0), (-1.0, 1.0)])
def test_a_pixel_size_that_cannot_be_is_refused(spacing_mm):
    with pytest.raises(ValueError, match="positive"):
        pixel_volume_ml(spacing_mm, 10)


@pytest.mark.parametrize(
    ("heart", "words"),
    [
        (stack([SLICE] * 2), "at least 3 slices, and there is 2"),
        (stack([SLICE] * 3, distance_mm=None), "distance between slices"),
        (SliceStack(np.zeros((3, 1, 4), int), np.ones((3, 1), bool), None, 1.0), "size of a pixel"),
    ],
    ids=["two slices", "no distance", "no size"],
)
def test_what_cannot_be_a_volume_says_why(heart, words):
    assert words in heart.obstacle


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        SliceStack(np.zeros((3, 1, 4), int), np.ones((3, 2), bool), None, None)
    with pytest.raises(ValueError, match="places"):
        SliceStack(np.zeros((3, 1, 4), int), np.ones((3, 1), bool), None, None, (0, 1))
