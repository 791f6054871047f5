"""What the numbers in a file of labels mean, and what looks like one."""

import numpy as np
import pytest

from core.errors import BadInput
from core.imaging.label_values import drawn_phases, look_like_masks, read_labels
from core.labels import Label

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE
ALL = np.array([[0, 1], [2, 3]], np.uint8)


@pytest.mark.parametrize(
    ("stored", "notes"),
    [
        (ALL, 0),
        (ALL.astype(np.float64) + 0.001, 0),
        (ALL.astype(">i2"), 0),
        (ALL * 85, 1),
        (ALL.astype(np.float32) * 85, 1),
    ],
    ids=["as they are", "floats up to rounding", "big-endian", "stretched", "stretched floats"],
)
def test_numbers_0_to_3_are_read_however_they_are_stored(stored, notes):
    labels, told = read_labels(stored, "a_mask.png")
    assert np.array_equal(labels, ALL)
    assert labels.dtype == np.uint8
    assert len(told) == notes


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ([0, 255], "holds only 0 and 255"),
        ([0, 127, 255], "holds label 127, 255"),
        ([0, 1, 4], "holds label 4"),
        ([-1, 0, 1], "holds label -1"),
        ([0, 0.5, 1], "values between labels"),
        ([0, np.nan], "values between labels"),
        ([0, 1e30], "values between labels"),
        (list(range(4, 20)), "holds label 4, 5, 6, 7, 8 and 11 more"),
    ],
)
def test_numbers_that_are_no_labels_are_refused_with_the_file(stored, words):
    with pytest.raises(BadInput, match="^a_mask.png ") as refused:
        read_labels(np.array(stored), "a_mask.png")
    assert words in str(refused.value)


def test_labels_with_names_are_translated_and_it_is_said():
    labels, notes = read_labels(ALL, "a.nii", {0: Label.BACKGROUND, 1: LV, 2: RV, 3: MYO})
    assert np.array_equal(labels, [[0, 3], [1, 2]])
    assert notes == ["labels translated by their names in dataset.json (1 LV, 2 RV, 3 Myo)"]
    same, silent = read_labels(ALL, "a.nii", {1: RV, 2: MYO, 3: LV})
    assert np.array_equal(same, ALL)
    assert silent == []


def test_several_numbers_may_mean_one_structure_and_high_ones_count_as_named():
    labels, _ = read_labels(np.array([0, 500, 600, 420]), "a.nii", {500: LV, 600: RV, 420: MYO})
    assert labels.tolist() == [0, 3, 1, 2]


def test_structures_that_are_none_of_ours_are_refused_where_they_occur():
    named = {1: RV, 2: MYO, 3: LV, 4: None}
    assert np.array_equal(read_labels(ALL, "a.nii", named)[0], ALL)
    with pytest.raises(BadInput, match="a.nii holds label 4, which dataset.json names as a structure that"):
        read_labels(np.array([0, 3, 4]), "a.nii", named)
    with pytest.raises(BadInput, match="a.nii holds label 5, which dataset.json does not name"):
        read_labels(np.array([0, 5]), "a.nii", named)
    with pytest.raises(BadInput, match="does not name"):
        read_labels(ALL * 85, "a.nii", named)  # whether stretched or not, no table says so


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (ALL, True),
        (ALL.astype(np.float32), True),
        (ALL * 85, True),
        (ALL > 1, True),
        (np.array([[0, 255]]), True),
        (np.array([[0, 3]]), True),
        (np.zeros((4, 4)), False),
        (np.full((4, 4), 2), False),
        (np.array([[0, 1, 85]]), False),
        (np.array([[0, 1, 2, 3, 4]]), False),
        (np.array([[-1, 0, 1]]), False),
        (np.array([[0, 0.5, 1]]), False),
        (np.array([[0, 1, np.nan]]), False),
        (np.array([[0, 1, 1000]]), False),
        (np.zeros((0, 4)), False),
        (np.array([[0, 1]], np.complex64), False),
    ],
)
def test_an_image_looks_like_a_mask_when_it_holds_labels_alone(values, expected):
    assert look_like_masks([values]) is expected


def test_one_pixel_of_a_large_image_is_enough_to_be_no_mask():
    large = np.tile(ALL, (500, 500))
    assert look_like_masks(large)
    large[999, 998] = 90
    assert not look_like_masks(large)


def test_phases_without_any_label_were_not_drawn():
    cine = np.zeros((5, 3, 4, 4), np.uint8)
    assert drawn_phases(cine) == ()
    cine[1, 0, 0, 0] = cine[4, 2, 3, 3] = 1
    assert drawn_phases(cine) == (1, 4)
    assert drawn_phases(np.zeros((1, 3, 4, 4), np.uint8)) == (0,)
