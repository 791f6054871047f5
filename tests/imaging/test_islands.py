"""Removing islands: what stays and what goes, pixel by pixel."""

import numpy as np
import pytest

from core.imaging.islands import keep_largest_component


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ([[3, 3, 0, 3]], [[3, 3, 0, 0]]),
        ([[1, 0, 2], [0, 0, 0], [2, 2, 0]], [[1, 0, 0], [0, 0, 0], [2, 2, 0]]),
        ([[3, 0], [0, 3]], [[3, 0], [0, 3]]),  # touching by a corner is touching
        ([[2, 3, 2, 2]], [[0, 3, 2, 2]]),  # another label parts two pieces
        ([[1], [0], [1]], [[1], [0], [0]]),  # equally large: the upper stays
        ([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
    ],
    ids=["island", "each label alone", "corner", "parted", "equal", "empty"],
)
def test_only_the_largest_piece_of_every_label_stays(mask, expected):
    given = np.array(mask, np.uint8)
    kept = keep_largest_component(given)
    assert kept.tolist() == expected
    assert kept.dtype == np.uint8
    assert given.tolist() == mask  # a copy is changed, not what was given


def test_a_second_time_changes_nothing():
    mask = np.random.default_rng(0).integers(0, 4, (40, 40)).astype(np.uint8)
    once = keep_largest_component(mask)
    assert np.array_equal(keep_largest_component(once), once)
    assert set(np.unique(once[once != mask])) <= {0}
