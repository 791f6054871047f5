"""The long axis cut out of a stack: which pixels, how large in mm, and what of places without a slice."""

import numpy as np
import pytest

from core.imaging.grids.long_axis import Along, cut
from core.labels import Label

SPACING, APART = (1.5, 2.0), 8.0  # mm
PLANES = [np.arange(12, dtype=np.uint8).reshape(3, 4) + 20 * place for place in range(3)]
MASKS = [np.full((3, 4), place, np.uint8) for place in range(3)]


def test_a_row_of_every_slice_lies_below_that_of_the_slice_before():
    found = cut(PLANES, MASKS, Along.ROW, 1, SPACING, APART)
    assert found.pixels.tolist() == [[4, 5, 6, 7], [24, 25, 26, 27], [44, 45, 46, 47]]
    assert found.labels.tolist() == [[0] * 4, [1] * 4, [2] * 4]
    assert (found.sample_mm, found.distance_mm) == (2.0, APART)


def test_a_column_has_the_size_of_rows():
    found = cut(PLANES, MASKS, Along.COLUMN, 3, SPACING, APART)
    assert found.pixels.tolist() == [[3, 7, 11], [23, 27, 31], [43, 47, 51]]
    assert (found.sample_mm, found.distance_mm) == (1.5, APART)


def test_a_place_without_a_slice_keeps_its_room_and_one_without_a_mask_has_no_label():
    found = cut([PLANES[0], None, PLANES[2]], [None, None, MASKS[2]], Along.ROW, 0, SPACING, APART)
    assert found.present.tolist() == [True, False, True]
    assert found.pixels[1].tolist() == found.labels[0].tolist() == [0] * 4
    assert found.labels[2].tolist() == [2] * 4


@pytest.mark.parametrize(
    ("planes", "masks", "at"),
    [
        (PLANES, MASKS, 3),
        (PLANES, MASKS[:2], 0),
        ([None], [None], 0),
        (PLANES, [mask.T for mask in MASKS], 0),
    ],
)
def test_what_is_no_stack_is_refused(planes, masks, at):
    with pytest.raises(ValueError, match="stack|outside"):
        cut(planes, masks, Along.ROW, at, SPACING, APART)


def test_half_an_ellipsoid_is_as_wide_and_as_long_as_it_was_made():
    mm, apart, radius_mm, length_mm, middle = 0.5, 8.0, 25.0, 88.0, 64
    rows, columns = np.mgrid[:128, :128]
    away_mm = mm * np.hypot(rows - middle, columns - middle)
    depths_mm = (np.arange(12) + 0.5) * apart
    made_mm = radius_mm * np.sqrt(np.clip(1 - (depths_mm / length_mm) ** 2, 0, None))
    masks = [np.where(away_mm < radius, Label.LEFT_VENTRICLE, 0).astype(np.uint8) for radius in made_mm]
    for along in Along:
        found = cut(masks, masks, along, middle, (mm, mm), apart)
        widths_mm = (found.labels == Label.LEFT_VENTRICLE).sum(axis=1) * found.sample_mm
        assert np.allclose(widths_mm, 2 * made_mm, atol=2 * mm)
        assert (widths_mm > 0).sum() * apart == length_mm
