"""Means of many slices by label: what is absent is left out, the heart is the mean of its labels."""

import math

import numpy as np
import pytest

from core.labels import FOREGROUND, Label
from core.metrics.scores import score_masks
from core.metrics.statistics.averages import average, heart_means

RV, MYO, LV = FOREGROUND


def unit(reference: list[int], prediction: list[int]):
    """Scores of masks of one row of pixels."""
    return score_masks(np.array([reference]), np.array([prediction]), (1, 1))


PERFECT = unit([1, 2, 3, 0], [1, 2, 3, 0])
NO_RV = unit([0, 2, 3, 0], [0, 2, 3, 0])
RV_MISSED = unit([1, 2, 3, 0], [0, 2, 3, 0])
RV_INVENTED = unit([0, 2, 3, 0], [1, 2, 3, 0])


def by_label(averages):
    return {one.label: one for one in averages}


def test_labels_come_first_then_the_heart_then_background():
    assert [one.label for one in average([PERFECT])] == [RV, MYO, LV, None, Label.BACKGROUND]


def test_a_label_absent_from_both_masks_is_left_out_and_one_in_a_single_mask_counts_0():
    found = by_label(average([PERFECT, NO_RV, RV_MISSED, RV_INVENTED]))
    assert found[RV].means["dice"].value == pytest.approx(1 / 3)
    assert found[RV].means["dice"].n == 3
    assert found[RV].means["hd95_mm"].n == 1
    assert (found[RV].missed, found[RV].invented, found[RV].n) == (1, 1, 4)
    assert found[LV].means["dice"].n == 4


def test_the_heart_is_the_mean_of_its_labels_means_and_background_has_no_part_in_it():
    heart = by_label(average([PERFECT, NO_RV, RV_MISSED]))[None]
    assert heart.means["dice"].value == pytest.approx((0.5 + 1 + 1) / 3)
    assert heart.means["dice"].n == 2 + 3 + 3
    assert heart.missed == 1


def test_a_patient_counts_once():
    units, patients = [RV_MISSED, RV_MISSED, PERFECT], ["a", "a", "b"]
    assert by_label(average(units))[RV].means["dice"].value == pytest.approx(1 / 3)
    per_patient = by_label(average(units, patients))[RV]
    assert per_patient.means["dice"].value == pytest.approx(1 / 2)
    assert (per_patient.means["dice"].n, per_patient.n) == (2, 2)


def test_over_no_units_there_is_nothing_but_an_empty_heart():
    (heart,) = average([])
    assert math.isnan(heart.means["dice"].value)


def test_labels_that_some_references_do_not_know_are_left_out_there():
    only_left = score_masks(np.array([[3, 0]]), np.array([[3, 3]]), (1, 1), [LV])
    found = by_label(average([PERFECT, only_left]))
    assert found[RV].means["dice"].n == 1
    assert found[LV].means["dice"].n == 2


def test_heart_means_of_one_slice_are_over_the_labels_that_it_has():
    assert heart_means(RV_MISSED)["dice"].value == pytest.approx(2 / 3)
    assert heart_means(NO_RV)["dice"].n == 2
