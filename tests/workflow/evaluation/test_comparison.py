"""Two models are compared slice by slice."""

import pytest

from core.labels import FOREGROUND
from core.workflow.evaluation import comparison, model_scores
from tests.workflow.scores import add_model, same, score_as, shifted, without_rv
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")
RV, MYO, LV = FOREGROUND


def patients(n: int) -> list:
    """One slice with a reference of each of so many patients."""
    return [row for number in range(n) for row in stored(cine(f"p{number}", 1, 1, masked=True, seed=number))]


def test_the_better_model_is_told_in_a_sentence():
    rows, good, bad = patients(10), add_model("good"), add_model("bad")
    score_as(good, rows, same)
    score_as(bad, rows, without_rv)
    found = comparison.compare(model_scores.load_model_scores(good), model_scores.load_model_scores(bad))
    assert (found.n_slices, found.n_patients) == (10, 10)
    dice = found.metrics["dice"]
    assert dice.cells[RV].difference.mean == 1.0
    assert dice.cells[RV].difference.shown
    assert dice.sentence() == (
        "Dice: better on RV by 1.000 [1.000, 1.000]; better on the heart by 0.333 [0.333, 0.333]; "
        "no difference shown on Myo and LV."
    )
    assert dice.cells[None].difference.mean == pytest.approx(1 / 3)
    assert sum(dice.n_slices) == 10
    assert found.metrics["hd95_mm"].cells[RV].difference.n == 0


def test_lower_distances_are_better():
    rows, good, bad = patients(10), add_model("good"), add_model("bad")
    score_as(good, rows, same)
    score_as(bad, rows, shifted)
    found = comparison.compare(
        model_scores.load_model_scores(good), model_scores.load_model_scores(bad), ("hd95_mm",)
    )
    assert found.metrics["hd95_mm"].sentence().startswith("HD95: better on RV by 1.8 mm [1.8, 1.8]")


def test_only_slices_that_both_were_scored_on_count():
    rows, one, other = patients(4), add_model("one"), add_model("other")
    score_as(one, rows[:3], same)
    score_as(other, rows[2:], same)
    found = comparison.compare(model_scores.load_model_scores(one), model_scores.load_model_scores(other))
    assert found.n_slices == 1
    assert found.metrics["dice"].sentence() == (
        "Dice: 1 patient is too few to tell which of the two is better; it takes 10."
    )
    third = add_model("third")
    score_as(third, rows[3:], same)
    assert (
        comparison.compare(model_scores.load_model_scores(one), model_scores.load_model_scores(third)) is None
    )


def test_a_model_compared_with_itself_differs_nowhere_and_background_is_left_out():
    rows, one = patients(2), add_model("one")
    score_as(one, rows, shifted)
    found = comparison.compare(
        model_scores.load_model_scores(one), model_scores.load_model_scores(one), ("iou",)
    )
    assert set(found.metrics["iou"].cells) == {*FOREGROUND, None}
    assert found.metrics["iou"].cells[None].difference.mean == 0.0
    assert not found.metrics["iou"].cells[None].difference.shown
