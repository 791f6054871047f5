"""What planes say of the usual way up and of the base, on directions whose answer is known."""

import numpy as np
import pytest

from core.imaging.grids.orientation import base_of, usual_turn
from core.records.orientation import AS_SOURCE, TURNS, BaseEnd, Turn
from core.records.slices import Geometry

LEFT, POSTERIOR, SUPERIOR = np.array([-1.0, 0, 0]), np.array([0, -1.0, 0]), np.array([0, 0, 1.0])
AXIS = np.array([-0.66, 0.55, -0.5]) / np.linalg.norm([0.66, 0.55, 0.5])  # of a heart, from base to apex


def geometry(across, down, along, kind: str = "dicom") -> Geometry:
    affine = np.eye(4)
    affine[:3, :3] = np.stack([1.5 * across, 1.5 * down, 8 * along], axis=1)
    return Geometry(kind, (96, 96, 10), (1.5, 1.5), 8.0, tuple(map(tuple, affine.tolist())))


def short_axis() -> tuple[np.ndarray, np.ndarray]:
    """Directions of the usual picture: to the lateral wall, and from the anterior wall down."""
    lateral = LEFT - (LEFT @ AXIS) * AXIS
    lateral /= np.linalg.norm(lateral)
    down = np.cross(AXIS, lateral)
    return lateral, down if down[2] < 0 else -down


def test_planes_as_radiologists_have_them_stay_as_they_are():
    for across, down in ((LEFT, POSTERIOR), (LEFT, -SUPERIOR), (POSTERIOR, -SUPERIOR), short_axis()):
        assert usual_turn(geometry(across, down, np.cross(across, down))) == AS_SOURCE


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.key)
def test_a_short_axis_that_came_another_way_round_is_turned_back(turn):
    across, down = short_axis()
    # Each pixel says where in the patient it lies, so that turning the picture turns the directions, too.
    rows, columns = np.mgrid[:4, :4]
    usual = columns[..., None] * across + rows[..., None] * down
    came = turn.as_source(usual)
    given = geometry(came[0, 1] - came[0, 0], came[1, 0] - came[0, 0], AXIS)
    assert usual_turn(given) == turn
    assert np.allclose(usual_turn(given).shown(came), usual)


def test_a_stack_counts_from_the_base_by_the_direction_of_the_hearts_axis():
    across, down = short_axis()
    assert base_of(geometry(across, down, AXIS)) is BaseEnd.FIRST
    assert base_of(geometry(across, down, -AXIS, "nifti")) is BaseEnd.LAST
    assert base_of(geometry(LEFT, POSTERIOR, SUPERIOR)) is BaseEnd.UNKNOWN


def test_what_may_be_a_mere_default_says_nothing():
    plain = geometry(-LEFT, -POSTERIOR, SUPERIOR, "nifti")
    assert usual_turn(plain) is None
    assert base_of(plain) is BaseEnd.UNKNOWN
    assert usual_turn(Geometry("png", (96, 96), (1.5, 1.5))) is None
    assert usual_turn(geometry(-LEFT, -POSTERIOR, SUPERIOR)) == Turn(2)
