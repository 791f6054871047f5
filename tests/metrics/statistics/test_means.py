"""Means that leave out what does not exist, and say over how many they are."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics.statistics.means import (
    Mean,
    label_means,
    mean_of_means,
    mean_of_present,
    mean_per_group,
    slice_means,
)

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


@given(st.lists(st.lists(st.one_of(st.just(NAN), st.floats(0, 1)), min_size=4, max_size=4), max_size=6))
def test_means_of_many_slices_are_those_of_each_slice_and_each_label(rows):
    values = np.array(rows, float).reshape(-1, 4)
    each = [mean_of_present(row[1:]).value for row in values.tolist()]
    assert slice_means(values).tolist() == pytest.approx(each, nan_ok=True)
    for label, mean in label_means(values).items():
        alone = mean_of_present(values[:, label].tolist())
        assert mean.n == alone.n
        assert mean.value == pytest.approx(alone.value, nan_ok=True)
