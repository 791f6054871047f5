"""What a correction network sees: the picture, the mask's labels, and marks for what was pointed at."""

import numpy as np

from core.editing.hint import Hint
from core.labels import FOREGROUND, Label
from core.network.correction.planes import BELONGS, BOX, IS_NOT, MASK, correction_planes
from core.recipes.model import INPUT_PLANES, Task

LV, RV = Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE
IMAGE = np.arange(20 * 24, dtype=np.float32).reshape(20, 24)
EMPTY = np.zeros((20, 24), np.uint8)


def seen(*hints: Hint, mask: np.ndarray = EMPTY) -> np.ndarray:
    return correction_planes(IMAGE, mask, hints)


def test_without_hints_there_are_the_picture_and_the_mask_alone():
    mask = EMPTY.copy()
    mask[3:6, 4:9] = LV
    planes = seen(mask=mask)
    assert planes.shape == (INPUT_PLANES[Task.CORRECTION], 20, 24)
    assert planes.dtype == np.float32
    assert np.array_equal(planes[0], IMAGE)
    for place, label in enumerate(FOREGROUND):
        assert np.array_equal(planes[MASK + place], mask == label)
    assert not planes[BELONGS:].any()


def test_a_click_marks_a_small_disc_of_its_label():
    planes = seen(Hint(((10, 12),), LV, adds=True))
    marks = planes[BELONGS + LV]
    assert marks[10, 12] == marks[8, 12] == marks[10, 14] == marks[11, 13] == 1
    assert marks.sum() == 13  # all within two pixels
    assert planes[BELONGS:].sum() == 13


def test_a_right_click_marks_what_is_not_the_label():
    planes = seen(Hint(((0, 0),), RV, adds=False))
    assert planes[IS_NOT + RV, 0, 0] == 1
    assert planes[BELONGS:].sum() == planes[IS_NOT + RV].sum() == 6  # a quarter of the disc, at the corner


def test_the_newer_word_takes_the_place_of_the_older():
    there = ((10, 12),)
    planes = seen(Hint(there, RV, adds=True), Hint(there, LV, adds=False), Hint(there, LV, adds=True))
    assert planes[BELONGS + LV, 10, 12] == 1
    assert planes[BELONGS:].sum() == 13
    planes = seen(Hint(there, LV, adds=True), Hint(there, LV, adds=False))
    assert not planes[BELONGS + LV].any()
    assert planes[IS_NOT + LV, 10, 12] == 1


def test_a_box_is_a_filled_plane_of_its_label_whichever_corner_comes_first():
    for corners in (((3, 4), (7, 9)), ((7, 9), (3, 4))):
        planes = seen(Hint(corners, LV, adds=True, box=True))
        place = BOX + FOREGROUND.index(LV)
        assert planes[place, 3:8, 4:10].all()
        assert planes[BELONGS:].sum() == 5 * 6


def test_what_lies_outside_of_the_picture_says_nothing():
    assert not seen(Hint(((-5, 3), (40, 3)), LV, adds=True))[BELONGS:].any()
    box = seen(Hint(((-9, -9), (4, 50)), RV, adds=True, box=True))
    assert box[BELONGS:].sum() == 5 * 24
