"""TIFF: slices and phases as ImageJ and OME name them, grey as it is meant, real millimetres."""

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile

from core.errors import BadInput
from core.imaging.readers.raster import Picture, read_picture
from core.limits import Limits
from tests.imaging.small import HEART, PIXELS

CINE = (np.arange(6, dtype=np.uint16) * 1000).reshape(3, 2, 1, 1) + PIXELS  # (phases, slices, rows, columns)
PER_MM = 1 / 1.4


def written(pixels: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


def picture(data: bytes, **options: object) -> Picture:
    return read_picture(data, "a.tif", Limits(), **options)


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_white_is_zero_is_turned_round_packed_or_not(dtype, compression):
    stored = (200 - PIXELS.astype(int)).astype(dtype)
    found = picture(written(stored, photometric="miniswhite", compression=compression))
    assert np.corrcoef(found.planes[0][2].ravel(), PIXELS.ravel())[0, 1] == pytest.approx(1)
    assert "white is zero" in found.notes[0]


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_a_mask_keeps_its_numbers_where_white_is_zero(compression):
    found = picture(written(HEART, photometric="miniswhite", compression=compression), palette_numbers=True)
    assert np.array_equal(found.planes[0][2], HEART)


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.float32, ">u2"], ids=str
)
def test_numbers_stay_as_they_are_stored(dtype, compression):
    pixels = (PIXELS.astype(float) - (90 if np.dtype(dtype).kind != "u" else 0)).astype(dtype)
    order = ">" if np.dtype(dtype).byteorder == ">" else "<"
    found = picture(written(pixels, photometric="minisblack", compression=compression, byteorder=order))
    assert np.array_equal(found.planes[0][2], pixels)
    assert found.planes[0][2].dtype == np.dtype(dtype).newbyteorder("=")


@pytest.mark.parametrize("dtype", [">u4", ">i4", ">f4"])
def test_long_big_endian_pixels_are_read_plain_and_refused_packed(dtype):
    pixels = PIXELS.astype(dtype)
    with pytest.raises(BadInput, match="packed big-endian pixels"):
        picture(written(pixels, photometric="minisblack", compression="zlib", byteorder=">"))
    assert np.array_equal(picture(written(pixels, byteorder=">")).planes[0][2], PIXELS)


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("kind", ["imagej", "ome"])
def test_slices_and_frames_become_positions_and_phases(kind, compression):
    found = picture(written(CINE, **{kind: True}, compression=compression, metadata={"axes": "TZYX"}))
    assert [(position, phase) for position, phase, _ in found.planes] == [
        (0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)
    ]  # fmt: skip
    assert all(np.array_equal(plane, CINE[phase, position]) for position, phase, plane in found.planes)


def test_phases_come_first_whatever_the_order_in_the_file():
    found = picture(written(CINE.swapaxes(0, 1), ome=True, metadata={"axes": "ZTYX"}))
    assert all(np.array_equal(plane, CINE[phase, position]) for position, phase, plane in found.planes)
    assert [phase for _, phase, _ in found.planes] == [0, 0, 1, 1, 2, 2]


def test_a_stack_behind_one_page_is_read_whole():
    data = written(CINE[:, 0], imagej=True, metadata={"axes": "ZYX"})
    (second,) = struct.unpack_from("<I", data, 4)
    n_tags = struct.unpack_from("<H", data, second)[0]
    alone = bytearray(data)
    struct.pack_into("<I", alone, second + 2 + 12 * n_tags, 0)  # ImageJ writes no more pages above 4 GB
    assert [plane[0, 0] for _, _, plane in picture(bytes(alone)).planes] == [0, 2000, 4000]


def test_several_channels_and_unnamed_axes_are_refused():
    with pytest.raises(BadInput, match=r"a.tif holds several channels, expected one"):
        picture(written(CINE, imagej=True, metadata={"axes": "ZCYX"}))
    with pytest.raises(BadInput, match=r"3 x 2 pages, and it is unclear which are slices"):
        picture(written(CINE, photometric="minisblack"))


def test_imagej_says_millimetres_by_its_unit():
    data = written(
        CINE,
        imagej=True,
        resolution=(PER_MM, PER_MM / 2),
        metadata={"axes": "TZYX", "unit": "mm", "spacing": 8.0},
    )
    found = picture(data)
    assert found.spacing_mm == pytest.approx((2.8, 1.4), abs=1e-4)  # (row, column)
    assert found.slice_distance_mm == 8.0


@pytest.mark.parametrize(
    ("unit", "size"), [("cm", 0.14), ("micron", 1400), ("\\u00B5m", 1400), ("inch", 1.4 / 25.4)]
)
def test_units_become_millimetres(unit, size):
    data = written(PIXELS, imagej=True, resolution=(1 / size, 1 / size), metadata={"unit": unit})
    assert picture(data).spacing_mm == pytest.approx((1.4, 1.4), abs=1e-3)


