"""Zips are gone through like folders; bombs and names that lead outside are refused."""

import gzip

import numpy as np
import pytest
from PIL import Image

from core.imaging.problems import FileProblem
from core.imaging.reading import find_series
from core.limits import Limits
from core.records.slices import Series, Split
from tests.imaging.small import HEART, PIXELS, make_zip, only, png_bytes, problem, write_nifti


def test_a_zip_is_gone_through_with_its_folders(tmp_path):
    path = make_zip(
        tmp_path / "course.zip",
        {"train/image/a.png": png_bytes(), "train/mask/a_mask.png": png_bytes(HEART), "readme.txt": b"hi"},
    )
    series = only(path)
    assert series.split == Split.TRAIN
    assert np.array_equal(series.slices[0].mask, HEART)


def test_a_zip_may_hold_every_format(tmp_path):
    volume = write_nifti(tmp_path / "v.nii.gz", np.zeros((20, 24, 2), np.int16)).read_bytes()
    np.savez(tmp_path / "n.npz", image=PIXELS.astype(np.float32))
    for name, kind in (("j.jpg", "JPEG"), ("t.tif", "TIFF")):
        Image.fromarray(PIXELS).save(tmp_path / name, kind)
    files = {name: (tmp_path / name).read_bytes() for name in ("n.npz", "j.jpg", "t.tif")}
    path = make_zip(tmp_path / "all.zip", {"a/p.png": png_bytes(), "b/v.nii.gz": volume, **files})
    found = list(find_series([path]))
    assert {series.geometry.format for series in found} == {"png", "nifti", "npy", "jpeg", "tiff"}


def test_a_zip_bomb_is_refused_at_once(tmp_path):
    path = make_zip(tmp_path / "bomb.zip", {"big.png": bytes(200_000_000)})
    assert "bomb" in problem(path).message


def test_a_gzip_bomb_is_refused(tmp_path):
    path = write_nifti(tmp_path / "a.nii.gz", np.zeros((200, 200, 100), np.uint8))
    found = next(iter(find_series([path], limits=Limits(max_unpacked_bytes=3_000_000))))
    assert "a.nii.gz would unpack from 0.0 to 4 MB, which looks like a bomb" in found.message


def test_a_gzip_that_holds_more_than_its_header_says_is_refused(tmp_path):
    path = write_nifti(tmp_path / "a.nii", np.zeros((20, 20, 2), np.uint8))
    (tmp_path / "more.nii.gz").write_bytes(gzip.compress(path.read_bytes() + bytes(3_000_000)))
    assert "more than its header says" in problem(tmp_path / "more.nii.gz").message


def test_a_gzip_in_several_parts_is_read_whole_and_a_cut_one_refused(tmp_path):
    volume = np.arange(20 * 24 * 3, dtype=np.int16).reshape(20, 24, 3)
    plain = write_nifti(tmp_path / "plain.nii", volume).read_bytes()
    parts = gzip.compress(plain[:1000]) + gzip.compress(plain[1000:])
    (tmp_path / "parts.nii.gz").write_bytes(parts)
    assert np.array_equal(only(tmp_path / "parts.nii.gz").slices[2].pixels, volume[:, :, 2].T)
    (tmp_path / "cut.nii.gz").write_bytes(parts[:-12])
    assert "truncated" in problem(tmp_path / "cut.nii.gz").message
    (tmp_path / "wrong.nii.gz").write_bytes(parts[:-8] + bytes(4) + parts[-4:])  # the sum of its bytes
    assert "incorrect data check" in problem(tmp_path / "wrong.nii.gz").message


@pytest.mark.parametrize("name", ["../escape.png", "/etc/escape.png", "a/../../b.png"])
def test_a_zip_with_names_that_lead_outside_is_refused_and_writes_nothing(tmp_path, name):
    path = make_zip(tmp_path / "evil.zip", {name: png_bytes(), "good.png": png_bytes()})
    found = list(find_series([path]))
    assert any(isinstance(item, FileProblem) and "outside the zip" in item.message for item in found)
    assert sum(isinstance(item, Series) for item in found) == 1
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["evil.zip"]


def test_a_zip_within_a_zip_is_told_to_be_unpacked(tmp_path):
    inner = make_zip(tmp_path / "inner.zip", {"a.png": png_bytes()}).read_bytes()
    found = list(find_series([make_zip(tmp_path / "outer.zip", {"inner.zip": inner})]))
    assert len(found) == 1
    assert "zip within a zip" in found[0].message
