"""The motion between two pictures."""

import numpy as np
import pytest
from scipy import ndimage

from core.editing.carry.motion import brought, displacement, length_mm, resized, returned_mm


@pytest.fixture(scope="module")
def picture():
    rough = np.random.default_rng(0).normal(size=(64, 72))
    smooth = ndimage.gaussian_filter(rough, 2.5)
    return (smooth - smooth.min()) / np.ptp(smooth)


@pytest.mark.parametrize("mm", [1.5, 0.8], ids=["as it is", "on fewer pixels"])
def test_a_shift_is_found(picture, mm):
    moved = np.roll(picture, (2, -3), (0, 1))  # what was at (r, c) lies at (r + 2, c - 3)
    flow = displacement(picture, moved, (mm, mm))
    inner = flow[:, 12:-12, 12:-12]
    assert inner[0].mean() == pytest.approx(2, abs=0.4)
    assert inner[1].mean() == pytest.approx(-3, abs=0.4)
    assert length_mm(flow, (mm, mm))[12:-12, 12:-12].mean() == pytest.approx(np.hypot(2, 3) * mm, rel=0.15)
    assert np.abs(brought(moved, flow) - picture)[12:-12, 12:-12].mean() < 0.03


def test_there_and_back_is_where_it_began():
    there, back = np.zeros((2, 9, 9)), np.zeros((2, 9, 9))
    there[0], back[0] = 1.0, -1.0
    assert returned_mm(there, back, (2.0, 1.0)) == pytest.approx(np.zeros((9, 9)))
    back[0], back[1] = -0.5, 3.0
    assert returned_mm(there, back, (2.0, 1.0))[4, 4] == pytest.approx(np.hypot(0.5 * 2, 3))


def test_pictures_of_other_sizes_are_refused(picture):
    with pytest.raises(ValueError, match="one shape"):
        displacement(picture, picture[:-1], (1.5, 1.5))


def test_a_plane_on_other_pixels_has_the_same_middle(picture):
    small = resized(picture, (32, 36))
    assert small.shape == (32, 36)
    assert small.mean() == pytest.approx(picture.mean(), abs=0.01)
    assert resized(picture, picture.shape) is picture