def test_ome_says_millimetres_with_a_unit_and_micrometres_without():
    sizes = {"PhysicalSizeX": 1.4, "PhysicalSizeY": 1.5, "PhysicalSizeZ": 8, "axes": "TZYX"}
    units = {f"PhysicalSize{axis}Unit": "mm" for axis in "XYZ"}
    found = picture(written(CINE, ome=True, metadata={**sizes, **units}))
    assert (found.spacing_mm, found.slice_distance_mm) == ((1.5, 1.4), 8.0)
    found = picture(written(CINE, ome=True, metadata=sizes))
    assert found.spacing_mm is None
    assert "0.0015 x 0.0014 mm in the file cannot be a heart's" in found.notes[0]


def test_pixels_per_centimetre_are_a_size_and_dots_of_a_printer_are_none():
    assert picture(written(PIXELS, resolution=(7.14, 7.14), resolutionunit="CENTIMETER")).spacing_mm == (
        pytest.approx((1.4, 1.4), abs=1e-2)
    )
    for dots, unit in (
        (72, "INCH"),
        (18, "INCH"),
        (28.346, "CENTIMETER"),
        (118.11, "CENTIMETER"),
        (7, "NONE"),
    ):
        assert picture(written(PIXELS, resolution=(dots, dots), resolutionunit=unit)).spacing_mm is None


def test_millimetres_that_contradict_each_other_are_told():
    data = written(
        PIXELS, imagej=True, resolution=(PER_MM, PER_MM), resolutionunit="CENTIMETER", metadata={"unit": "mm"}
    )
    found = picture(data)
    assert found.spacing_mm == pytest.approx((1.4, 1.4), abs=1e-3)
    assert "ImageJ says pixels of 1.4 mm, the TIFF's own resolution 14 mm; ImageJ's are used" in found.notes


def shared_strip(n_pages: int, side: int, strip: bytes, compression: int) -> bytes:
    """A TIFF whose pages all point at one strip."""
    data = bytearray(b"II*\0\0\0\0\0" + strip + bytes(len(strip) % 2))
    link = 4
    for _ in range(n_pages):
        struct.pack_into("<I", data, link, len(data))
        tags = {
            256: side,
            257: side,
            258: 8,
            259: compression,
            262: 1,
            273: 8,
            277: 1,
            278: side,
            279: len(strip),
        }
        data += struct.pack("<H", len(tags))
        data += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
        link = len(data)
        data += bytes(4)
    return bytes(data)


@pytest.mark.parametrize("compression", [1, 8], ids=["plain", "deflate"])
def test_pages_that_share_their_pixels_are_refused(compression):
    strip = bytes(64 * 64) if compression == 1 else zlib.compress(bytes(64 * 64))
    with pytest.raises(BadInput, match="pages that share their pixels"):
        picture(shared_strip(3, 64, strip, compression))


def test_a_tiff_that_unpacks_to_more_than_it_may_or_has_too_many_pages_is_refused():
    data = written(np.zeros((4, 200, 200), np.uint8), photometric="minisblack", compression="zlib")
    with pytest.raises(BadInput, match="looks like a bomb"):
        read_picture(data, "a.tif", Limits(free_bytes=10_000, max_ratio=20))
    with pytest.raises(BadInput, match="no page or more than 3"):
        read_picture(data, "a.tif", Limits(max_slices=3))


def test_thumbnails_are_no_slices():
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(PIXELS, metadata=None)
        writer.write(PIXELS[::2, ::2].copy(), subfiletype=1, metadata=None)
    assert len(picture(buffer.getvalue()).planes) == 1


def test_an_ome_file_opens_no_other_file(tmp_path):
    tifffile.imwrite(tmp_path / "secret.ome.tif", CINE, ome=True, metadata={"axes": "TZYX"})
    text = tifffile.TiffFile(tmp_path / "secret.ome.tif").ome_metadata
    named = text.replace('<TiffData IFD="0" PlaneCount="6"/>', '<TiffData IFD="0" PlaneCount="6"><UUID '
                         f'FileName="{tmp_path}/secret.ome.tif">urn:uuid:1</UUID></TiffData>')  # fmt: skip
    assert named != text
    data = written(PIXELS, description=named, metadata=None)
    try:
        planes = picture(data).planes
    except BadInput:
        return
    assert all(np.array_equal(plane, PIXELS) for _, _, plane in planes)


def test_slices_that_were_saved_as_planes_of_colours_are_refused():
    stack = np.random.default_rng(0).integers(0, 255, (3, 24, 20)).astype(np.uint8)
    options = {"photometric": "rgb", "planarconfig": "separate"}
    with pytest.raises(BadInput, match="may be slices"):
        read_picture(written(stack, **options), "anna.tif", Limits())
    grey = np.repeat(stack[:1], 3, axis=0)
    (plane,) = read_picture(written(grey, **options), "anna.tif", Limits()).planes
    assert np.array_equal(plane[2], stack[0])
