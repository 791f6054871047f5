"""Agreement with intervals: by hand, and what 95 % promises."""

import math

import numpy as np
import pytest

from core.metrics.statistics.agreement import agreement_of


def test_bias_and_mean_absolute_error_by_hand():
    found = agreement_of([62.0, 58.0, 71.0, 50.0, math.nan], [60.0, 60.0, 70.0, 50.0, 1.0], "abcde")
    assert (found.n, found.bias.mean, found.mae.mean) == (4, pytest.approx(0.25), pytest.approx(1.25))
    assert math.isnan(found.lower.mean)  # of four there are no limits


def test_limits_lie_about_the_bias_and_have_intervals_of_their_own():
    random = np.random.default_rng(0)
    reference = random.uniform(30, 70, 60)
    measured = reference + 1 + random.normal(0, 3, 60)
    found = agreement_of(measured.tolist(), reference.tolist(), range(60))
    assert found.upper.mean - found.lower.mean == pytest.approx(
        2 * 1.96 * np.std(measured - reference, ddof=1)
    )
    for one in (found.bias, found.mae, found.lower, found.upper):
        assert one.low < one.mean < one.high
        assert one.n == 60
    assert found.bias.low < 1 < found.bias.high
