"""NumPy arrays are cut into slices where their shape leaves no doubt, and refused where it does."""

import io
import zipfile

import numpy as np
import pytest

from core.errors import BadInput
from core.imaging.readers.numpy_files import Arrays, read_array_file
from core.limits import Limits
from tests.imaging.small import HEART, PIXELS

STACK = np.stack([np.full((24, 20), number, np.int16) + PIXELS for number in range(5)])


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def npz(packed: bool = False, **arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(buffer, **arrays)
    return buffer.getvalue()


def read(data: bytes, file: str = "a.npz", **limits: int) -> Arrays:
    return read_array_file(data, file, Limits(**limits))


def test_slices_may_come_first_or_last():
    first, last = read(npy(STACK)), read(npy(np.moveaxis(STACK, 0, -1)))
    assert np.array_equal(first.planes(), STACK)
    assert np.array_equal(last.planes(), STACK)
    assert (first.notes, last.notes) == ((), ("read as 5 slices of 24 x 20",))


@pytest.mark.parametrize("shape", [(24, 5, 24), (24, 24, 14), (24, 20, 3), (12, 12, 96), (2, 5, 24, 20)])
def test_axes_that_may_mean_several_things_are_refused_with_what_to_save(shape):
    with pytest.raises(BadInput, match=r"a.npy .*save it as \(slices, rows, columns\)"):
        read(npy(np.arange(np.prod(shape)).reshape(shape)), "a.npy")


@pytest.mark.parametrize("channels", [3, 4])
def test_a_grey_picture_stored_as_colours_is_one_slice(channels):
    colours = np.repeat(PIXELS[..., None], channels, axis=2)
    found = read(npy(colours))
    assert np.array_equal(found.planes(), PIXELS[None])
    colours[3, 3] = 255, 0, 0, *[255] * (channels - 3)  # a mark that somebody drew
    found = read(npy(colours))
    assert found.planes().shape == (1, 24, 20)
    assert found.planes()[0, 3, 3] == pytest.approx(0.299 * 255)
    assert found.notes == ("colours last, turned into grey",)


def test_a_stack_of_coloured_pictures_is_cut_along_its_first_axis():
    found = read(npy(np.repeat(STACK[..., None], 3, axis=3)))
    assert np.array_equal(found.planes(), STACK)


def test_a_mask_is_cut_as_its_image_is():
    image, mask = np.moveaxis(STACK, 0, -1), np.repeat(HEART[..., None], 5, axis=2)
    found = read(npz(image=image, mask=mask))
    assert np.array_equal(found.labels()[0], np.stack([HEART] * 5))


def test_an_array_of_another_name_is_taken_alone_and_several_are_asked_by_name():
    assert np.array_equal(read(npz(heart=PIXELS)).planes()[0], PIXELS)
    with pytest.raises(BadInput, match="a.npz holds heart, lung, expected an array named image"):
        read(npz(heart=PIXELS, lung=PIXELS))


@pytest.mark.parametrize("dtype", ["bool", "float16", ">i2", "longdouble"])
def test_odd_types_become_ones_that_everything_can_work_with(dtype):
    image = read(npy(HEART.astype(dtype))).planes()
    assert image.dtype in (np.uint8, np.float32, np.int16)
    assert image.dtype.isnative
    assert np.array_equal(image[0], HEART.astype(dtype))


@pytest.mark.parametrize("values", ["complex64", "timedelta64[s]", "S3"])
def test_what_is_no_real_number_is_refused(values):
    with pytest.raises(BadInput, match="a.npz holds"):
        read(npy(HEART.astype(values)))


def header(shape: tuple[int, ...]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "|u1", "fortran_order": False, "shape": shape})
    return buffer.getvalue()


def test_an_array_that_promises_more_than_there_is_is_refused():
    with pytest.raises(BadInput, match="1000000000 bytes promised"):
        read(header((1000, 1000, 1000)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("image.npy", header((1000, 1000, 1000)))
    with pytest.raises(BadInput, match="1000000000 bytes promised"):
        read(packed.getvalue())


def test_an_npz_that_unpacks_to_far_more_than_it_is_is_refused():
    with pytest.raises(BadInput, match="looks like a bomb"):
        read(npz(True, image=np.zeros((300, 300), np.uint8)), free_bytes=50_000)


def test_an_npz_packed_in_a_way_that_unpacks_unbounded_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("image.npy", npy(PIXELS))
    with pytest.raises(BadInput, match="packed in an unusual way"):
        read(packed.getvalue())
