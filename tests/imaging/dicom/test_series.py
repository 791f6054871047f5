"""DICOM series: ordered by place and time, compressed or not; and what bad ones get."""

import io

import numpy as np
import pytest
from PIL import Image
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless, RLELossless

from core.errors import BadInput
from core.imaging.dicom.files import DicomFiles
from core.imaging.problems import Answers, FileProblem
from core.imaging.reading import find_series
from core.limits import Limits
from core.records.results import Topic
from core.records.slices import Series
from tests.imaging.dicom.drawn import (
    KEY,
    NORMAL,
    cine,
    dicom,
    encoded,
    one_series,
    only,
    picture,
    problem,
    read,
    source,
    write,
)


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


def test_two_series_in_one_folder_stay_two(tmp_path):
    write(tmp_path, "a", dicom(picture(1)))
    other = dicom(picture(2))
    other.SeriesInstanceUID, other.SeriesDescription = "1.2.4", ""
    write(tmp_path, "b", other)
    assert len(list(find_series([tmp_path]))) == 2


def test_a_dicom_without_pixels_is_refused(tmp_path):
    assert "without pixel data" in problem(write(tmp_path, "report.dcm", dicom()))


def test_a_dicomdir_is_passed_over_in_silence():
    data = dicom()
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.1.3.10"
    assert read([data]) == []


def test_a_truncated_dicom_is_refused(tmp_path):
    path = write(tmp_path, "cut.dcm", dicom(picture(1)))
    path.write_bytes(path.read_bytes()[:-50])
    assert "cut.dcm is truncated" in problem(path)


def test_a_file_that_cannot_be_decoded_leaves_the_others_and_is_told():
    files = [encoded(data) for data in cine(n_positions=4, n_phases=1)]
    files[2] = files[2][:-50]
    told, series = read(files)
    assert isinstance(told, FileProblem)
    assert told.file == "2.dcm"
    assert isinstance(series, Series)
    assert len(series.slices) == 3
    assert "1 of its files could not be read and are left out" in series.notes
    assert any("1 slice is missing" in note for note in series.notes)


@pytest.mark.parametrize("padding", [0, 5000], ids=["plain", "UID far behind"])
def test_a_deflated_dicom_is_refused_unread(padding):
    data = dicom(picture(1))
    data.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    content = encoded(data)
    if padding:  # a version of (0002,0001) that moves the transfer syntax out of sight
        begin = content.index(b"\x02\x00\x01\x00OB")
        content = (
            content[: begin + 8] + padding.to_bytes(4, "little") + bytes(padding) + content[begin + 14 :]
        )
    with pytest.raises(BadInput, match="deflated"):
        read([content])


def test_slices_without_places_become_one_position_in_order_of_time(tmp_path):
    for phase in (2, 0, 1):
        data = dicom(picture(phase), phase=phase, number=phase + 1)
        del data.ImagePositionPatient
        write(tmp_path, str(phase), data)
    assert [item.phase for item in only(tmp_path).slices] == [0, 1, 2]


def test_colour_is_refused():
    data = dicom(picture(1), PhotometricInterpretation="RGB", SamplesPerPixel=3)
    with pytest.raises(BadInput, match="in colour"):
        read([data])


def test_more_frames_than_fit_are_refused_before_any_is_decoded():
    with pytest.raises(BadInput, match="too many at once"):
        read([dicom(picture(1), NumberOfFrames=10**6)])
    (found,) = read(cine(), limits=Limits(max_slices=5))
    assert isinstance(found, FileProblem)
    assert "6 images" in found.message


@pytest.mark.parametrize(
    ("spacing", "words"), [(None, "carries no Pixel Spacing"), ([1000, 1000], "which no heart has")]
)
def test_a_pixel_size_that_is_missing_or_absurd_is_asked_for_once_a_stack(spacing, words):
    files = cine(PixelSpacing=spacing)
    (question,) = read(files)
    assert isinstance(question, FileProblem)
    assert question.asks == Topic.SPACING
    assert words in question.message
    series = one_series(read(files, Answers(spacing_mm=1.4)))
    assert series.geometry.spacing_mm == (1.4, 1.4)
    assert any("1.4 mm was given and is used" in note for note in series.notes)


@pytest.mark.parametrize(
    "tags",
    [
        {"BurnedInAnnotation": "YES"},
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"},
        {"ConversionType": "WSD"},
    ],
)
def test_a_picture_that_may_show_a_name_is_asked_about(tags):
    (question,) = read([dicom(picture(1), **tags)], deidentifier=KEY)
    assert isinstance(question, FileProblem)
    assert question.asks == Topic.BURNED_IN
    assert one_series(read([dicom(picture(1), **tags)], Answers(burned_in=True), KEY))
    assert one_series(read([dicom(picture(1), **tags)]))


@pytest.mark.parametrize(
    "tags",
    [
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "BurnedInAnnotation": "NO"},
        {"ImageType": ["DERIVED", "SECONDARY", "M"]},
    ],
)
def test_a_picture_that_shows_no_name_is_not_asked_about(tags):
    assert one_series(read([dicom(picture(1), **tags)], deidentifier=KEY))


def with_mask(mask: np.ndarray, **tags: object) -> list[Series | FileProblem]:
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    reader = DicomFiles(Limits())
    reader.add(source(dicom(picture(1), **tags)), source(buffer.getvalue(), "given/a_mask.png"))
    return list(reader.series())


def test_a_mask_beside_a_file_becomes_its_slices():
    mask = np.zeros((12, 10), np.uint8)
    mask[3:6, 3:6] = 3
    (image,) = one_series(with_mask(mask)).slices
    assert image.mask is not None
    assert np.array_equal(image.mask, mask)


def test_a_mask_of_another_size_is_refused():
    (found,) = with_mask(np.zeros((10, 12), np.uint8))
    assert isinstance(found, FileProblem)
    assert "10x12" in found.message


def test_a_mask_of_a_file_of_several_frames_is_refused():
    reader = DicomFiles(Limits())
    with pytest.raises(BadInput, match="2 frames"):
        reader.add(source(dicom(picture(1, (2, 12, 10)), NumberOfFrames=2)), source(b"", "a_mask.png"))
