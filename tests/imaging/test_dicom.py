"""DICOM series: ordered by place and time, compressed or not; and what bad ones get."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    MRImageStorage,
    RLELossless,
)

from core.imaging.found import FileProblem
from core.imaging.reading import find_series
from core.records import Series

NORMAL = np.array([0.0, 0.6, 0.8])  # of the row direction (1, 0, 0) and column direction (0, 0.8, -0.6)


def dicom(pixels: np.ndarray | None = None, *, position: int = 0, phase: int = 0, number: int = 1) -> Dataset:
    """One slice: positions 8 mm apart along the normal, phases 40 ms apart."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = MRImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = f"1.2.3.{number}"
    data.SeriesInstanceUID, data.StudyInstanceUID = "1.2.3", "1.2"
    data.PatientID, data.SeriesDescription, data.Modality = "anna", "SAX cine", "MR"
    data.InstanceNumber = number
    data.ImageOrientationPatient = [1, 0, 0, 0, 0.8, -0.6]
    data.ImagePositionPatient = [
        round(float(v), 6) for v in np.array([5.0, 6.0, 7.0]) - 8 * position * -NORMAL
    ]
    data.PixelSpacing = [1.25, 1.5]
    data.TriggerTime = 40.0 * phase
    if pixels is not None:
        data.Rows, data.Columns = pixels.shape
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated = data.BitsStored = 16
        data.HighBit, data.PixelRepresentation = 15, 0
        data.PixelData = pixels.astype("<u2").tobytes()
    return data


def write(folder: Path, name: str, data: Dataset) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    data.save_as(folder / name, enforce_file_format=True)
    return folder / name


def picture(seed: int, shape: tuple[int, int] = (12, 10)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 4000, shape).astype(np.uint16)


def only(folder: Path) -> Series:
    (found,) = find_series([folder])
    assert isinstance(found, Series), found
    return found


def problem(path: Path) -> str:
    found = [item for item in find_series([path]) if isinstance(item, FileProblem)]
    assert len(found) == 1, found
    assert "\n" not in found[0].message
    return found[0].message


def test_slices_are_ordered_by_place_and_time_whatever_their_numbers_and_names(tmp_path):
    places = [(position, phase) for position in range(3) for phase in range(4)]
    shuffled = np.random.default_rng(1).permutation(len(places))
    for number, index in enumerate(shuffled, 1):
        position, phase = places[index]
        data = dicom(picture(int(index)), position=position, phase=phase, number=number)
        write(tmp_path, f"{number:03d}", data)
    series = only(tmp_path)
    assert (series.patient, series.name) == ("anna", "SAX cine")
    assert series.geometry.spacing_mm == (1.25, 1.5)
    assert series.geometry.slice_distance_mm == pytest.approx(8)
    assert series.geometry.shape == (10, 12, 3, 4)
    for item in series.slices:
        index = places.index((item.position, item.phase))
        assert np.array_equal(item.pixels, picture(index))
        assert item.trigger_time_ms == 40 * item.phase


def test_the_affine_leads_from_pixel_to_patient(tmp_path):
    for position in range(2):
        write(tmp_path, str(position), dicom(picture(0), position=position, number=position + 1))
    affine = np.array(only(tmp_path).geometry.affine)
    column, row, k = 3, 5, 1
    lps = np.array([5.0, 6.0, 7.0]) + 1.5 * column * np.array([1, 0, 0])
    lps = lps + 1.25 * row * np.array([0, 0.8, -0.6]) + 8 * k * NORMAL
    assert affine @ [column, row, k, 1] == pytest.approx([-lps[0], -lps[1], lps[2], 1])


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless], ids=["RLE", "JPEG 2000"])
def test_compressed_slices_come_in_with_the_very_same_pixels(tmp_path, syntax):
    data = dicom(picture(3, (64, 48)))
    data.compress(syntax)
    write(tmp_path, "a.dcm", data)
    assert np.array_equal(only(tmp_path).slices[0].pixels, picture(3, (64, 48)))


def test_rescale_and_inverted_greys_are_applied(tmp_path):
    data = dicom(picture(4))
    data.RescaleSlope, data.RescaleIntercept = 2.0, -10.0
    write(tmp_path / "rescaled", "a", data)
    assert np.array_equal(only(tmp_path / "rescaled").slices[0].pixels, picture(4) * 2.0 - 10)
    inverted = dicom(picture(4))
    inverted.PhotometricInterpretation = "MONOCHROME1"
    write(tmp_path / "inverted", "a", inverted)
    pixels = only(tmp_path / "inverted").slices[0].pixels
    assert pixels.ravel().argmax() == picture(4).ravel().argmin()


def test_two_series_in_one_folder_stay_two(tmp_path):
    write(tmp_path, "a", dicom(picture(1)))
    other = dicom(picture(2))
    other.SeriesInstanceUID, other.SeriesDescription = "1.2.4", ""
    write(tmp_path, "b", other)
    assert len(list(find_series([tmp_path]))) == 2


def test_a_dicom_without_pixels_is_refused(tmp_path):
    assert "without pixel data" in problem(write(tmp_path, "report.dcm", dicom()))


def test_a_truncated_dicom_is_refused(tmp_path):
    path = write(tmp_path, "cut.dcm", dicom(picture(1)))
    path.write_bytes(path.read_bytes()[:-50])
    assert "cut.dcm" in problem(path)


def test_a_deflated_dicom_is_refused_unread(tmp_path):
    data = dicom(picture(1))
    data.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    assert "deflated" in problem(write(tmp_path, "small.dcm", data))


def test_mixed_sizes_in_one_series_are_refused(tmp_path):
    write(tmp_path, "a", dicom(picture(1), number=1))
    write(tmp_path, "b", dicom(picture(2, (8, 10)), position=1, number=2))
    assert "12x10 and 8x10" in problem(tmp_path) or "8x10 and 12x10" in problem(tmp_path)


def test_slices_without_places_become_one_position_in_order_of_time(tmp_path):
    for phase in (2, 0, 1):
        data = dicom(picture(phase), phase=phase, number=phase + 1)
        del data.ImagePositionPatient
        write(tmp_path, str(phase), data)
    assert [item.phase for item in only(tmp_path).slices] == [0, 1, 2]
