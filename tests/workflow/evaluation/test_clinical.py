"""What a model measures is set beside what the reference measures."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.labels import FOREGROUND
from core.records.slices import Geometry, Series, Slice, Split
from core.workflow.evaluation import clinical, model_scores
from core.workflow.evaluation.clinical import Measure
from tests.workflow.scores import add_model, same, score_as, without_rv
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")
RV, MYO, LV = FOREGROUND


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


def test_areas_volumes_and_ejection_fractions_are_those_one_counts_by_hand():
    model_id = add_model()
    score_as(model_id, stored(heart_of([40, 20, 30])), halved)
    found = model_scores.load_model_scores(model_id)
    area = clinical.measured(found, Measure.AREA, LV)
    assert area.n == 12
    assert sorted(set(area.reference)) == pytest.approx([2.0, 3.0, 4.0])  # 0.1 cm² a pixel
    assert area.agreement.bias.mean == pytest.approx(-1.5)
    volume = clinical.measured(found, Measure.VOLUME, LV)
    assert sorted(volume.reference) == pytest.approx([8.0, 12.0, 16.0])  # 4 slices of 0.1 ml a pixel
    assert sorted(volume.prediction) == pytest.approx([4.0, 6.0, 8.0])
    fraction = clinical.measured(found, Measure.EJECTION_FRACTION, LV)
    assert (fraction.n, fraction.reference) == (1, (50.0,))
    assert fraction.agreement.bias.mean == pytest.approx(0.0)
    assert clinical.mean_volume_error(found, LV).value == pytest.approx(-50.0)


def test_volumes_and_masses_of_whole_hearts_come_with_their_error_and_over_how_many():
    model_id = add_model()
    score_as(model_id, stored(heart_of([40, 20, 30])), halved)
    found = model_scores.load_model_scores(model_id)
    for measure, reference, prediction in (
        (Measure.END_DIASTOLIC, 16.0, 8.0),
        (Measure.END_SYSTOLIC, 8.0, 4.0),
    ):
        one = clinical.measured(found, measure, LV)
        assert (one.reference, one.prediction) == (pytest.approx((reference,)), pytest.approx((prediction,)))
        assert (one.n, one.agreement.mae.mean) == (1, pytest.approx(reference - prediction))
    assert clinical.measured(found, Measure.MASS, MYO).n == 0  # nobody drew a wall
    assert clinical.labels_of(Measure.MASS) == (MYO,)
    assert clinical.labels_of(Measure.EJECTION_FRACTION) == (RV, LV)


def test_a_place_without_a_slice_is_shared_by_the_slices_beside_it():
    series = heart_of([40, 20])
    gap = replace(series, geometry=replace(series.geometry, slice_indices=(0, 1, 3, 4)))
    model_id = add_model()
    score_as(model_id, stored(gap), halved)
    found = model_scores.load_model_scores(model_id)
    assert clinical.measured(found, Measure.END_DIASTOLIC, LV).reference == pytest.approx((20.0,))
    assert sorted(clinical.measured(found, Measure.VOLUME, LV).reference) == pytest.approx([10.0, 20.0])


def test_labels_that_are_nowhere_and_stacks_of_two_measure_nothing():
    model_id = add_model()
    score_as(model_id, stored(cine(masked=True)), same)
    found = model_scores.load_model_scores(model_id)
    assert clinical.measured(found, Measure.VOLUME, LV).n == 0  # two slices are no volume
    assert clinical.mean_volume_error(found, LV).n == 0
    assert math.isnan(clinical.measured(found, Measure.EJECTION_FRACTION, LV).agreement.bias.mean)


def test_a_plot_of_many_points_keeps_the_farthest(monkeypatch):
    monkeypatch.setattr(clinical, "MAX_POINTS", 8)
    model_id = add_model()
    rows = stored(cine("anna", 10, 3, masked=True))
    score_as(model_id, rows[:-1], same)
    score_as(model_id, rows[-1:], without_rv)
    shown = clinical.measured(model_scores.load_model_scores(model_id), Measure.AREA, RV)
    assert shown.n == 30
    assert len(shown.reference) <= 8
    assert 0.0 in shown.prediction


def test_limits_of_agreement_are_of_five_hearts_or_more():
    model_id = add_model()
    rows = [row for name in "abcde" for row in stored(heart_of([40, 20 + ord(name) % 5], name))]
    score_as(model_id, rows, halved)
    found = model_scores.load_model_scores(model_id)
    five = clinical.measured(found, Measure.EJECTION_FRACTION, LV)
    four = clinical.measured(found.where(found.slices.patients != "e"), Measure.EJECTION_FRACTION, LV)
    assert (four.n, five.n) == (4, 5)
    assert math.isnan(four.agreement.lower.mean)
    assert math.isnan(four.agreement.upper.mean)
    assert five.agreement.lower.mean <= five.agreement.bias.mean <= five.agreement.upper.mean
