"""Base, middle and apex, ED and ES are found from the labels alone."""

import numpy as np

from core.metrics.places import Beat, Third, beats, thirds


def pixels(*areas: int) -> np.ndarray:
    """Slices of 100 pixels with so many of left ventricle each."""
    found = np.zeros((len(areas), 4), np.int64)
    found[:, 3] = areas
    found[:, 0] = 100 - found[:, 3]
    return found


def test_the_larger_end_is_the_base_in_whichever_order_slices_come():
    areas = pixels(9, 9, 8, 7, 3, 2)
    expected = ["base", "base", "middle", "middle", "apex", "apex"]
    one = np.zeros(6, int)
    assert thirds(one, np.arange(6), areas).tolist() == expected
    assert thirds(one, np.arange(6)[::-1], areas).tolist() == expected
    assert thirds(one, np.arange(6), areas[::-1]).tolist() == expected[::-1]


def test_slices_beyond_the_heart_are_outside_and_take_no_third():
    found = thirds(np.zeros(5, int), np.arange(5), pixels(0, 9, 5, 2, 0))
    assert found.tolist() == [Third.OUTSIDE, "base", "middle", "apex", Third.OUTSIDE]


def test_series_are_judged_each_by_itself_and_short_ones_not_at_all():
    series = np.array([7, 7, 7, 2, 2, 9])
    found = thirds(series, np.array([0, 1, 2, 0, 1, 0]), pixels(1, 5, 9, 4, 4, 4))
    assert found.tolist() == ["apex", "middle", "base"] + [Third.UNKNOWN] * 3


def test_a_hole_in_the_heart_changes_no_third():
    found = thirds(np.zeros(3, int), np.arange(3), pixels(9, 0, 2))
    assert found.tolist() == ["base", "middle", "apex"]


def test_ed_is_the_largest_left_ventricle_and_es_the_smallest():
    phases = np.array([0, 1, 2, 0, 1, 2])
    found = beats(np.zeros(6, int), phases, pixels(5, 9, 2, 5, 9, 2))
    assert found.tolist() == [Beat.BETWEEN, Beat.ED, Beat.ES] * 2


def test_half_a_heart_is_not_mistaken_for_a_small_one():
    found = beats(np.zeros(5, int), np.array([0, 0, 1, 1, 2]), pixels(9, 9, 5, 5, 1))
    assert found.tolist() == [Beat.ED, Beat.ED, Beat.ES, Beat.ES, Beat.BETWEEN]


def test_one_phase_or_no_cavity_says_nothing_of_the_beat():
    assert beats(np.array([1, 1]), np.array([0, 0]), pixels(5, 6)).tolist() == [Beat.UNKNOWN] * 2
    assert beats(np.array([1, 1]), np.array([0, 1]), pixels(0, 6)).tolist() == [Beat.UNKNOWN] * 2
    assert beats(np.array([1, 1]), np.array([0, 1]), pixels(6, 6)).tolist() == [Beat.UNKNOWN] * 2


def test_nothing_has_no_places():
    empty = np.zeros(0, int)
    assert len(thirds(empty, empty, np.zeros((0, 4)))) == 0
    assert len(beats(empty, empty, np.zeros((0, 4)))) == 0
