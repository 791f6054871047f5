"""Two models are compared slice by slice, and what they measure is set beside the reference."""

import math

import numpy as np
import pytest

from core.errors import NotFound
from core.labels import FOREGROUND
from core.records import Geometry, Series, Slice, Split
from core.workflow import agreement, model_comparison, scored, worst_slices
from core.workflow.agreement import Measure
from tests.workflow.scores import add_model, same, score_as, shifted, without_rv
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")
RV, MYO, LV = FOREGROUND


def patients(n: int) -> list:
    """One slice with a reference of each of so many patients."""
    return [row for number in range(n) for row in stored(cine(f"p{number}", 1, 1, masked=True, seed=number))]


def heart_of(cavity_by_phase, patient: str = "anna") -> Series:
    """Four slices a phase, with so many pixels of cavity in each; pixels of 2 x 5 mm, 10 mm apart."""
    slices = []
    for phase, area in enumerate(cavity_by_phase):
        for position in range(4):
            mask = np.zeros((10, 10), np.uint8)
            mask.ravel()[:area] = 3
            slices.append(Slice(position, phase, np.full((10, 10), 9 * phase + position, np.uint16), mask))
    geometry = Geometry("nifti", (10, 10, 4, len(cavity_by_phase)), (2.0, 5.0), 10.0)
    return Series(patient, "cine", geometry, tuple(slices), split=Split.TEST)


def halved(mask: np.ndarray) -> np.ndarray:
    """Draw every second pixel of the cavity."""
    found = mask.copy()
    places = np.flatnonzero(found.ravel())
    found.ravel()[places[1::2]] = 0
    return found


def test_the_better_model_is_told_in_a_sentence():
    rows, good, bad = patients(6), add_model("good"), add_model("bad")
    score_as(good, rows, same)
    score_as(bad, rows, without_rv)
    found = model_comparison.compare(scored.load_scored(good), scored.load_scored(bad))
    assert (found.n_slices, found.n_patients) == (6, 6)
    dice = found.metrics["dice"]
    assert dice.by_label[RV].mean == 1.0
    assert dice.by_label[RV].shown
    assert dice.sentence == ("Dice: better on RV by 1.000 [1.000, 1.000]; no difference shown on Myo and LV.")
    assert dice.heart.mean == pytest.approx(1 / 3)
    assert sum(dice.n_slices) == 6
    assert found.metrics["hd95_mm"].by_label[RV].left_out == 6


def test_lower_distances_are_better():
    rows, good, bad = patients(5), add_model("good"), add_model("bad")
    score_as(good, rows, same)
    score_as(bad, rows, shifted)
    found = model_comparison.compare(scored.load_scored(good), scored.load_scored(bad), ("hd95_mm",))
    assert found.metrics["hd95_mm"].sentence.startswith("HD95: better on RV by 1.800 mm [1.800, 1.800]")


def test_only_slices_that_both_were_scored_on_count():
    rows, one, other = patients(4), add_model("one"), add_model("other")
    score_as(one, rows[:3], same)
    score_as(other, rows[2:], same)
    found = model_comparison.compare(scored.load_scored(one), scored.load_scored(other))
    assert found.n_slices == 1
    assert "single patient" in found.metrics["dice"].sentence
    third = add_model("third")
    score_as(third, rows[3:], same)
    assert model_comparison.compare(scored.load_scored(one), scored.load_scored(third)) is None


def test_areas_volumes_and_ejection_fractions_are_those_one_counts_by_hand():
    model_id = add_model()
    score_as(model_id, stored(heart_of([40, 20, 30])), halved)
    found = scored.load_scored(model_id)
    area = agreement.measured(found, Measure.AREA, LV)
    assert area.n == 12
    assert sorted(set(area.reference)) == pytest.approx([2.0, 3.0, 4.0])  # 0.1 cm² a pixel
    assert area.bias == pytest.approx(-1.5)
    volume = agreement.measured(found, Measure.VOLUME, LV)
    assert sorted(volume.reference) == pytest.approx([8.0, 12.0, 16.0])  # 4 slices of 0.1 ml a pixel
    assert sorted(volume.prediction) == pytest.approx([4.0, 6.0, 8.0])
    fraction = agreement.measured(found, Measure.EJECTION_FRACTION, LV)
    assert (fraction.n, fraction.reference) == (1, (50.0,))
    assert fraction.bias == pytest.approx(0.0)
    assert agreement.mean_volume_error(found, LV).value == pytest.approx(-50.0)


def test_labels_that_are_nowhere_and_stacks_of_two_measure_nothing():
    model_id = add_model()
    score_as(model_id, stored(cine(masked=True)), same)
    found = scored.load_scored(model_id)
    assert agreement.measured(found, Measure.VOLUME, LV).n == 0  # two slices are no volume
    assert agreement.mean_volume_error(found, LV).n == 0
    assert math.isnan(agreement.measured(found, Measure.EJECTION_FRACTION, LV).bias)


def test_a_plot_of_many_points_keeps_the_farthest(monkeypatch):
    monkeypatch.setattr(agreement, "MOST_POINTS", 8)
    model_id = add_model()
    rows = stored(cine("anna", 10, 3, masked=True))
    score_as(model_id, rows[:-1], same)
    score_as(model_id, rows[-1:], without_rv)
    shown = agreement.measured(scored.load_scored(model_id), Measure.AREA, RV)
    assert shown.n == 30
    assert len(shown.reference) <= 8
    assert 0.0 in shown.prediction


def test_the_worst_come_first_and_are_shown():
    model_id, rows = add_model(), patients(5)
    score_as(model_id, rows[:4], same)
    score_as(model_id, rows[4:], without_rv)
    found = scored.load_scored(model_id)
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


def test_a_model_compared_with_itself_differs_nowhere_and_background_is_left_out():
    rows, one = patients(2), add_model("one")
    score_as(one, rows, shifted)
    found = model_comparison.compare(scored.load_scored(one), scored.load_scored(one), ("iou",))
    assert set(found.metrics["iou"].by_label) == set(FOREGROUND)
    assert found.metrics["iou"].heart.mean == 0.0
    assert not found.metrics["iou"].heart.shown
