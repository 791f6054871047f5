"""Calibration by hand, on pixels that lie as often as they say, and slice by slice against the whole."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.labels import Label
from core.metrics.statistics.calibration import (
    Reliability,
    expected_calibration_error,
    measure_reliability,
    reliability_rows,
    total,
)


def random_slice(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (4, 8, 8) and reference (8, 8)."""
    generator = np.random.default_rng(seed)
    return generator.dirichlet(np.ones(4), (8, 8)).transpose(2, 0, 1), generator.integers(0, 4, (8, 8))


def test_calibration_error_by_hand():
    # Four pixels: sure of 0.9 and right thrice of four; |3/4 - 0.9| = 0.15.
    probabilities = np.zeros((4, 2, 2))
    probabilities[3], probabilities[0] = 0.9, 0.1
    reference = np.array([[3, 3], [3, 0]])
    table = measure_reliability(probabilities, reference, n_bins=10)
    assert expected_calibration_error(table) == pytest.approx(0.15)
    row = reliability_rows(table)[8]
    assert (row.low, row.high, row.pixels) == (pytest.approx(0.8), pytest.approx(0.9), 4)
    assert (row.confidence, row.accuracy) == (pytest.approx(0.9), 0.75)


def test_bins_of_two_confidences_by_hand():
    probabilities = np.zeros((4, 1, 4))
    probabilities[1], probabilities[0] = [[0.6, 0.6, 1.0, 1.0]], [[0.4, 0.4, 0, 0]]
    table = measure_reliability(probabilities, np.array([[1, 0, 1, 1]]), n_bins=5)
    # Half of the pixels say 0.6 and are right in 1/2; the others say 1 and are right.
    assert expected_calibration_error(table) == pytest.approx((0.1 + 0) / 2)
    assert [row.pixels for row in reliability_rows(table)] == [0, 0, 2, 0, 2]


def test_an_empty_bin_says_nothing():
    table = measure_reliability(*random_slice(0), where=np.zeros((8, 8), bool))
    assert math.isnan(expected_calibration_error(table))
    assert all(math.isnan(row.accuracy) and math.isnan(row.confidence) for row in reliability_rows(table))


def test_what_comes_true_as_often_as_it_is_said_is_calibrated_and_what_is_too_sure_is_not():
    generator = np.random.default_rng(5)
    probabilities = generator.dirichlet(np.ones(4) / 2, (200, 200)).transpose(2, 0, 1)
    drawn = (generator.random((200, 200)) > probabilities.cumsum(axis=0)).sum(axis=0).clip(0, 3)
    assert expected_calibration_error(measure_reliability(probabilities, drawn)) < 0.01
    sharper = probabilities**2 / (probabilities**2).sum(axis=0)
    assert expected_calibration_error(measure_reliability(sharper, drawn)) > 0.03


def test_one_label_is_measured_by_its_own_probability():
    probabilities = np.full((4, 1, 4), 0.25)
    table = measure_reliability(probabilities, np.array([[3, 0, 0, 0]]), label=Label.LEFT_VENTRICLE)
    assert expected_calibration_error(table) == pytest.approx(0)


def test_only_the_chosen_pixels_count():
    probabilities, reference = random_slice(1)
    heart = reference != Label.BACKGROUND
    assert measure_reliability(probabilities, reference, where=heart).pixels.sum() == heart.sum()


@given(st.integers(0, 10_000), st.integers(1, 30))
def test_the_error_agrees_with_a_plain_loop_and_stays_between_0_and_1(seed, n_bins):
    probabilities, reference = random_slice(seed)
    said, right = probabilities.max(axis=0).ravel(), (probabilities.argmax(axis=0) == reference).ravel()
    plain = 0.0
    for low in range(n_bins):
        inside = (said > low / n_bins) & (said <= (low + 1) / n_bins)
        if inside.any():
            plain += inside.mean() * abs(right[inside].mean() - said[inside].mean())
    found = expected_calibration_error(measure_reliability(probabilities, reference, n_bins=n_bins))
    assert found == pytest.approx(plain)
    assert 0 <= found <= 1


def test_tables_of_slices_add_up_to_the_table_of_all():
    first, second = random_slice(2), random_slice(3)
    both = np.concatenate([first[0], second[0]], axis=2), np.concatenate([first[1], second[1]], axis=1)
    added, whole = (
        total([measure_reliability(*first), measure_reliability(*second)]),
        measure_reliability(*both),
    )
    for name in ("pixels", "right", "probability"):
        assert getattr(added, name) == pytest.approx(getattr(whole, name))
    assert total([]).pixels.sum() == 0


def test_tables_of_other_bins_and_references_of_other_shape_are_refused():
    with pytest.raises(ValueError, match="equal bins"):
        measure_reliability(*random_slice(0), n_bins=5) + Reliability(*[np.zeros(6)] * 3)
    with pytest.raises(ValueError, match="do not fit"):
        measure_reliability(np.zeros((4, 2, 2)), np.zeros((2, 3)))
