"""Overlap scores by hand, their bounds, and what an absent label does."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.labels import Label
from core.metrics.counts import Counts, count, counts_of
from core.metrics.overlap import accuracy, dice, iou, precision, recall

ANY_COUNTS = st.builds(Counts, *[st.integers(0, 10_000)] * 4)


def left_ventricle(reference: list[list[int]], prediction: list[list[int]]) -> Counts:
    return counts_of(count(np.array(reference), np.array(prediction)), Label.LEFT_VENTRICLE)


@pytest.mark.parametrize(
    ("reference", "prediction", "expected"),
    [
        ([[3, 3], [0, 0]], [[3, 3], [0, 0]], (1.0, 1.0, 1.0)),
        ([[3, 3], [0, 0]], [[3, 0], [0, 0]], (2 / 3, 1 / 2, 3 / 4)),
        ([[3, 3], [0, 0]], [[0, 0], [3, 3]], (0.0, 0.0, 0.0)),
        ([[3, 3], [0, 0]], [[0, 0], [0, 0]], (0.0, 0.0, 1 / 2)),
        ([[0, 0], [0, 0]], [[3, 0], [0, 0]], (0.0, 0.0, 3 / 4)),
        ([[3]], [[3]], (1.0, 1.0, 1.0)),
    ],
    ids=["same", "half found", "disjoint", "missed", "invented", "one pixel"],
)
def test_dice_iou_and_accuracy(reference, prediction, expected):
    counts = left_ventricle(reference, prediction)
    assert (dice(counts), iou(counts), accuracy(counts)) == pytest.approx(expected)


def test_a_label_absent_from_both_masks_has_no_overlap_but_all_its_pixels_agree():
    counts = left_ventricle([[0, 1], [2, 0]], [[0, 0], [2, 1]])
    assert all(math.isnan(score(counts)) for score in (dice, iou, precision, recall))
    assert accuracy(counts) == 1.0


def test_precision_needs_a_prediction_and_recall_a_reference():
    missed = left_ventricle([[3, 3]], [[0, 0]])
    invented = left_ventricle([[0, 0]], [[3, 3]])
    assert math.isnan(precision(missed))
    assert recall(missed) == 0
    assert precision(invented) == 0
    assert math.isnan(recall(invented))


def test_precision_and_recall_by_hand():
    counts = left_ventricle([[3, 3, 3, 0]], [[3, 0, 0, 3]])
    assert precision(counts) == 1 / 2
    assert recall(counts) == pytest.approx(1 / 3)


@given(ANY_COUNTS)
def test_scores_stay_between_0_and_1_or_do_not_exist(counts):
    for score in (dice, iou, accuracy, precision, recall):
        value = score(counts)
        assert math.isnan(value) or 0 <= value <= 1


@given(ANY_COUNTS)
def test_dice_and_iou_do_not_care_which_mask_is_the_reference(counts):
    swapped = Counts(counts.tp, counts.fn, counts.fp, counts.tn)
    for score in (dice, iou, accuracy):
        assert score(swapped) == pytest.approx(score(counts), nan_ok=True)
    assert precision(swapped) == pytest.approx(recall(counts), nan_ok=True)


@given(ANY_COUNTS)
def test_dice_follows_from_iou(counts):
    assert dice(counts) == pytest.approx(2 * iou(counts) / (1 + iou(counts)), nan_ok=True)


@given(st.integers(0, 2**32 - 1))
def test_shuffling_the_pixels_of_both_masks_alike_changes_no_score(seed):
    generator = np.random.default_rng(seed)
    reference, prediction = generator.integers(0, 4, (2, 40))
    order = generator.permutation(40)
    assert (count(reference, prediction) == count(reference[order], prediction[order])).all()
