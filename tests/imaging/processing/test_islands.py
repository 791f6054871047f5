"""Removing islands: what stays and what goes, pixel by pixel."""

import numpy as np
import pytest

from core.imaging.processing.islands import without_islands
from tests.label_sets import NO_WALL, TURNED_ROUND

LARGE = (10.0, 10.0)  # mm: one such pixel alone is large enough for a heart


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ([[2, 2, 3, 3, 2, 0, 1]], [[2, 2, 3, 3, 2, 0, 0]]),
        ([[2, 3, 3, 2, 0, 1]], [[2, 3, 3, 2, 0, 1]]),
        ([[1, 1, 2, 3, 2, 1]], [[1, 1, 2, 3, 2, 1]]),
        ([[2, 3, 2, 0, 2]], [[2, 3, 2, 0, 2]]),
        ([[2, 3, 3, 2, 1, 3]], [[2, 3, 3, 2, 1, 0]]),
        ([[2, 2, 3, 3, 2, 3, 1]], [[2, 2, 3, 3, 2, 0, 0]]),
        ([[3, 2, 0], [0, 0, 1]], [[3, 2, 0], [0, 0, 1]]),
        ([[2, 2, 3, 2, 2, 0], [0, 0, 0, 0, 0, 1]], [[2, 2, 3, 2, 2, 0], [0, 0, 0, 0, 0, 1]]),
        ([[3], [0], [3]], [[3], [0], [0]]),
        ([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
        ([[1, 1], [1, 1]], [[1, 1], [1, 1]]),
    ],
    ids=[
        "a small island goes",
        "a quarter of the heart stays",
        "an RV in two pieces of one heart stays",
        "a wall that is open stays",
        "a second LV goes",
        "what hung on a second LV goes with it",
        "pieces that share a corner are one",
        "a small piece that shares a corner is no island",
        "of equal pieces of LV the upper stays",
        "nothing",
        "no background",
    ],
)
def test_what_stays_and_what_goes(mask, expected):
    given = np.array(mask, np.uint8)
    kept = without_islands(given, LARGE)
    assert kept.tolist() == expected
    assert kept.dtype == np.uint8
    assert given.tolist() == mask  # a copy is changed, not what was given


@pytest.mark.parametrize("seed", range(20))
def test_it_only_takes_away_and_a_second_time_changes_nothing(seed):
    random = np.random.default_rng(seed)
    mask = random.integers(0, 4, (40, 40)).astype(np.uint8)
    mask[random.random((40, 40)) < 0.6] = 0
    once = without_islands(mask, LARGE)
    assert set(np.unique(once[once != mask])) == {0}
    assert np.array_equal(without_islands(once, LARGE), once)


@pytest.mark.parametrize(
    ("spacing_mm", "stays"),
    [((2.5, 2.5), True), ((2.0, 2.5), True), ((2.0, 2.0), False), ((1.25, 1.25), False)],
    ids=["62.5 mm2", "50 mm2", "40 mm2", "15.6 mm2"],
)
def test_a_speck_is_no_heart(spacing_mm, stays):
    mask = np.zeros((9, 9), np.uint8)
    mask[3:5, 2:7] = 2
    assert np.array_equal(without_islands(mask, spacing_mm), mask if stays else 0 * mask)


def test_of_any_label_set_it_is_the_walled_cavity_that_is_one_piece():
    given = np.array([[2, 1, 1, 2, 3, 1]], np.uint8)
    assert without_islands(given, LARGE, TURNED_ROUND).tolist() == [[2, 1, 1, 2, 3, 0]]
    assert without_islands(given, LARGE).tolist() == given.tolist()  # of the heart, 1 may be in several
    assert without_islands(np.array([[1, 0, 2]], np.uint8), LARGE, NO_WALL).tolist() == [[1, 0, 2]]
