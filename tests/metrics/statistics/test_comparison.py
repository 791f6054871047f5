"""Which of two models is better, on which label, and when that cannot be said."""

import math

import numpy as np
import pytest

from core.labels import Label
from core.metrics.statistics.comparison import Difference, in_words, paired_difference

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE
BETTER = Difference(0.021, 0.008, 0.034, 80, 0)
WORSE = Difference(-0.05, -0.07, -0.03, 80, 0)
UNCLEAR = Difference(0.001, -0.004, 0.006, 80, 0)


def test_a_steady_gain_is_shown_though_slices_differ_far_more():
    generator = np.random.default_rng(0)
    baseline = generator.uniform(0.2, 0.95, 60)
    candidate = baseline + generator.normal(0.02, 0.01, 60)
    found = paired_difference(candidate, baseline, range(60))
    assert found.shown
    assert found.low < 0.02 < found.high
    assert found.mean == pytest.approx((candidate - baseline).mean())
    assert (found.n, found.one_sided) == (60, 0)


def test_noise_alone_is_no_difference():
    generator = np.random.default_rng(1)
    first, second = generator.uniform(0.7, 0.9, (2, 50))
    assert not paired_difference(first, second, range(50)).shown


def test_swapping_the_models_turns_the_sign():
    generator = np.random.default_rng(2)
    first, second = generator.random((2, 30, 3))
    second[generator.random((30, 3)) < 0.2] = math.nan
    there, back = (paired_difference(*pair, range(30)) for pair in ((first, second), (second, first)))
    assert there.mean == pytest.approx(-back.mean)
    assert there.low == pytest.approx(-back.high)


def test_the_difference_is_that_of_the_two_means_also_where_only_one_model_has_a_score():
    """A label invented on a slice without it is a Dice of 0 for one model and none for the other."""
    candidate, baseline = np.array([0.9, 0.9, 0.0, 0.9] * 5), np.array([0.9, 0.8, math.nan, 0.9] * 5)
    found = paired_difference(candidate, baseline, range(20))
    assert found.mean == pytest.approx(np.nanmean(candidate) - np.nanmean(baseline))
    assert found.mean < -0.1
    assert found.high < 0
    assert (found.n, found.one_sided) == (20, 5)


def test_nine_patients_have_no_interval_whatever_they_show_and_ten_have_one():
    nine, ten = (paired_difference(np.full(n, 0.9), np.full(n, 0.8), range(n)) for n in (9, 10))
    assert nine.mean == pytest.approx(ten.mean)
    assert math.isnan(nine.low)
    assert math.isnan(nine.high)
    assert not nine.shown
    assert ten.shown


def test_what_is_printed_as_an_interval_from_nothing_is_not_shown_to_differ():
    tiny = Difference(0.01, 0.002, 0.05, 80, 0)
    assert tiny.shown
    assert not tiny.shown_in(2)
    assert in_words({LV: tiny}, higher_is_better=False, unit="ml", digits=2) == "no difference shown on LV"


def test_scores_of_different_slices_are_refused():
    with pytest.raises(ValueError, match="same slices"):
        paired_difference(np.zeros(1), np.zeros(2), range(1))


@pytest.mark.parametrize(
    ("differences", "sentence"),
    [
        ({RV: BETTER, LV: UNCLEAR}, "better on RV by 0.021 [0.008, 0.034]; no difference shown on LV"),
        ({RV: WORSE}, "worse on RV by 0.050 [0.030, 0.070]"),
        ({LV: UNCLEAR, RV: UNCLEAR, MYO: UNCLEAR}, "no difference shown on RV, Myo and LV"),
        ({MYO: Difference(0.1, math.nan, math.nan, 1, 0)}, "too few patients to tell on Myo"),
        (
            {None: BETTER, RV: UNCLEAR},
            "better on the heart by 0.021 [0.008, 0.034]; no difference shown on RV",
        ),
        ({}, "nothing to compare"),
    ],
    ids=["better", "worse", "unclear", "too few", "the heart", "nothing"],
)
def test_in_words(differences, sentence):
    assert in_words(differences) == sentence


def test_a_shorter_distance_is_better():
    shorter = Difference(-0.52, -0.8, -0.24, 40, 0)
    assert in_words({LV: shorter}, higher_is_better=False, unit="mm", digits=1) == (
        "better on LV by 0.5 mm [0.2, 0.8]"
    )
