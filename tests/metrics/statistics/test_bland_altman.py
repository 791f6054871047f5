"""Bland-Altman by hand."""

import math

import pytest

from core.metrics.statistics.bland_altman import bland_altman


def test_bias_and_limits_by_hand():
    found = bland_altman([12.0, 10.0, 17.0], [10.0, 10.0, 14.0])
    # Differences 2, 0, 3: mean 5/3, variance ((1/3)^2 + (5/3)^2 + (4/3)^2) / 2 = 7/3.
    assert found.bias == pytest.approx(5 / 3)
    assert found.sd == pytest.approx(math.sqrt(7 / 3))
    assert found.lower == pytest.approx(5 / 3 - 1.96 * math.sqrt(7 / 3))
    assert found.upper == pytest.approx(5 / 3 + 1.96 * math.sqrt(7 / 3))
    assert found.means.tolist() == [11, 10, 15.5]
    assert found.n == 3


def test_a_measurement_without_its_partner_is_left_out():
    assert bland_altman([1.0, math.nan, 3.0], [1.0, 2.0, math.nan]).n == 1


@pytest.mark.parametrize(("pairs", "bias"), [([], math.nan), ([(3.0, 1.0)], 2.0)])
def test_limits_need_two_pairs(pairs, bias):
    found = bland_altman([ours for ours, _ in pairs], [theirs for _, theirs in pairs])
    assert found.bias == pytest.approx(bias, nan_ok=True)
    assert math.isnan(found.lower)


def test_unpaired_measurements_are_refused():
    with pytest.raises(ValueError, match="pairs"):
        bland_altman([1.0], [])
