"""The simulated reader: points where the mask is wrong, at what is so, and nowhere when all is right."""

import numpy as np
import pytest

from core.editing.hint import Hint
from core.labels import Label
from core.training.correction.pointing import loose_box, next_click, next_hint, wrong_pieces

LV, MYO, RV, NONE = Label.LEFT_VENTRICLE, Label.MYOCARDIUM, Label.RIGHT_VENTRICLE, Label.BACKGROUND


def heart() -> np.ndarray:
    mask = np.zeros((30, 40), np.uint8)
    mask[5:20, 10:25] = MYO
    mask[9:16, 14:21] = LV
    mask[8:14, 28:36] = RV
    return mask


def test_the_first_click_goes_into_the_middle_of_the_largest_wrong_piece():
    truth, drawn = heart(), heart()
    drawn[8:14, 28:36] = NONE  # 48 pixels of RV are missing
    drawn[25:28, 2:5] = LV  # 9 too many
    click = next_click(truth, drawn)
    assert click is not None
    ((row, column),) = click.points
    assert (click.label, click.adds, click.box) == (RV, True, False)
    assert row in (10, 11)
    assert 30 <= column <= 33
    drawn[truth == RV] = RV
    assert next_click(truth, drawn) == Hint(((26, 3),), NONE, adds=True)
    assert next_click(truth, truth) is None


def test_pieces_of_other_labels_are_pieces_of_their_own():
    truth = np.zeros((6, 8), np.uint8)
    truth[1:4, 1:5] = LV
    drawn = truth.copy()
    drawn[1:4, 1:3] = MYO
    drawn[1:4, 3:4] = NONE
    assert {(piece.label, piece.drawn, piece.size) for piece in wrong_pieces(truth, drawn)} == {
        (LV, MYO, 6),
        (LV, NONE, 3),
    }


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_pointed_at_is_wrong_there_and_true(seed):
    random = np.random.default_rng(seed)
    truth = heart()
    drawn = np.roll(truth, random.integers(-5, 6, 2), axis=(0, 1))
    hint = next_hint(truth, drawn, random)
    if hint is None:
        assert np.array_equal(truth, drawn)
        return
    if hint.box:
        top, left, bottom, right = hint.corners
        assert (truth[top : bottom + 1, left : right + 1] == hint.label).sum() == (truth == hint.label).sum()
        return
    for point in hint.points:
        assert truth[point] != drawn[point]
        assert (truth[point] == hint.label) == hint.adds
        assert hint.adds or drawn[point] == hint.label


def test_all_kinds_of_hints_come():
    random = np.random.default_rng(0)
    hints = [next_hint(heart(), np.zeros((30, 40), np.uint8), random) for _ in range(200)]
    assert any(hint.box for hint in hints)
    assert any(len(hint.points) > 2 for hint in hints)
    assert any(not hint.adds for hint in hints)
    assert next_hint(heart(), heart(), random) is None


def test_a_slice_without_a_heart_has_no_box():
    assert loose_box(np.zeros((5, 5), np.uint8), np.random.default_rng(0)) is None
