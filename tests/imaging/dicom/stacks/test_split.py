"""What lies in one series and is no one stack comes in apart, and it is said."""

import io

import numpy as np
import pytest
from PIL import Image

from core.imaging.dicom.files import DicomFiles
from core.limits import Limits
from core.records.slices import Series
from tests.imaging.dicom.drawn import cine, dicom, one_series, picture, read, source


def main_and_other(found: list[object]) -> tuple[Series, Series]:
    main, other = found
    assert isinstance(main, Series)
    assert isinstance(other, Series)
    assert main.name == "SAX cine"
    assert len(main.slices) == 6
    assert main.geometry.slice_distance_mm == pytest.approx(8)
    return main, other


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, "another orientation"),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0.77, -0.638]}, "another orientation"),
        ({"PixelSpacing": [1.0, 1.0]}, "another pixel size"),
        ({"ImagePositionPatient": None}, "without a position"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "P", "RETRO"]}, "phase images"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "VELOCITY MAP", "P"]}, "phase images"),
        ({"ComplexImageComponent": "IMAGINARY"}, "imaginary parts"),
        ({"ImageType": ["DERIVED", "PRIMARY", "M", "T1 MAP"]}, "maps"),
        ({"ImageType": ["DERIVED", "SECONDARY"]}, "derived images"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "localizers"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "secondary captures"),
    ],
)
def test_what_is_no_part_of_the_stack_is_a_series_of_its_own(tags, reason):
    odd = [dicom(picture(90 + phase), phase=phase, number=90 + phase, **tags) for phase in range(2)]
    main, other = main_and_other(read([*odd, *cine()]))
    assert other.name == f"SAX cine, {reason}"
    assert len(other.slices) == 2
    assert any(f"{reason} (2)" in note for note in main.notes)
    assert f"kept apart from the rest of its series: {reason}" in other.notes


def test_another_matrix_is_a_series_of_its_own():
    _, other = main_and_other(read([*cine(), dicom(picture(9, (8, 10)), position=1, number=90)]))
    assert other.name == "SAX cine, 8x10 pixels"


def test_directions_and_sizes_that_differ_by_rounding_are_one_stack():
    files = cine()
    files[3].ImageOrientationPatient = [1, 0, 0, 0, 0.80001, -0.59999]
    files[4].PixelSpacing = [1.2500001, 1.5]
    assert len(one_series(read(files)).slices) == 6


def test_frames_of_reference_of_their_own_do_not_take_a_series_apart():
    files = cine()
    for number, data in enumerate(files):
        data.FrameOfReferenceUID = f"1.9.{number}"
    series = one_series(read(files))
    assert series.geometry.shape == (10, 12, 3, 2)
    assert series.provenance.frame_of_reference_uid == ""


@pytest.mark.parametrize(
    "tags", [{"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, {"SeriesDescription": "3-plane loc"}]
)
def test_a_localizer_is_told_as_one(tags):
    series = one_series(read([dicom(picture(1), **tags)]))
    assert any("localizer" in note for note in series.notes)


def test_files_that_came_twice_come_in_once_and_it_is_told():
    series = one_series(read([*cine(), *cine(), *cine()[:2]]))
    assert len(series.slices) == 6
    assert any(note.startswith("8 copies") for note in series.notes)


def test_of_two_copies_the_one_with_a_mask_stays():
    buffer = io.BytesIO()
    Image.fromarray(np.full((12, 10), 3, np.uint8)).save(buffer, "PNG")
    reader = DicomFiles(Limits())
    reader.add(source(dicom(picture(1)), "given/a.dcm"))
    reader.add(source(dicom(picture(1)), "given/b.dcm"), source(buffer.getvalue(), "given/b_mask.png"))
    (image,) = one_series(list(reader.series())).slices
    assert image.mask is not None


def test_two_scans_at_one_time_and_place_are_told():
    again = cine(first=50)
    series = one_series(read([*cine(), *again]))
    assert series.geometry.shape == (10, 12, 3, 4)
    assert any(note.startswith("6 images have the trigger time of another one") for note in series.notes)


def test_one_identifier_for_all_files_makes_copies_of_none():
    series = one_series(read(cine(SOPInstanceUID="1.2.3.4")))
    assert len(series.slices) == 6
    assert any("5 of its images have the SOP Instance UID of another" in note for note in series.notes)


def test_one_series_identifier_for_two_patients_is_two_series():
    found = read([*cine(), *cine(first=50, PatientID="berta")])
    assert [item.patient for item in found] == ["anna", "berta"]


def test_varying_numbers_of_phases_are_told_with_the_numbers():
    series = one_series(read(cine(n_positions=4, n_phases=3)[:-1]))
    assert series.geometry.shape == (10, 12, 4, 3)
    assert (
        "positions have different numbers of phases: 3 at 3 of the positions, 2 at 1 of the positions"
        in series.notes
    )
