"""What lies beyond the base is cleared; a heart that is seen as well there as elsewhere stays whole."""

import numpy as np
import pytest

from core.imaging.processing.beyond_base import MIN_SLICES, SURE, SliceSaid, beyond_base, said_of, without
from core.labels import FOREGROUND, Label

RV, MYO, LV = FOREGROUND
UNSURE = SURE - 0.01


def a_slice(rv: float, lv: float, *, myo: float | None = None, sure: float = SURE) -> SliceSaid:
    """Areas in pixels, and how sure the model is of the RV; the wall is there where the LV is."""
    areas = np.array([1000.0, rv, lv if myo is None else myo, lv])
    return SliceSaid(areas, np.where(areas > 0, [0.99, sure, 0.9, 0.9], 0))


HEART = [a_slice(300, 200), a_slice(280, 210), a_slice(200, 190), a_slice(120, 150), a_slice(60, 80)]
NOTHING = a_slice(0, 0)


def test_a_heart_that_is_seen_alike_everywhere_stays_whole():
    assert beyond_base(HEART) == [()] * len(HEART)
    assert beyond_base([NOTHING, *HEART, NOTHING]) == [()] * (len(HEART) + 2)


@pytest.mark.parametrize("beyond", [a_slice(0, 0, myo=50), a_slice(250, 0, myo=50), a_slice(250, 0)])
def test_a_slice_without_an_lv_at_the_base_is_none_of_the_heart(beyond):
    assert beyond_base([beyond, *HEART]) == [FOREGROUND, *[()] * len(HEART)]
    assert beyond_base([NOTHING, beyond, *HEART])[:3] == [(), FOREGROUND, ()]
    assert beyond_base([beyond, beyond, beyond, *HEART])[:4] == [FOREGROUND, FOREGROUND, (), ()]
    assert beyond_base([*HEART, beyond]) == [()] * (len(HEART) + 1)


@pytest.mark.parametrize(
    ("rv", "sure", "expected"),
    [(150, UNSURE, (RV,)), (150, SURE, ()), (300, UNSURE, ()), (0, SURE, ())],
)
def test_an_rv_ends_where_it_is_smaller_than_in_the_next_slice_and_found_with_little_certainty(
    rv, sure, expected
):
    assert beyond_base([a_slice(rv, 200, sure=sure), *HEART]) == [expected, *[()] * len(HEART)]
    assert beyond_base([NOTHING, a_slice(rv, 200, sure=sure), *HEART])[:3] == [(), expected, ()]


def test_an_rv_loses_two_slices_at_most():
    stack = [a_slice(area, 200, sure=UNSURE) for area in (100, 150, 200, 250, 300)]
    assert beyond_base(stack) == [(RV,), (RV,), (), (), ()]


def test_the_rv_is_judged_below_a_slice_that_is_none_of_the_heart():
    stack = [a_slice(250, 0), a_slice(150, 200, sure=UNSURE), *HEART]
    assert beyond_base(stack)[:3] == [FOREGROUND, (RV,), ()]


@pytest.mark.parametrize(
    "stack",
    [
        [],
        [NOTHING] * 9,
        [a_slice(100, 0)] * 9,  # a model that finds no LV
        [a_slice(50, 0), a_slice(50, 100, sure=UNSURE), *HEART[: MIN_SLICES - 2]],
    ],
)
def test_a_stack_that_tells_nothing_stays_as_it_is(stack):
    assert beyond_base(stack) == [()] * len(stack)


def test_a_prediction_is_summed_up_by_label():
    mask = np.array([[0, 0, 3], [2, 2, 3]], np.uint8)
    probabilities = np.full((4, 2, 3), 0.1)
    probabilities[LV, :, 2] = (0.9, 0.7)
    probabilities[MYO, 1, :2] = 0.5
    said = said_of(mask, probabilities)
    assert said.areas.tolist() == [2, 0, 2, 2]
    assert said.sureness.tolist() == pytest.approx([0.1, 0, 0.5, 0.8])


def test_labels_become_background_in_a_copy():
    mask = np.array([[0, 1, 2, 3]], np.uint8)
    assert without(mask, (Label.RIGHT_VENTRICLE,)).tolist() == [[0, 0, 2, 3]]
    assert without(mask, FOREGROUND).tolist() == [[0, 0, 0, 0]]
    assert mask.tolist() == [[0, 1, 2, 3]]
