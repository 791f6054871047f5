"""Gaps, odd distances and millimetres that contradict each other are told, and masks go where slices lie."""

import numpy as np
import pytest

from tests.imaging.dicom.drawn import dicom, one_series, picture, place, read


def stack(positions: list[float], **tags: object):
    return [dicom(picture(n), position=at, number=n, **tags) for n, at in enumerate(positions, 1)]


def test_a_gap_is_told_and_kept_in_the_lattice():
    series = one_series(read(stack([0, 1, 2, 4, 7])))
    assert series.geometry.slice_distance_mm == pytest.approx(8)
    assert series.geometry.slice_indices == (0, 1, 2, 4, 7)
    assert series.geometry.shape == (10, 12, 8, 1)
    assert [item.position for item in series.slices] == [0, 1, 2, 3, 4]
    (note,) = series.notes
    assert note.startswith("3 slices are missing in the stack")
    assert "none lies behind position 3, 4" in note


def test_each_position_lies_where_the_affine_puts_its_index():
    series = one_series(read(stack([0, 1, 2, 4])))
    for index, at in zip(series.geometry.slice_indices, (0, 1, 2, 4), strict=True):
        x, y, z = place(at)
        assert np.array(series.geometry.affine) @ [0, 0, index, 1] == pytest.approx([-x, -y, z, 1])


def test_small_differences_of_distances_are_regular():
    series = one_series(read(stack([0, 1.001, 1.999, 3])))
    assert series.notes == ()
    assert series.geometry.slice_indices == ()


def test_irregular_distances_are_told():
    series = one_series(read(stack([0, 1, 2.4, 3.1])))
    assert series.geometry.slice_indices == ()
    assert (
        "positions lie 8.0, 11.2, 5.6 mm apart, which is irregular; 8.00 mm is used for all" in series.notes
    )


def test_slices_that_are_shifted_sideways_are_told():
    files = stack([0, 1, 2])
    files[2].ImagePositionPatient = [value + shift for value, shift in zip(place(2), (12, 0, 0), strict=True)]
    assert any("shifted sideways by up to 12.0 mm" in note for note in one_series(read(files)).notes)


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"SpacingBetweenSlices": 10}, "Spacing Between Slices says 10 mm, the positions 8.00 mm"),
        ({"SliceThickness": 12}, "Slice Thickness says 12 mm"),
        ({"ImagerPixelSpacing": [0.5, 0.5]}, "another attribute 0.5 x 0.5 mm"),
    ],
)
def test_millimetres_that_contradict_each_other_are_told(tags, words):
    assert any(words in note for note in one_series(read(stack([0, 1], **tags))).notes)


def test_a_thickness_with_a_gap_between_slices_contradicts_nothing():
    assert one_series(read(stack([0, 1], SliceThickness=6, SpacingBetweenSlices=8))).notes == ()
