"""Grey as people look at it: from the 1st to the 99th percentile, whatever the type of the pixels."""

import numpy as np
import pytest

from core.pixels.grey_window import in_window, window_of


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32, np.float64])
def test_what_lies_beyond_the_window_is_black_or_white(kind):
    pixels = np.arange(101).reshape(1, 101).astype(kind)
    assert window_of(pixels) == (1.0, 99.0)
    shown = in_window(pixels)
    assert shown[0, [0, 1, 50, 99, 100]].tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_a_plain_slice_is_black():
    assert not in_window(np.full((4, 5), 7)).any()
