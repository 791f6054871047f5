"""Which of two models is better, on which label, and when that cannot be said."""

import math

import numpy as np
import pytest

from core.labels import Label
from core.metrics.comparison import Difference, in_words, paired_difference

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE
BETTER = Difference(0.021, 0.008, 0.034, 80, 0)
WORSE = Difference(-0.05, -0.07, -0.03, 80, 0)
UNCLEAR = Difference(0.001, -0.004, 0.006, 80, 0)


def test_a_steady_gain_is_shown_though_slices_differ_far_more():
    generator = np.random.default_rng(0)
    baseline = generator.uniform(0.2, 0.95, 60)
    candidate = baseline + generator.normal(0.02, 0.01, 60)
    found = paired_difference(candidate.tolist(), baseline.tolist())
    assert found.shown
    assert found.low < 0.02 < found.high
    assert found.mean == pytest.approx((candidate - baseline).mean())
    assert (found.n, found.left_out) == (60, 0)


def test_noise_alone_is_no_difference():
    generator = np.random.default_rng(1)
    first, second = generator.uniform(0.7, 0.9, (2, 50))
    assert not paired_difference(first.tolist(), second.tolist()).shown


def test_swapping_the_models_turns_the_sign():
    generator = np.random.default_rng(2)
    first, second = generator.random((2, 30)).tolist()
    there, back = paired_difference(first, second), paired_difference(second, first)
    assert there.mean == pytest.approx(-back.mean)
    assert there.low == pytest.approx(-back.high)


def test_a_slice_scored_for_one_model_only_is_left_out_and_said():
    nan = math.nan
    found = paired_difference([0.9, nan, 0.7, nan], [0.8, 0.5, nan, nan])
    assert found.mean == pytest.approx(0.1)
    assert (found.n, found.left_out) == (1, 2)
    assert not found.shown


def test_scores_of_different_slices_are_refused():
    with pytest.raises(ValueError, match="same slices"):
        paired_difference([0.5], [0.5, 0.6])


@pytest.mark.parametrize(
    ("differences", "sentence"),
    [
        ({RV: BETTER, LV: UNCLEAR}, "better on RV by 0.021 [0.008, 0.034]; no difference shown on LV"),
        ({RV: WORSE}, "worse on RV by 0.050 [0.030, 0.070]"),
        ({LV: UNCLEAR, RV: UNCLEAR, MYO: UNCLEAR}, "no difference shown on RV, Myo and LV"),
        ({MYO: Difference(0.1, math.nan, math.nan, 1, 0)}, "too few slices to compare Myo"),
        ({}, "nothing to compare"),
    ],
    ids=["better", "worse", "unclear", "too few", "nothing"],
)
def test_in_words(differences, sentence):
    assert in_words(differences) == sentence


def test_a_shorter_distance_is_better():
    shorter = Difference(-0.52, -0.8, -0.24, 40, 0)
    assert in_words({LV: shorter}, higher_is_better=False, unit="mm", digits=1) == (
        "better on LV by 0.5 mm [0.2, 0.8]"
    )
