"""Curves of several seeds, by numbers that one can reckon in the head."""

import math

import pytest

from core.metrics.statistics.curves import Band, band, present, smooth


def test_smoothing_leaves_gaps_where_they_are_and_a_straight_line_straight():
    assert smooth([1.0, 2.0, 3.0, 4.0, 5.0], 3) == [1, 2, 3, 4, 5]
    assert smooth([0.0, math.nan, 6.0], 1)[0] == 0
    found = smooth([0.0, math.nan, 6.0, 6.0, 6.0], 3)
    assert math.isnan(found[1])
    assert found[2] == 6
    with pytest.raises(ValueError, match="window must be 1 or more"):
        smooth([1.0], 0)


def test_a_band_goes_as_far_as_all_curves_go():
    found = band([([1, 2, 3], [0.0, 0.2, 0.4]), ([1, 2], [0.2, 0.6])])
    assert found == Band((1, 2), pytest.approx((0.1, 0.4)), (0, 0.2), (0.2, 0.6), 2)


def test_curves_by_wall_time_are_read_off_between_their_points():
    found = band([([0, 2], [0.0, 2.0]), ([1, 3], [3.0, 3.0])])
    assert found is not None
    assert found.x == (1, 2)
    assert found.low == (1, 2)
    assert found.mean == (2, 2.5)


def test_points_without_a_value_are_left_out_and_nothing_makes_no_band():
    assert present(([1, 2], [math.nan, 5.0])) == ([2], [5.0])
    assert band([]) is None
    assert band([([1], [math.nan])]) is None
    assert band([([1, 2], [0, 0]), ([3, 4], [0, 0])]) is None
