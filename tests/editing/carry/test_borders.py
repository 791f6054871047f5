"""Borders of masks brought together."""

import numpy as np
import pytest

from core.editing.carry.borders import FAR_MM, blended, borders, within
from core.labels import Label

LV, MYO, RV = Label.LEFT_VENTRICLE, Label.MYOCARDIUM, Label.RIGHT_VENTRICLE
SPACING = (1.0, 1.0)
REST = np.zeros((2, 60, 60))


def heart(radius, with_lv=True):
    distance = np.hypot(*(np.mgrid[:60, :60] - 29.5))
    mask = np.zeros((60, 60), np.uint8)
    mask[distance < radius + 8] = MYO
    if with_lv:
        mask[distance < radius] = LV
    return mask


def radius_of(mask, label):
    return float(np.sqrt((mask == label).sum() / np.pi))


@pytest.mark.parametrize(("weights", "radius"), [((0.5, 0.5), 13), ((0.75, 0.25), 11.5), ((1.0, 0.0), 10)])
def test_the_mean_of_two_lies_between_them_by_their_weights(weights, radius):
    each = [borders(heart(size), SPACING) for size in (10, 16)]
    mean, differ = blended(each, [REST, REST], np.array(weights), SPACING)
    assert radius_of(within(mean), LV) == pytest.approx(radius, abs=0.4)
    assert differ.max() == pytest.approx(6 * np.sqrt(weights[0] * weights[1]), abs=0.5)


def test_one_alone_stays_and_differs_from_nothing():
    mean, differ = blended([borders(heart(12), SPACING)], [REST], np.ones(1), SPACING)
    assert (within(mean) != heart(12)).mean() < 0.01
    assert not differ.any()


def test_a_label_that_nobody_has_is_nowhere_and_one_that_one_has_shrinks():
    each = [borders(heart(12), SPACING), borders(heart(12, with_lv=False), SPACING)]
    mean, _ = blended(each, [REST, REST], np.array([0.5, 0.5]), SPACING)
    assert (mean[RV] == FAR_MM).all()
    assert 3 < radius_of(within(mean), LV) < 9


def test_a_mask_moves_with_the_picture():
    flow = REST.copy()
    flow[1] = -5  # what is here lay five columns to the left
    mean, _ = blended([borders(heart(12), SPACING)], [flow], np.ones(1), SPACING)
    assert np.argwhere(within(mean) == LV).mean(axis=0) == pytest.approx((29.5, 34.5), abs=0.2)
