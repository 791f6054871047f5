"""The ways to rank that the queue is measured beside do what their names say."""

import numpy as np
import pytest

from benchmarks.quality.queue import load_curve, save_curve, slices_until
from benchmarks.quality.ways_to_rank import at_random, expected_dice, expected_wrong_mm2, in_turn
from core.store.masks.predictions import StoredPrediction
from tests.workflow.conftest import home  # noqa: F401
from tests.workflow.small import HEART, cine, stored


def sure_of(chance: float) -> StoredPrediction:
    """HEART, each pixel with this chance and the rest of it on the next label."""
    labels = np.arange(4)[:, None, None]
    likely = np.where(labels == HEART, chance, 0) + np.where(labels == (HEART + 1) % 4, 1 - chance, 0)
    return StoredPrediction(HEART, likely.astype(np.float32), None)


@pytest.mark.usefixtures("home")
def test_patients_take_turns_each_in_its_own_order():
    rows = stored(cine("anna", n_positions=1)) + stored(cine("berta", n_positions=1))
    a, b = [row.id for row in rows[:3]], [row.id for row in rows[3:]]
    assert in_turn(rows, [*a, *b]) == [a[0], b[0], a[1], b[1], a[2], b[2]]
    assert in_turn(rows, [b[2], b[0], a[1], b[1], a[0], a[2]]) == [b[2], a[1], b[0], a[0], b[1], a[2]]
    assert sorted(at_random(rows, 1)) == sorted(a + b)
    assert at_random(rows, 1) == at_random(rows[::-1], 1) != at_random(rows, 2)


@pytest.mark.usefixtures("home")
def test_a_model_expects_of_its_mask_what_its_probabilities_say():
    row = stored(cine())[0]
    assert expected_dice(sure_of(1.0)) == pytest.approx(1)
    assert expected_wrong_mm2(row, sure_of(1.0)) == pytest.approx(0)
    assert expected_dice(sure_of(0.6)) < expected_dice(sure_of(0.8)) < 1
    assert expected_wrong_mm2(row, sure_of(0.75)) == pytest.approx(0.25 * HEART.size * 1.8**2)
    nothing = np.zeros_like(HEART)
    assert expected_dice(StoredPrediction(nothing, np.eye(4)[nothing].transpose(2, 0, 1), None)) == 1


def test_a_curve_comes_back_and_says_after_how_many_slices_a_dice_was_reached(tmp_path):
    curve = [{"anna": np.array([[0.5, np.nan, 0.25]])}, {"anna": np.array([[0.75, 0.5, 0.5]])}]
    save_curve(tmp_path / "00-worth.json", curve)
    for step, kept in zip(curve, load_curve(tmp_path / "00-worth.json"), strict=True):
        np.testing.assert_array_equal(step["anna"], kept["anna"])
    assert slices_until([0.4, 0.6, 0.8], 0.7, 20) == pytest.approx(30)
    assert slices_until([0.4, 0.6], 0.4, 20) == 0
    assert slices_until([0.4, 0.6], 0.7, 20) == float("inf")
