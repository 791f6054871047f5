"""Folders of DICOM as scanners and archives leave them: each stack at its place, nothing doubled."""

import nibabel as nib
import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLSLossless, SecondaryCaptureImageStorage

from core.records.results import Topic
from core.records.slices import Series
from tests.odd_files.builders import all_found, noted, plane, series_of
from tests.odd_files.dicom_files import PHASE_MS, SPACING_MM, STUDY, image, multi_frame, save

PLACES = [(position, phase) for position in range(3) for phase in range(2)]
LONG_AXIS = {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1], "ImagePositionPatient": [10, -30, 40]}


def save_short_axis(folder, *, places=PLACES, first=1, **tags):
    """Images of positions and phases, numbered in the order of `places`."""
    for number, (position, phase) in enumerate(places, first):
        save(
            folder, f"im{number:03}", image(plane(0, position, phase), position, phase, number=number, **tags)
        )


def is_short_axis(series: Series, places=PLACES) -> bool:
    """Whether it is the short axis and nothing else, each image at its position and phase."""
    assert [(item.position, item.phase) for item in sorted(series.slices, key=_place)] == sorted(places)
    for item in series.slices:
        assert np.array_equal(item.pixels, plane(0, item.position, item.phase))
        assert item.trigger_time_ms == pytest.approx(PHASE_MS * item.phase)
    assert series.geometry.slice_distance_mm == pytest.approx(8, abs=0.01)
    assert series.geometry.spacing_mm == pytest.approx(SPACING_MM)
    return True


def _place(item):
    return item.position, item.phase


def parted(found):
    """The short axis (the series of most images), and the others."""
    ordered = sorted(found, key=lambda series: -len(series.slices))
    return ordered[0], ordered[1:]


def test_long_axis_images_in_a_short_axis_series_are_a_series_of_their_own_and_it_is_said(lab):
    save_short_axis(lab)
    for phase in range(2):
        save(lab, f"zlax{phase}", image(plane(9, 0, phase), 0, phase, number=50 + phase, **LONG_AXIS))
    short, (long,) = parted(series_of(lab))
    assert is_short_axis(short)
    assert [np.array_equal(item.pixels, plane(9, 0, item.phase)) for item in long.slices] == [True, True]
    assert "orientation" in noted(short)
    assert "orientation" in noted(long)
    assert short.name != long.name


