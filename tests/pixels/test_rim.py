"""How much of a rim is wall, in pixels one can count."""

import numpy as np
import pytest

from core.pixels.rim import surrounded_share


def test_the_share_of_a_rim_is_counted_in_pixels():
    mask = np.zeros((3, 3), np.uint8)
    mask[1, 1], mask[0, 1], mask[1, 0] = 3, 2, 2  # of the four beside the middle two are wall
    assert surrounded_share(mask, 3, 2) == 0.5
    assert surrounded_share(mask, 1, 2) is None


def test_the_edge_of_the_picture_is_no_rim():
    mask = np.array([[3, 2], [2, 2]], np.uint8)
    assert surrounded_share(mask, 3, 2) == 1.0
    assert surrounded_share(np.full((2, 2), 3, np.uint8), 3, 2) is None


@pytest.mark.parametrize("open_degrees", [90, 180, 270])
def test_a_ring_that_is_open_over_an_angle_surrounds_the_rest_of_its_circle(open_degrees):
    rows, columns = np.mgrid[-40:41, -40:41]
    distance, angle = np.hypot(rows, columns), np.degrees(np.arctan2(rows, columns)) % 360
    mask = np.where(distance < 30, 2, 0).astype(np.uint8)
    mask[(distance < 30) & (angle < open_degrees)] = 0
    mask[distance < 20] = 3
    assert surrounded_share(mask, 3, 2) == pytest.approx(1 - open_degrees / 360, abs=0.03)
