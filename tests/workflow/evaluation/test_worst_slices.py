"""The slices on which a model does worst come first, with pictures."""

import pytest

from core.errors import NotFound
from core.labels import FOREGROUND
from core.workflow.evaluation import model_scores, worst_slices
from tests.workflow.scores import add_model, same, score_as, without_rv
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")
RV, MYO, LV = FOREGROUND


def patients(n: int) -> list:
    """One slice with a reference of each of so many patients."""
    return [row for number in range(n) for row in stored(cine(f"p{number}", 1, 1, masked=True, seed=number))]


def test_the_worst_come_first_and_are_shown():
    model_id, rows = add_model(), patients(5)
    score_as(model_id, rows[:4], same)
    score_as(model_id, rows[4:], without_rv)
    found = model_scores.load_model_scores(model_id)
    first, second = worst_slices.worst_slices(found, "dice", limit=2)
    assert (first.slice_id, first.by_label[RV]) == (rows[4].id, 0.0)
    assert second.value == 1.0
    assert [row.slice_id for row in worst_slices.worst_slices(found, "dice", RV, offset=1)] == [
        row.id for row in rows[:4]
    ]
    far = worst_slices.worst_slices(found, "hd95_mm", RV)
    assert rows[4].id not in {row.slice_id for row in far}
    shown = worst_slices.pictures(model_id, rows[4].id)
    assert all(data.startswith(b"\x89PNG") for data in (shown.reference, shown.prediction))
    assert shown.reference != shown.prediction != shown.difference


def test_what_was_never_scored_has_no_pictures():
    row = patients(1)[0]
    with pytest.raises(NotFound, match="score the model first"):
        worst_slices.pictures(add_model(), row.id)
