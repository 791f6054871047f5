"""Each rule of anatomy on masks that one can count by hand."""

import numpy as np
import pytest

from core.labels import Label
from core.metrics.plausibility import mask_findings, neighbour_findings
from core.records.reasons import Beside, Reason, Rule
from pages.shared.review.why import phrase
from tests.metrics.label_sets import ATRIA, LEFT, LUMEN, MUSCLE, RIGHT, VESSEL, WALL

LV, RV, MYO = Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE, Label.MYOCARDIUM


def heart() -> np.ndarray:
    """A closed ring with the LV inside and the RV beside it."""
    mask = np.zeros((20, 24), np.uint8)
    mask[4:16, 10:22] = MYO
    mask[7:13, 13:19] = LV
    mask[6:14, 4:10] = RV
    return mask


def texts(mask: np.ndarray) -> list[str]:
    return [phrase(finding) for finding in mask_findings(mask)]


def test_an_ordinary_heart_and_an_empty_slice_are_plausible():
    assert texts(heart()) == []
    assert texts(np.zeros((8, 8), np.uint8)) == []


def test_a_ring_that_lacks_a_side_is_open_by_the_share_of_the_rim():
    mask = heart()
    mask[13:16, 10:22] = 0  # the rim below the cavity: 6 of 24 pixels
    assert texts(mask) == ["myocardium does not enclose the LV (25 % open)"]


def test_one_missing_pixel_of_the_rim_is_no_open_ring_but_a_hole():
    mask = heart()
    mask[13, 15] = 0
    assert texts(mask) == ["a hole of 1 pixel in the heart"]


def test_pieces_are_counted_and_crumbs_are_not():
    mask = heart()
    mask[0:2, 0:2] = RV
    mask[18, 0] = LV
    mask[18, 5:7] = MYO
    found = texts(mask)
    assert "RV in 2 pieces" in found
    assert not any(text.startswith(("LV in", "Myo in")) for text in found)


def test_pieces_that_meet_at_a_corner_are_one():
    mask = heart()
    mask[14:17, 1:4] = RV  # its corner touches that of the RV
    assert texts(mask) == []


def test_ventricles_that_touch_are_told_with_the_length():
    mask = heart()
    mask[8:11, 10:13] = RV
    assert "RV touches LV along 3 pixels" in texts(mask)


def areas(rv: int, myo: int, lv: int) -> list[int]:
    return [1000, rv, myo, lv]


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        (areas(100, 100, 100), []),
        (areas(0, 100, 100), ["no RV, though the slices on both sides have it"]),
        (areas(100, 100, 250), ["LV 2.1 times larger than in the slices beside"]),
        (areas(40, 100, 100), ["RV 2.5 times smaller than in the slices beside"]),
        (areas(100, 100, 210), []),  # below 1.8 times the larger of the two
    ],
)
def test_a_mask_is_compared_with_both_neighbours(here, expected):
    found = neighbour_findings(here, areas(100, 100, 100), areas(110, 120, 120))
    assert [phrase(finding) for finding in found] == expected


def test_small_differences_and_missing_neighbours_say_nothing():
    assert neighbour_findings(areas(30, 30, 30), areas(5, 5, 5), areas(5, 5, 5)) == []
    assert neighbour_findings(areas(0, 0, 0), areas(9, 9, 9), None) == []


def test_a_label_that_neither_neighbour_has_is_far_larger():
    found = neighbour_findings(areas(90, 1, 1), areas(0, 1, 1), areas(0, 1, 1), Beside.PHASES)
    assert [phrase(finding) for finding in found] == ["RV far larger than in the phases beside"]


def vessel() -> np.ndarray:
    """A closed ring of wall with the lumen inside."""
    mask = np.zeros((16, 16), np.uint8)
    mask[3:13, 3:13] = WALL
    mask[6:10, 6:10] = LUMEN
    return mask


def test_the_rules_find_the_roles_of_another_label_set():
    assert mask_findings(vessel(), VESSEL) == []
    opened = vessel()
    opened[10:13, 3:13] = 0  # 4 of the 16 pixels around the lumen
    assert mask_findings(opened, VESSEL) == [Reason(Rule.OPEN, "lumen", "vessel_wall", amount=25)]
    scattered = vessel()
    scattered[0:2, 0:2] = LUMEN
    assert Reason(Rule.PIECES, "lumen", amount=2) in mask_findings(scattered, VESSEL)
    here = neighbour_findings([100, 0, 9], [100, 40, 9], [100, 50, 9], labels=VESSEL)
    assert here == [Reason(Rule.MISSING, "vessel_wall", beside=Beside.SLICES)]


def test_a_rule_whose_role_is_missing_finds_nothing():
    cavities_that_touch = np.zeros((8, 8), np.uint8)
    cavities_that_touch[2:6, 1:4], cavities_that_touch[2:6, 4:7] = LEFT, RIGHT
    assert mask_findings(cavities_that_touch, ATRIA) == []
    muscle = np.zeros((8, 8), np.uint8)
    muscle[2:6, 2:6] = MUSCLE.foreground[0]
    assert mask_findings(muscle, MUSCLE) == []
