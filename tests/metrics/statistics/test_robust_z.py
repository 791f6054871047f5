"""A value far from the others is found, even among many that are far."""

import numpy as np
import pytest

from core.metrics.statistics.robust_z import FAR, robust_distance


def test_the_far_ones_do_not_hide_each_other():
    values = np.array([10.0, 11, 9, 10, 12, 10, 9, 500, 500])
    assert (np.abs(robust_distance(values)) > FAR).tolist() == [False] * 7 + [True] * 2


def test_one_other_value_among_equal_ones_is_far():
    values = np.array([1.5] * 20 + [3.0])
    assert np.flatnonzero(np.abs(robust_distance(values)) > FAR).tolist() == [20]


@pytest.mark.parametrize("values", [[], [1.0, 900.0], [2.0] * 9, [np.nan] * 9])
def test_nothing_is_far_where_there_is_nothing_to_compare_with(values):
    assert not robust_distance(np.array(values)).any()


def test_missing_values_are_not_far_and_change_nothing():
    values = np.array([1.0, 2, 3, 4, 100])
    with_gap = robust_distance(np.append(values, np.nan))
    assert with_gap[-1] == 0
    assert np.array_equal(with_gap[:-1], robust_distance(values))
