"""Pixels of every transfer syntax, in one unit for a whole stack, and none that unpack without bound."""

import io
import warnings

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from core.errors import BadInput
from core.imaging.problems import FileProblem
from core.limits import Limits
from tests.imaging.dicom.drawn import cine, dicom, encoded, one_series, picture, read
from tests.imaging.dicom.enhanced import enhanced
from tests.imaging.dicom.lossless_jpeg import lossless_jpeg


def compressed(data: Dataset, syntax: str, streams: list[bytes]) -> Dataset:
    data.file_meta.TransferSyntaxUID = syntax
    data.PixelData = encapsulate(streams)
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    return data


def jpeg(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def pixels_of(data: Dataset) -> np.ndarray:
    return one_series(read([data])).slices[0].pixels


def refusal(data: Dataset | bytes, limits: Limits = Limits()) -> str:  # noqa: B008  (frozen)
    (found,) = read([data], limits=limits)
    assert isinstance(found, FileProblem), found
    return found.message


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
def test_lossless_streams_give_the_very_same_pixels(syntax):
    data = dicom(picture(3, (64, 48)))
    data.compress(syntax)
    assert np.array_equal(pixels_of(data), picture(3, (64, 48)))


def test_lossless_jpeg_gives_the_very_same_pixels():
    data = compressed(dicom(picture(3)), JPEGLosslessSV1, [lossless_jpeg(picture(3))])
    assert np.array_equal(pixels_of(data), picture(3))


def test_jpeg_gives_nearly_the_same_pixels():
    grey = np.add.outer(np.arange(64), np.arange(48)).astype(np.uint8)
    data = compressed(dicom(grey, BitsAllocated=8, BitsStored=8, HighBit=7), JPEGBaseline8Bit, [jpeg(grey)])
    assert np.abs(pixels_of(data).astype(int) - grey).max() < 4


def test_big_endian_and_implicit_pixels_are_read_as_they_are_meant():
    for syntax, order in ((ExplicitVRBigEndian, ">u2"), (ImplicitVRLittleEndian, "<u2")):
        data = dicom(picture(3))
        data.file_meta.TransferSyntaxUID = syntax
        data.PixelData = picture(3).astype(order).tobytes()
        assert np.array_equal(pixels_of(data), picture(3))


def test_a_file_without_preamble_and_meta_is_read():
    data = encoded(dicom(picture(3)))
    (series,) = read([data[data.index(b"\x08\x00\x16\x00UI") :]])
    assert np.array_equal(series.slices[0].pixels, picture(3))


def test_bits_above_those_stored_count_for_nothing():
    data = dicom(picture(3) | 0x8000, BitsStored=12, HighBit=11)
    assert np.array_equal(pixels_of(data), picture(3))


def test_rescaled_pixels_are_floats_and_others_stay_as_stored():
    series = one_series(read([dicom(picture(4), RescaleSlope=2.0, RescaleIntercept=-10.0)]))
    assert np.array_equal(series.slices[0].pixels, picture(4) * 2.0 - 10)
    assert series.slices[0].pixels.dtype == np.float32
    assert pixels_of(dicom(picture(4), RescaleSlope=1, RescaleIntercept=0)).dtype == np.uint16


def test_one_scale_in_a_stack_makes_floats_of_all():
    files = cine(2, 1)
    files[0].RescaleSlope, files[0].RescaleIntercept = 2.0, 0.0
    assert {image.pixels.dtype for image in one_series(read(files)).slices} == {np.dtype(np.float32)}


def test_a_scale_beyond_all_numbers_is_refused():
    assert "beyond all numbers" in refusal(dicom(picture(4), RescaleSlope="1e300", RescaleIntercept=0))


@pytest.mark.parametrize(
    ("tags", "mirror"),
    [
        ({"BitsStored": 12, "HighBit": 11}, 4095),
        ({"BitsStored": 12, "HighBit": 11, "RescaleSlope": 2, "RescaleIntercept": 5}, 2 * 4095 + 10),
        ({"PixelRepresentation": 1}, -1),
    ],
)
def test_inverted_greys_are_turned_round_alike_in_all_images(tags, mirror):
    files = cine(3, 1, PhotometricInterpretation="MONOCHROME1", **tags)
    for image in one_series(read(files)).slices:
        stored = picture(image.position + 1).astype(float)
        signal = stored * float(tags.get("RescaleSlope", 1)) + float(tags.get("RescaleIntercept", 0))
        assert np.array_equal(image.pixels, mirror - signal)


def test_frames_of_a_compressed_file_come_one_by_one():
    frames = picture(5, (4, 64, 48))
    data = enhanced(frames, [(0, 0), (1, 0), (0, 1), (1, 1)])
    data.compress(JPEG2000Lossless)
    for image in one_series(read([data])).slices:
        assert np.array_equal(image.pixels, frames[image.phase * 2 + image.position])


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless, JPEGLosslessSV1])
def test_a_stream_larger_than_the_header_says_is_refused(syntax):
    large = dicom(picture(3, (64, 48)))
    if syntax == JPEGLosslessSV1:
        compressed(large, syntax, [lossless_jpeg(picture(3, (64, 48)))])
    else:
        large.compress(syntax)
    large.Rows = 16
    assert "16x48 pixels, but its compressed picture 64x48" in refusal(large)


def test_a_stream_in_colour_is_refused():
    coloured = np.zeros((16, 16, 3), np.uint8)
    data = dicom(coloured[..., 0], BitsAllocated=8, BitsStored=8, HighBit=7)
    assert "with 3 channels" in refusal(compressed(data, JPEGBaseline8Bit, [jpeg(coloured)]))


def test_a_stream_of_no_known_form_is_refused():
    assert "unknown size" in refusal(compressed(dicom(picture(3)), JPEG2000Lossless, [b"\0" * 500]))


def test_pixels_that_unpack_a_thousandfold_are_refused():
    blank = dicom(np.zeros((2048, 2048), np.uint16))
    blank.compress(JPEG2000Lossless)
    assert "bomb" in refusal(blank, Limits(free_bytes=1 << 20))


def test_a_transfer_syntax_nobody_knows_is_refused():
    data = dicom(picture(3))
    data.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.102"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compressed(data, "1.2.840.10008.1.2.4.102", [b"\0" * 50])
    with pytest.raises(BadInput, match="transfer syntax that is not known"):
        read([data])
