"""A bad file gets one sentence with its name, and what lies beside it comes in."""

import os

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from core.imaging.problems import FileProblem
from core.imaging.reading import find_series
from core.labels import LabelOrder
from core.records.slices import Series
from tests.imaging.small import HEART, PIXELS, png_bytes, problem, write_nifti, write_png

BAD_BYTES = {
    **{f"empty.{kind}": b"" for kind in ("png", "jpg", "tif", "nii", "nii.gz", "dcm", "npy", "npz", "zip")},
    "truncated.png": png_bytes()[:-40],
    "text.png": b"this is a letter, not a heart",
    "truncated.nii.gz": b"\x1f\x8b\x08\x00\x00\x00",
    "broken.nii": b"\x5c\x01\x00\x00" + bytes(340) + b"n+1\x00" + bytes(10),
    "one.png": png_bytes(np.zeros((1, 1), np.uint8)),
    "broken.zip": b"PK\x03\x04 and then nothing",
    "broken.tif": b"II*\x00" + bytes(20),
    "broken.npy": b"\x93NUMPY\x01\x00" + bytes(20),
    "broken.npz": b"PK\x03\x04 and then nothing",
    "broken.dcm": bytes(128) + b"DICM and then nothing",
    "broken.jpg": b"\xff\xd8\xff\xe0 and then nothing",
}


@pytest.mark.parametrize("name", BAD_BYTES)
def test_a_bad_file_gets_one_sentence_and_the_good_one_beside_it_comes_in(tmp_path, name):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / name).write_bytes(BAD_BYTES[name])
    write_png(tmp_path / "bad" / "good.png", PIXELS)
    problem(tmp_path / "bad" / name)
    found = list(find_series([tmp_path / "bad"]))
    assert sum(isinstance(item, Series) for item in found) == 1
    assert len(found) == 2


def test_a_file_that_cannot_be_read_is_told_and_the_rest_comes_in(tmp_path):
    write_png(tmp_path / "in" / "good.png", PIXELS)
    path = write_png(tmp_path / "in" / "locked.png", PIXELS)
    path.chmod(0)
    if os.access(path, os.R_OK):  # an administrator reads everything but a memory that nobody mapped
        path.unlink()
        path.symlink_to("/proc/self/mem")
    assert "locked.png cannot be read" in problem(path).message
    assert sum(isinstance(item, Series) for item in find_series([tmp_path / "in"])) == 1


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert "not there" in problem(tmp_path / "nowhere.png").message


def test_a_truncated_nifti_is_refused(tmp_path):
    path = write_nifti(tmp_path / "whole.nii.gz", np.random.default_rng(0).random((20, 20, 4)))
    (tmp_path / "cut.nii.gz").write_bytes(path.read_bytes()[:-500])
    assert "truncated" in problem(tmp_path / "cut.nii.gz").message


def test_a_huge_image_is_refused_before_it_is_decoded(tmp_path):
    path = tmp_path / "huge.png"
    Image.new("1", (20_000, 20_000)).save(path)
    assert "pixels" in problem(path).message
    Image.new("1", (12_000, 12_000)).save(path)
    assert "12000x12000" in problem(path).message


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_pixels_that_are_no_numbers_are_refused(tmp_path, value):
    volume = np.ones((8, 8, 2), np.float32)
    volume[3, 3, 1] = value
    assert "no numbers" in problem(write_nifti(tmp_path / "nan.nii.gz", volume)).message


def test_complex_and_five_dimensional_niftis_are_refused(tmp_path):
    assert "magnitude" in problem(write_nifti(tmp_path / "c.nii", np.ones((8, 8, 2), np.complex64))).message
    five = nib.Nifti1Image(np.zeros((4, 4, 2, 2, 3), np.float32), np.eye(4))
    nib.save(five, tmp_path / "five.nii")
    assert "5 dimensions" in problem(tmp_path / "five.nii").message


def test_a_nifti_without_pixel_size_asks_for_it(tmp_path):
    path = write_nifti(tmp_path / "big.nii", np.zeros((200, 200, 2), np.uint8))
    raw = bytearray(path.read_bytes())
    raw[80:92] = np.zeros(3, "<f4").tobytes()  # pixdim[1..3]
    path.write_bytes(raw)
    assert problem(path).question


def test_a_mask_of_another_size_and_one_with_label_7_are_refused(tmp_path):
    write_png(tmp_path / "one.png", PIXELS)
    write_png(tmp_path / "one_mask.png", HEART[:-2])
    assert "22x20" in next(iter(find_series([tmp_path]))).message
    write_png(tmp_path / "one_mask.png", np.where(HEART == 3, 7, HEART).astype(np.uint8))
    assert "label 7" in next(iter(find_series([tmp_path]))).message


def test_pickled_numpy_is_refused(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert "no plain array" in problem(tmp_path / "objects.npy").message


def test_masks_beside_a_dataset_json_that_cannot_be_read_are_refused_until_somebody_says_the_order(tmp_path):
    write_nifti(tmp_path / "imagesTr" / "a_0000.nii.gz", np.stack([PIXELS.T] * 3, axis=-1))
    write_nifti(tmp_path / "labelsTr" / "a.nii.gz", np.stack([HEART.T] * 3, axis=-1))
    (tmp_path / "dataset.json").write_text('{"labels": {"LV": 1, ')
    told = [item.message for item in find_series([tmp_path]) if isinstance(item, FileProblem)]
    assert any(message.startswith("dataset.json cannot be read") for message in told)
    assert any("holds label 1, 2, 3, which dataset.json does not name" in message for message in told)
    found = list(find_series([tmp_path], label_order=LabelOrder.ACDC))
    assert any(isinstance(item, Series) and item.slices[0].mask is not None for item in found)