def test_a_scout_of_three_planes_gives_three_series_and_no_stack(lab):
    save_short_axis(lab)
    turns = ([1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [0, 1, 0, 0, 0, -1])
    for number, turn in enumerate(turns):
        tags = {
            "SeriesInstanceUID": f"{STUDY}.2",
            "SeriesDescription": "localizer",
            "ImageOrientationPatient": turn,
        }
        save(lab, f"scout{number}", image(plane(5, number), number, number=number, TriggerTime=None, **tags))
    short, scouts = parted(series_of(lab))
    assert is_short_axis(short)
    assert [len(series.slices) for series in scouts] == [1, 1, 1]
    assert all("localizer" in noted(series) for series in scouts)


def test_images_of_another_matrix_in_the_series_are_kept_apart(lab):
    save_short_axis(lab)
    save(lab, "zoom", image(plane(7)[:12, :12], 0, 0, number=80))
    short, (other,) = parted(series_of(lab))
    assert is_short_axis(short)
    assert other.slices[0].pixels.shape == (12, 12)
    assert "12x12" in noted(short)


def test_a_file_without_a_position_leaves_the_stack_as_it_was(lab):
    save_short_axis(lab)
    save(lab, "zz", image(plane(9), 0, 0, number=99, ImagePositionPatient=None))
    found, problems = all_found(lab)
    short, others = parted(found)
    assert is_short_axis(short)
    assert len(others) + len(problems) == 1
    assert "position" in noted(short) + "".join(problem.message for problem in problems)


def test_a_screenshot_of_a_report_is_no_slice_of_the_heart(lab):
    save_short_axis(lab)
    no_place = dict.fromkeys(("ImagePositionPatient", "ImageOrientationPatient", "TriggerTime"))
    shot = image(
        plane(9), number=99, **no_place, SOPClassUID=SecondaryCaptureImageStorage, ConversionType="WSD"
    )
    save(lab, "zz", shot)
    found, problems = all_found(lab)
    short, others = parted(found)
    assert is_short_axis(short)
    assert len(others) + len(problems) == 1


def test_a_folder_that_was_copied_into_itself_gives_every_image_once_and_says_so(lab):
    save_short_axis(lab)
    save_short_axis(lab / "copy of it")
    (short,) = series_of(lab)
    assert is_short_axis(short)
    assert "6" in noted(short)
    assert "cop" in noted(short)


def test_velocity_images_of_the_same_places_are_no_more_phases_of_the_anatomy(lab):
    save_short_axis(lab)
    for number, (position, phase) in enumerate(PLACES, 100):
        data = image(
            plane(8, position, phase), position, phase, number=number, ImageType=["DERIVED", "PRIMARY", "P"]
        )
        save(lab, f"v{number}", data)
    found = series_of(lab)
    (short,) = [series for series in found if np.array_equal(series.slices[0].pixels, plane(0))]
    assert is_short_axis(short)
    assert [len(series.slices) for series in found] == [6, 6]
    assert any("phase images" in noted(series) for series in found)


def test_series_of_one_slice_each_are_one_stack(lab):
    for position in range(3):
        places = [(position, phase) for phase in range(2)]
        series_uid = f"{STUDY}.4{position}"
        save_short_axis(
            lab / f"{position}", places=places, first=1 + 10 * position, SeriesInstanceUID=series_uid
        )
    (short,) = series_of(lab)
    assert is_short_axis(short)


def test_series_of_one_slice_each_of_other_orientation_or_description_stay_apart(lab):
    two_chamber = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0]
    for number, tags in enumerate(
        ({}, {"ImageOrientationPatient": two_chamber}, {"SeriesDescription": "late enhancement"})
    ):
        places = [(number, phase) for phase in range(2)]
        save_short_axis(
            lab, places=places, first=1 + 10 * number, SeriesInstanceUID=f"{STUDY}.4{number}", **tags
        )
    assert [len(series.slices) for series in series_of(lab)] == [2, 2, 2]


def test_a_slice_that_is_missing_is_told_and_the_others_lie_where_they_were(lab, tmp_path, model, septum):
    for number, position in enumerate((0, 1, 3, 4)):
        save(lab, f"im{number}", image(plane(0, position), position, number=number + 1))
    (series,) = series_of(lab)
    assert series.geometry.slice_distance_mm == pytest.approx(8, abs=0.01)
    assert "missing" in noted(series)
    code, text = septum("predict", lab, "--output", tmp_path / "out")
    assert code == 0, text
    (written,) = (nib.load(file) for file in (tmp_path / "out").glob("*.nii.gz"))
    assert written.shape[:3] == (20, 24, 5)
    assert not np.asarray(written.dataobj)[:, :, 2].any()
    assert np.asarray(written.dataobj)[:, :, 3].any()


def test_positions_with_different_numbers_of_phases_are_told(lab):
    save_short_axis(lab, places=[(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)])
    (series,) = series_of(lab)
    assert "phases" in noted(series)
    assert len(series.slices) == 5


def test_without_pixel_spacing_the_millimetres_are_asked_and_the_answer_is_written(
    lab, tmp_path, model, septum
):
    save_short_axis(lab, PixelSpacing=None)
    found, problems = all_found(lab)
    assert not found
    assert [problem.asks for problem in problems] == [Topic.SPACING]
    for command in (("import", lab), ("predict", lab, "--output", tmp_path / "none")):
        code, text = septum(*command)
        assert code == 1
        assert "Pixel Spacing" in text
        assert "--spacing" in text
    code, text = septum("predict", lab, "--output", tmp_path / "out", "--spacing", "1.4")
    assert code == 0, text
    (written,) = (nib.load(file) for file in (tmp_path / "out").glob("*.nii.gz"))
    assert written.header.get_zooms()[:2] == pytest.approx((1.4, 1.4))


def test_millimetres_that_contradict_each_other_are_told_and_those_of_the_positions_used(lab):
    save_short_axis(lab, SpacingBetweenSlices=10.0)
    (series,) = series_of(lab)
    assert is_short_axis(series)
    assert "10" in noted(series)
    assert "Spacing Between Slices" in noted(series)


