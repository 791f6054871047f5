"""Masks made clean, in pixels that one can count."""

import numpy as np
import pytest

from core.editing.carry.tidy import closed, tidied
from core.labels import Label

LV, MYO, RV = Label.LEFT_VENTRICLE, Label.MYOCARDIUM, Label.RIGHT_VENTRICLE


def ring():
    mask = np.zeros((20, 20), np.uint8)
    mask[4:13, 4:13] = MYO
    mask[6:11, 6:11] = LV
    return mask


def test_a_clean_mask_stays():
    mask = ring()
    mask[4:12, 14:19] = RV
    assert tidied(mask, (2.0, 2.0), is_closed=True).tolist() == mask.tolist()


@pytest.mark.parametrize(("label", "size"), [(LV, 2), (MYO, 2), (RV, 2)])
def test_islands_go(label, size):
    mask = ring()
    mask[4:12, 14:19] = RV
    spoilt = mask.copy()
    spoilt[16 : 16 + size, 1 : 1 + size] = label
    assert tidied(spoilt, (2.0, 2.0), is_closed=True).tolist() == mask.tolist()


def test_a_hole_in_the_wall_is_wall_and_one_in_the_cavity_is_cavity():
    mask = ring()
    mask[5, 8], mask[8, 8] = 0, 0
    assert tidied(mask, (2.0, 2.0), is_closed=True).tolist() == ring().tolist()


def test_a_cavity_that_breaks_through_its_wall_gets_one_again_where_it_had_one():
    mask = ring()
    mask[8, 4:6] = LV
    assert not closed(mask)
    assert closed(tidied(mask, (2.0, 2.0), is_closed=True))
    assert tidied(mask, (2.0, 2.0), is_closed=False).tolist() == mask.tolist()


def test_whether_a_wall_is_closed():
    assert closed(ring())
    assert closed(np.zeros((5, 5), np.uint8))


def test_an_empty_mask_stays_empty():
    assert not tidied(np.zeros((8, 8), np.uint8), (2.0, 2.0), is_closed=False).any()
