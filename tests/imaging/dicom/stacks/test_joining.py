"""Series of one slice position each become one stack where they agree, and only there."""

import pytest
from pydicom.dataset import Dataset

from core.records.slices import Series
from tests.imaging.dicom.drawn import cine, dicom, one_series, picture, place, read

REFERENCE = "1.2.9"


def slices(n_positions: int = 3, first: int = 1, **tags: object) -> list[Dataset]:
    """Two phases at each position, every position a series of its own."""
    files = cine(n_positions, first=first, FrameOfReferenceUID=REFERENCE, **tags)
    for index, data in enumerate(files):
        data.SeriesInstanceUID = f"1.2.3.{first}.{index // 2}"
    return files


def sizes(found: list[object]) -> list[tuple[int, ...]]:
    return sorted(item.geometry.shape[2:] for item in found if isinstance(item, Series))


def test_series_of_one_position_each_are_joined_and_it_is_told():
    series = one_series(read(reversed(slices())))
    assert series.geometry.shape == (10, 12, 3, 2)
    assert series.geometry.slice_distance_mm == pytest.approx(8)
    assert "joined out of 3 series that hold one slice position each" in series.notes
    assert len(series.provenance.series_uids) == 3


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("FrameOfReferenceUID", "1.2.10"),
        ("SeriesDescription", "SAX cine 2"),
        ("StudyInstanceUID", "1.3"),
        ("PatientID", "berta"),
        ("PixelSpacing", [1.4, 1.4]),
        ("ImageOrientationPatient", [0, 1, 0, 0, 0, -1]),
        ("ImageType", ["ORIGINAL", "PRIMARY", "P"]),
    ],
)
def test_a_series_that_differs_in_anything_else_stays_alone(tag, value):
    files = slices()
    for data in files[4:]:
        setattr(data, tag, value)
    assert sizes(read(files)) == [(1, 2), (2, 2)]


def test_a_repeat_of_a_position_stays_a_series_of_its_own():
    found = read([*slices(), *slices(1, first=50)])
    assert sizes(found) == [(1, 2), (3, 2)]
    assert any("kept as a series of its own" in note for item in found for note in item.notes)


def test_series_of_several_positions_are_never_joined():
    other = cine(2, first=50, SeriesInstanceUID="1.2.4", FrameOfReferenceUID=REFERENCE)
    for index, data in enumerate(other):
        data.ImagePositionPatient = place(10 + index // 2)
    found = read([*cine(FrameOfReferenceUID=REFERENCE), *other])
    assert sizes(found) == [(2, 2), (3, 2)]


def test_a_still_slice_is_none_of_a_cine():
    still = dicom(picture(9), position=7, number=90, SeriesInstanceUID="1.2.4", FrameOfReferenceUID=REFERENCE)
    assert sizes(read([*slices(), still])) == [(1, 1), (3, 2)]
