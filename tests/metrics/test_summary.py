"""Means that leave out what does not exist, and bootstrap intervals that cover what they should."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics.summary import Mean, bootstrap_mean, mean_of_means, mean_of_present, mean_per_group

NAN = math.nan
SCORES = st.lists(st.one_of(st.just(NAN), st.floats(0, 1)), max_size=30)


def test_a_mean_says_over_how_many():
    assert mean_of_present([0.5, NAN, 1.0, NAN]) == Mean(0.75, 2)


@pytest.mark.parametrize("scores", [[], [NAN], [NAN, NAN]])
def test_over_nothing_there_is_no_mean(scores):
    found = mean_of_present(scores)
    assert math.isnan(found.value)
    assert found.n == 0


@given(SCORES)
def test_means_stay_among_the_scores_in_any_order(scores):
    found, backwards = mean_of_present(scores), mean_of_present(scores[::-1])
    assert found.n == sum(not math.isnan(score) for score in scores)
    assert found.value == pytest.approx(backwards.value, nan_ok=True)
    if found.n:
        present = [score for score in scores if not math.isnan(score)]
        assert min(present) - 1e-12 <= found.value <= max(present) + 1e-12


def test_a_patient_counts_once_however_many_slices():
    scores, patients = [1.0, 1.0, 1.0, 0.0], ["a", "a", "a", "b"]
    assert mean_of_present(scores) == Mean(0.75, 4)
    assert mean_per_group(scores, patients) == Mean(0.5, 2)


def test_a_patient_without_any_score_is_left_out():
    assert mean_per_group([0.8, NAN, NAN], ["a", "a", "b"]) == Mean(0.8, 1)


def test_each_label_weighs_the_same_in_the_heart_mean():
    assert mean_of_means([Mean(1.0, 10), Mean(0.5, 2)]) == Mean(0.75, 12)
    assert mean_of_means([Mean(1.0, 10), Mean(NAN, 0)]) == Mean(1.0, 10)


def test_the_interval_agrees_with_the_normal_one_on_many_scores():
    scores = np.random.default_rng(1).normal(0.8, 0.1, 400)
    found = bootstrap_mean(scores.tolist())
    half = 1.96 * scores.std(ddof=1) / math.sqrt(400)
    assert found.mean == pytest.approx(scores.mean())
    assert found.low == pytest.approx(scores.mean() - half, abs=0.1 * half)
    assert found.high == pytest.approx(scores.mean() + half, abs=0.1 * half)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    generator = np.random.default_rng(2)
    covered = 0
    for seed in range(200):
        found = bootstrap_mean(generator.normal(0.5, 0.2, 40).tolist(), n_resamples=500, seed=seed)
        covered += found.low <= 0.5 <= found.high
    assert 0.88 <= covered / 200 <= 0.99


def test_slices_of_one_heart_widen_the_interval():
    generator = np.random.default_rng(3)
    hearts = generator.normal(0.8, 0.1, 20)
    scores = (hearts[:, None] + generator.normal(0, 0.01, (20, 10))).ravel().tolist()
    patients = [patient for patient in range(20) for _ in range(10)]
    slices, whole = bootstrap_mean(scores), bootstrap_mean(scores, patients)
    assert whole.mean == slices.mean
    assert whole.high - whole.low > 2.5 * (slices.high - slices.low)


def test_a_missing_score_changes_neither_mean_nor_interval():
    scores = [0.5, 0.7, 0.9, 0.8]
    assert bootstrap_mean([*scores, NAN]) == bootstrap_mean(scores)
    assert bootstrap_mean([NAN, *scores], ["z", *"aabb"]) == bootstrap_mean(scores, [*"aabb"])


def test_the_same_seed_gives_the_same_interval():
    scores = np.random.default_rng(4).random(30).tolist()
    assert bootstrap_mean(scores, seed=5) == bootstrap_mean(scores, seed=5)
    assert bootstrap_mean(scores, seed=5) != bootstrap_mean(scores, seed=6)


@pytest.mark.parametrize(("scores", "n"), [([], 0), ([NAN], 0), ([0.5], 1)])
def test_fewer_than_two_scores_have_no_interval(scores, n):
    found = bootstrap_mean(scores)
    assert found.n == n
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_one_patient_alone_has_no_interval():
    assert math.isnan(bootstrap_mean([0.5, 0.6, 0.7], ["a", "a", "a"]).low)


def test_groups_have_to_name_one_for_each_score():
    with pytest.raises(ValueError, match="groups must name one"):
        bootstrap_mean([0.5, 0.6], ["a"])
