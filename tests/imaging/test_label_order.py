"""Which ventricle a mask calls 1 follows from the roles of its labels, not from their numbers."""

import numpy as np

from core.imaging.label_order import guess_order, swap_ventricles
from core.labels import LabelOrder
from tests.label_sets import NO_WALL, TURNED_ROUND

HEART = np.zeros((12, 14), np.uint8)
HEART[2:10, 6:13] = 2
HEART[4:8, 8:11] = 3
HEART[3:9, 2:6] = 1


def test_the_cavity_that_the_wall_encloses_is_the_left_one():
    assert guess_order([HEART]) is LabelOrder.ACDC
    assert guess_order([swap_ventricles(HEART)]) is LabelOrder.UK_BIOBANK
    assert guess_order([np.zeros_like(HEART)]) is None


def test_in_a_set_that_is_numbered_the_other_way_round_the_same_mask_speaks_for_the_other_order():
    assert guess_order([HEART], TURNED_ROUND) is LabelOrder.UK_BIOBANK
    assert guess_order([swap_ventricles(HEART, TURNED_ROUND)], TURNED_ROUND) is LabelOrder.ACDC


def test_a_set_without_a_wall_has_no_order():
    assert guess_order([HEART], NO_WALL) is None
    mask = np.minimum(HEART, 2)
    assert np.array_equal(swap_ventricles(mask, NO_WALL), mask)


def test_swapping_twice_changes_nothing():
    assert np.array_equal(swap_ventricles(swap_ventricles(HEART)), HEART)
    assert swap_ventricles(HEART).dtype == np.uint8
