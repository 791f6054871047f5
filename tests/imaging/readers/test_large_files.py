"""What guards against hostile files lets good ones in that look like them."""

import io
import zipfile

import numpy as np
import pytest
import tifffile
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGBaseline8Bit

from core.errors import BadInput
from core.imaging.files.zip_directory import require_small_directory
from core.imaging.limits import COUNTED_BYTES
from core.imaging.readers import numpy_files
from core.imaging.readers.numpy_files import read_array_file
from core.imaging.readers.raster import read_image
from core.imaging.readers.tiff import unpacking
from core.imaging.readers.tiff.tags import require_short_tags
from core.limits import Limits
from core.records.slices import Series
from tests.imaging.bombs.dicoms import image, saved
from tests.imaging.bombs.pictures import saved as picture
from tests.imaging.originals import originals
from tests.imaging.small import only

NOISE = np.random.default_rng(0).integers(0, 200, (48, 40), np.uint8)


def test_a_progressive_jpeg_is_read():
    planes, _ = read_image(picture(NOISE, "JPEG", progressive=True), "a.jpg", Limits())
    assert planes.shape == (1, 48, 40)


def test_a_frame_in_many_fragments_is_read(tmp_path):
    stream = picture(np.kron(NOISE, np.ones((8, 8), np.uint8)), "JPEG", quality=95)
    data = image(64)
    data.Rows, data.Columns = 384, 320
    data.PixelData = encapsulate([stream], fragments_per_frame=50)
    (tmp_path / "1.dcm").write_bytes(saved(data, JPEGBaseline8Bit))
    assert only(tmp_path).slices[0].pixels.shape == (384, 320)


def test_a_file_of_which_one_frame_is_damaged_gives_no_series(tmp_path):
    good = picture(NOISE, "JPEG")
    data = image(48, 8, 3)
    data.Columns = 40
    data.PixelData = encapsulate([good, good, good[:60]])
    (tmp_path / "1.dcm").write_bytes(saved(data, JPEGBaseline8Bit))
    from core.imaging.reading import find_series

    assert not any(isinstance(one, Series) for one in find_series([tmp_path]))


def test_sequences_and_items_without_lengths_say_the_same_as_those_with(tmp_path):
    import pydicom

    content = originals()["DICOM, enhanced"].content
    data = pydicom.dcmread(io.BytesIO(content))
    for element in data.iterall():
        if element.VR == "SQ":
            element.value.is_undefined_length = True
            for item in element.value:
                item.is_undefined_length_sequence_item = True
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    assert buffer.getvalue() != content
    for name, one in (("a", content), ("b", buffer.getvalue())):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.dcm").write_bytes(one)
    first, second = only(tmp_path / "a"), only(tmp_path / "b")
    assert first.geometry == second.geometry
    assert [one.trigger_time_ms for one in first.slices] == [one.trigger_time_ms for one in second.slices]


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_tags_of_files_that_programs_write_are_short(big, order):
    buffer = io.BytesIO()
    pages = np.zeros((40, 16, 16), np.uint16)
    tifffile.imwrite(buffer, pages, bigtiff=big, byteorder=order, metadata={"axes": "ZYX"})
    require_short_tags(buffer.getvalue(), "a.tif", Limits())
    long = io.BytesIO()
    tifffile.imwrite(long, pages, bigtiff=big, byteorder=order, metadata=None, description="a" * (5 << 20))
    with pytest.raises(BadInput, match="MB of tags"):
        require_short_tags(long.getvalue(), "a.tif", Limits())


def test_a_large_packed_tiff_is_unpacked_twice_and_the_same(monkeypatch):
    pages = np.random.default_rng(0).integers(0, 9, (4, 32, 32), np.uint8)
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pages, photometric="minisblack", metadata=None, compression="zlib")
    monkeypatch.setattr(unpacking, "COUNTED_BYTES", 100)
    planes, _ = read_image(buffer.getvalue(), "a.tif", Limits())
    assert np.array_equal(planes, pages)


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_large_array_is_read_as_a_small_one_is(order, monkeypatch):
    stack = np.asarray(np.random.default_rng(0).normal(size=(5, 24, 20)), order=order)
    buffer = io.BytesIO()
    np.save(buffer, stack)
    monkeypatch.setattr(numpy_files, "COUNTED_BYTES", 100)
    assert np.array_equal(read_array_file(buffer.getvalue(), "a.npy", Limits()).planes(), stack)
    assert COUNTED_BYTES > 100


@pytest.mark.parametrize("comment", [b"", b"a comment"])
@pytest.mark.parametrize("large", [False, True])
def test_the_files_of_a_zip_are_counted_whatever_it_ends_on(comment, large, monkeypatch):
    buffer = io.BytesIO()
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2 if large else 65535)
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.png", b"a")
        archive.comment = comment
    assert (b"PK\x06\x06" in buffer.getvalue()) == large
    require_small_directory(buffer, "a.zip")
    monkeypatch.setattr("core.imaging.files.zip_directory.MAX_FILES", 4)
    with pytest.raises(BadInput, match="holds more than 4 files"):
        require_small_directory(buffer, "a.zip")
