"""Intervals over seeds and patients at once."""

import math

import numpy as np
import pytest

from core.metrics.crossed import crossed_mean
from core.metrics.summary import bootstrap_mean

PATIENTS = ["a", "a", "b", "b", "c", "c"]


def test_one_seed_gives_the_interval_over_patients_alone():
    scores = np.array([[0.9, 0.8, 0.4, 0.6, 0.7, 0.5]])
    found, plain = crossed_mean(scores, PATIENTS), bootstrap_mean(scores[0].tolist(), PATIENTS)
    assert found.mean == pytest.approx(plain.mean)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=0.01)
    assert found.n == 6


def test_seeds_that_differ_widen_the_interval_and_equal_ones_do_not():
    one = np.array([0.9, 0.8, 0.4, 0.6, 0.7, 0.5])
    same, apart = (crossed_mean(np.stack(pair), PATIENTS) for pair in ((one, one), (one - 0.2, one + 0.2)))
    single = crossed_mean(one[None], PATIENTS)
    assert (same.low, same.high) == pytest.approx((single.low, single.high), abs=0.01)
    assert apart.mean == pytest.approx(same.mean)
    assert apart.high - apart.low > 1.3 * (same.high - same.low)


def test_what_never_varies_has_an_interval_of_no_width():
    found = crossed_mean(np.full((3, 6), 0.25), PATIENTS)
    assert (found.mean, found.low, found.high) == (0.25, 0.25, 0.25)


def test_a_missing_score_is_left_out_and_a_single_patient_has_no_interval():
    scores = np.array([[0.5, math.nan, 1.0], [0.5, math.nan, 1.0]])
    found = crossed_mean(scores, ["a", "b", "b"])
    assert (found.mean, found.n) == (0.75, 2)
    assert math.isnan(crossed_mean(scores, ["a", "a", "a"]).low)
    assert math.isnan(crossed_mean(np.full((2, 3), math.nan), ["a", "b", "c"]).mean)


def test_groups_must_fit_the_scores():
    with pytest.raises(ValueError, match="2 slices"):
        crossed_mean(np.zeros((1, 3)), ["a", "b"])