def test_slices_that_overlap_by_their_thickness_are_told(lab):
    save_short_axis(lab, SliceThickness=12.0)
    (series,) = series_of(lab)
    assert is_short_axis(series)
    assert "overlap" in noted(series)


@pytest.mark.parametrize("triggers", [True, False], ids=["trigger times", "temporal indices alone"])
def test_frames_of_a_multi_frame_file_lie_at_their_places_and_times(lab, triggers):
    places = [(position, phase) for phase in reversed(range(2)) for position in (2, 0, 1)]
    frames = np.stack([plane(0, *place) for place in places])
    save(lab, "enhanced.dcm", multi_frame(frames, places, triggers=triggers))
    (series,) = series_of(lab)
    assert len(series.slices) == 6
    for item in series.slices:
        assert np.array_equal(item.pixels, plane(0, item.position, item.phase))
    assert series.geometry.slice_distance_mm == pytest.approx(8, abs=0.01)
    assert series.geometry.spacing_mm == pytest.approx(SPACING_MM)


def test_every_frame_of_a_multi_frame_file_is_in_the_same_units(lab):
    places = [(position, phase) for phase in range(4) for position in range(3)]
    slopes = [1.0 + position for position, _ in places]
    frames = np.stack([plane(0, *place) // (1 + place[0]) for place in places])
    save(lab, "enhanced.dcm", multi_frame(frames, places, slopes))
    (series,) = series_of(lab)
    assert len(series.slices) == 12
    for item in series.slices:
        stored = plane(0, item.position, item.phase) // (1 + item.position)
        assert np.allclose(item.pixels, stored * (1 + item.position))


def test_negative_numbers_survive_a_compression_that_knows_no_signs(lab):
    jpeg_ls = pytest.importorskip("jpeg_ls")
    signed = plane().astype(int) - 500
    raw = (signed & 0x0FFF).astype("<u2")
    data = image(raw, PixelRepresentation=1, BitsStored=12, HighBit=11)
    stream = jpeg_ls.encode_pixel_data(
        raw.tobytes(),
        rows=raw.shape[0],
        columns=raw.shape[1],
        samples_per_pixel=1,
        bits_stored=12,
        photometric_interpretation="MONOCHROME2",
        lossy_error=0,
    )
    data.file_meta.TransferSyntaxUID = JPEGLSLossless
    data.PixelData = encapsulate([bytes(stream)])
    data["PixelData"].is_undefined_length = True
    save(lab, "a.dcm", data)
    (series,) = series_of(lab)
    assert np.array_equal(series.slices[0].pixels, signed)


def test_what_stands_in_the_bits_above_those_stored_does_not_count(lab):
    overlay = np.zeros((24, 20), np.uint16)
    overlay[::3] = 0xA000
    save(lab, "a.dcm", image(plane() | overlay, BitsStored=12, HighBit=11))
    (series,) = series_of(lab)
    assert np.array_equal(series.slices[0].pixels, plane())


def test_two_studies_without_a_patient_id_are_two_patients(lab):
    for number in (1, 2):
        uids = {"StudyInstanceUID": f"{STUDY}.{number}", "SeriesInstanceUID": f"{STUDY}.{number}.1"}
        save_short_axis(lab / f"export{number}", first=10 * number, PatientID=None, **uids)
    found = series_of(lab)
    assert len({series.patient for series in found}) == 2
    assert not any("unknown" in series.patient.lower() for series in found)
    assert all("Patient ID" in noted(series) for series in found)


def test_a_damaged_header_refuses_its_own_file_alone(lab):
    save_short_axis(lab)
    path = save(lab, "zz", image(plane(9), 5, number=99))
    path.write_bytes(path.read_bytes().replace(b"1.25\\1.5", b"wide\\1.5"))
    found, problems = all_found(lab)
    short, _ = parted(found)
    assert is_short_axis(short)
    assert len(problems) == 1
    assert "zz" in problems[0].message


def test_the_list_of_a_disc_and_its_viewer_are_no_failures(lab, septum):
    save_short_axis(lab / "DICOM")
    (lab / "DICOMDIR").write_bytes(b"\0" * 128 + b"DICM")
    (lab / "autorun.inf").write_text("[autorun]\nopen=viewer.exe\n")
    code, text = septum("import", lab)
    assert code == 0, text
    assert "6 slices" in text
