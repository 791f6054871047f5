"""Pixels are counted once, in hand-sized masks and in any that can be drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.labels import Label
from core.metrics.counts import Counts, count, counts_of

PAIRS = arrays.arrays(np.uint8, (2, 7, 5), elements=st.integers(0, 3))


def test_rows_are_the_reference_and_columns_the_prediction():
    reference = np.array([[0, 1, 1], [2, 3, 3]], np.uint8)
    prediction = np.array([[0, 1, 0], [2, 2, 3]], np.uint8)
    expected = [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1]]
    assert count(reference, prediction).tolist() == expected


def test_each_label_is_counted_against_all_others():
    reference = np.array([[0, 1, 1], [2, 3, 3]], np.uint8)
    prediction = np.array([[0, 1, 0], [2, 2, 3]], np.uint8)
    confusion = count(reference, prediction)
    assert counts_of(confusion, Label.RIGHT_VENTRICLE) == Counts(tp=1, fp=0, fn=1, tn=4)
    assert counts_of(confusion, Label.MYOCARDIUM) == Counts(tp=1, fp=1, fn=0, tn=4)
    assert counts_of(confusion, Label.BACKGROUND) == Counts(tp=1, fp=1, fn=0, tn=4)


@pytest.mark.parametrize(
    ("counts", "missed", "invented"),
    [
        (Counts(0, 0, 4, 5), True, False),
        (Counts(0, 4, 0, 5), False, True),
        (Counts(0, 0, 0, 9), False, False),
        (Counts(0, 3, 3, 3), False, False),
    ],
    ids=["only in the reference", "only in the prediction", "in neither", "in both, apart"],
)
def test_a_label_in_one_mask_only_is_missed_or_invented(counts, missed, invented):
    assert (counts.missed, counts.invented) == (missed, invented)


@given(PAIRS)
def test_every_pixel_is_counted_once_and_each_label_as_a_plain_loop_counts_it(pair):
    reference, prediction = pair
    confusion = count(reference, prediction)
    assert confusion.sum() == reference.size
    for label in Label:
        counts = counts_of(confusion, label)
        plain = [(r == label, p == label) for r, p in zip(reference.flat, prediction.flat, strict=True)]
        assert counts.tp == plain.count((True, True))
        assert counts.fp == plain.count((False, True))
        assert counts.fn == plain.count((True, False))
        assert counts.tn == plain.count((False, False))


@given(PAIRS)
def test_swapping_the_masks_transposes_the_matrix(pair):
    assert (count(pair[0], pair[1]) == count(pair[1], pair[0]).T).all()


@given(PAIRS)
def test_counts_of_slices_add_up_to_those_of_the_volume(pair):
    whole = count(pair[0], pair[1])
    parts = count(pair[0, :3], pair[1, :3]), count(pair[0, 3:], pair[1, 3:])
    for label in Label:
        assert counts_of(parts[0], label) + counts_of(parts[1], label) == counts_of(whole, label)


@pytest.mark.parametrize(
    ("reference", "prediction", "message"),
    [
        (np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8), "one shape"),
        (np.zeros((2, 2), np.uint8), np.full((2, 2), 4, np.uint8), "prediction must hold labels 0 to 3"),
        (np.full((2, 2), -1), np.zeros((2, 2), int), "reference must hold labels 0 to 3"),
        (np.zeros((2, 2), np.float32), np.zeros((2, 2), np.uint8), "integer"),
    ],
    ids=["other shape", "label 4", "label -1", "floats"],
)
def test_what_is_no_pair_of_masks_is_refused(reference, prediction, message):
    with pytest.raises(ValueError, match=message):
        count(reference, prediction)
