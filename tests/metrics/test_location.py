"""Base, middle and apex, ED and ES are found from the labels alone."""

import numpy as np

from core.metrics.location import (
    LEVEL_TITLES,
    PHASE_TITLES,
    CardiacPhase,
    SliceLevel,
    cardiac_phases,
    slice_levels,
)
from tests.metrics.label_sets import ATRIA, MUSCLE, VESSEL


def pixels(*areas: int) -> np.ndarray:
    """Slices of 100 pixels with so many of left ventricle each."""
    found = np.zeros((len(areas), 4), np.int64)
    found[:, 3] = areas
    found[:, 0] = 100 - found[:, 3]
    return found


def test_the_larger_end_is_the_base_in_whichever_order_slices_come():
    areas = pixels(9, 9, 8, 7, 3, 2)
    expected = ["basal", "basal", "mid", "mid", "apical", "apical"]
    one = np.zeros(6, int)
    assert slice_levels(one, np.arange(6), areas).tolist() == expected
    assert slice_levels(one, np.arange(6)[::-1], areas).tolist() == expected
    assert slice_levels(one, np.arange(6), areas[::-1]).tolist() == expected[::-1]


def test_slices_beyond_the_heart_are_outside_and_take_no_third():
    found = slice_levels(np.zeros(5, int), np.arange(5), pixels(0, 9, 5, 2, 0))
    assert found.tolist() == [SliceLevel.OUTSIDE, "basal", "mid", "apical", SliceLevel.OUTSIDE]


def test_series_are_judged_each_by_itself_and_short_ones_not_at_all():
    series = np.array([7, 7, 7, 2, 2, 9])
    found = slice_levels(series, np.array([0, 1, 2, 0, 1, 0]), pixels(1, 5, 9, 4, 4, 4))
    assert found.tolist() == ["apical", "mid", "basal"] + [SliceLevel.UNKNOWN] * 3


def test_a_hole_in_the_heart_changes_no_third():
    found = slice_levels(np.zeros(3, int), np.arange(3), pixels(9, 0, 2))
    assert found.tolist() == ["basal", "mid", "apical"]


def test_ed_is_the_largest_left_ventricle_and_es_the_smallest():
    phases = np.array([0, 1, 2, 0, 1, 2])
    found = cardiac_phases(np.zeros(6, int), phases, pixels(5, 9, 2, 5, 9, 2))
    assert found.tolist() == [CardiacPhase.BETWEEN, CardiacPhase.ED, CardiacPhase.ES] * 2


def test_of_phases_alike_the_first_is_meant():
    found = cardiac_phases(np.zeros(5, int), np.arange(5), pixels(9, 4, 4, 9, 9)).tolist()
    between = CardiacPhase.BETWEEN
    assert found == [CardiacPhase.ED, CardiacPhase.ES, between, between, between]


def test_half_a_heart_is_not_mistaken_for_a_small_one():
    found = cardiac_phases(np.zeros(5, int), np.array([0, 0, 1, 1, 2]), pixels(9, 9, 5, 5, 1))
    assert found.tolist() == [
        CardiacPhase.ED,
        CardiacPhase.ED,
        CardiacPhase.ES,
        CardiacPhase.ES,
        CardiacPhase.BETWEEN,
    ]


def test_one_phase_or_no_cavity_says_nothing_of_the_beat():
    assert (
        cardiac_phases(np.array([1, 1]), np.array([0, 0]), pixels(5, 6)).tolist()
        == [CardiacPhase.UNKNOWN] * 2
    )
    assert (
        cardiac_phases(np.array([1, 1]), np.array([0, 1]), pixels(0, 6)).tolist()
        == [CardiacPhase.UNKNOWN] * 2
    )
    assert (
        cardiac_phases(np.array([1, 1]), np.array([0, 1]), pixels(6, 6)).tolist()
        == [CardiacPhase.UNKNOWN] * 2
    )


def test_nothing_has_no_places():
    empty = np.zeros(0, int)
    assert len(slice_levels(empty, empty, np.zeros((0, 4)))) == 0
    assert len(cardiac_phases(empty, empty, np.zeros((0, 4)))) == 0


def test_the_phase_is_told_by_the_cavity_that_a_wall_encloses_in_any_label_set():
    series, phases = np.zeros(2, int), np.array([0, 1])
    by_lumen = np.array([[90, 9, 1], [90, 2, 8]])  # wall and lumen
    assert cardiac_phases(series, phases, by_lumen, VESSEL).tolist() == [CardiacPhase.ES, CardiacPhase.ED]
    for labels in (ATRIA, MUSCLE):
        assert cardiac_phases(series, phases, by_lumen, labels).tolist() == [CardiacPhase.UNKNOWN] * 2


def test_levels_are_told_by_all_labels_of_the_set():
    areas = np.array([[90, 9], [95, 5], [98, 2]])
    found = slice_levels(np.zeros(3, int), np.arange(3), areas, MUSCLE)
    assert found.tolist() == [SliceLevel.BASAL, SliceLevel.MID, SliceLevel.APICAL]


def test_every_level_and_phase_has_a_title():
    assert set(LEVEL_TITLES) == set(SliceLevel)
    assert set(PHASE_TITLES) == set(CardiacPhase)
