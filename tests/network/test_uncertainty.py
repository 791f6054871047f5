"""Entropy against numbers known by hand, and where it is averaged."""

import math

import numpy as np
import pytest

from core.network.uncertainty import entropy, mean_heart_entropy


def planes(*pixels: tuple[float, float, float, float]) -> np.ndarray:
    """(4, 1, n) from the probabilities of n pixels in a row."""
    return np.array(pixels, np.float32).T[:, None, :]


def test_entropy_of_sure_torn_and_lost():
    found = entropy(planes((1, 0, 0, 0), (0.5, 0.5, 0, 0), (0.25, 0.25, 0.25, 0.25)))
    assert found.shape == (1, 3)
    assert found[0].tolist() == pytest.approx([0, math.log(2), math.log(4)], abs=1e-6)


SURE, HEART, TORN = (1.0, 0, 0, 0), (0, 0, 0, 1.0), (0.6, 0.4, 0, 0)
TORN_ENTROPY = -(0.6 * math.log(0.6) + 0.4 * math.log(0.4))


@pytest.mark.parametrize(
    ("pixels", "margin", "expected"),
    [
        ((SURE, TORN, HEART, SURE, SURE), 0, 0.0),
        ((SURE, TORN, HEART, SURE, SURE), 1, TORN_ENTROPY / 3),
        ((TORN, SURE, SURE, HEART, SURE), 2, 0.0),  # farther away than the margin
        ((TORN, SURE, SURE, SURE), 3, TORN_ENTROPY / 4),  # no heart: the whole slice
    ],
    ids=["heart alone", "with its rim", "beyond the rim", "no heart"],
)
def test_it_is_averaged_over_the_heart_and_its_rim(pixels, margin, expected):
    assert mean_heart_entropy(planes(*pixels), margin) == pytest.approx(expected, abs=1e-6)
