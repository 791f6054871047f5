"""Files of every kind come in as series, with the pixels, spacing and depth that they have."""

import numpy as np
import pytest
import tifffile
from PIL import Image

from core.errors import BadInput
from core.imaging.files.sources import open_sources
from core.imaging.problems import Answers
from core.imaging.reading import find_series, series_among
from core.limits import Limits
from core.records.slices import Series
from tests.imaging.small import HEART, PIXELS, only, problem, write_nifti, write_png


def test_a_small_png_comes_in_at_1_8_mm_and_says_so(tmp_path):
    series = only(write_png(tmp_path / "cmr7.png", PIXELS))
    assert series.geometry.spacing_mm == (1.8, 1.8)
    assert "1.8 mm assumed" in series.notes[0]
    assert np.array_equal(series.slices[0].pixels, PIXELS)
    assert (series.patient, series.name, series.split) == ("cmr7", "cmr7", None)


def test_a_large_png_asks_for_its_pixel_size_and_takes_the_answer(tmp_path):
    path = write_png(tmp_path / "large.png", np.zeros((200, 200), np.uint8))
    assert problem(path).question
    assert only(path, spacing_mm=1.4).geometry.spacing_mm == (1.4, 1.4)


def test_a_4d_nifti_gives_positions_and_phases(tmp_path):
    volume = np.random.default_rng(0).integers(0, 99, (8, 9, 3, 4)).astype(np.int16)
    series = only(write_nifti(tmp_path / "anna_cine.nii.gz", volume, (1.5, 1.5, 8.0, 40.0)))
    assert len(series.slices) == 12
    chosen = next(item for item in series.slices if (item.position, item.phase) == (2, 3))
    assert np.array_equal(chosen.pixels, volume[:, :, 2, 3].T)


def test_a_2d_nifti_is_one_slice(tmp_path):
    assert len(only(write_nifti(tmp_path / "flat.nii", np.zeros((8, 9), np.float32))).slices) == 1


def test_a_volume_stacked_along_its_first_axis_is_cut_there(tmp_path):
    volume = np.random.default_rng(0).integers(0, 99, (4, 30, 32)).astype(np.int16)
    series = only(write_nifti(tmp_path / "odd.nii.gz", volume, (8.0, 1.5, 1.25)))
    assert len(series.slices) == 4
    assert np.array_equal(series.slices[3].pixels, volume[3].T)
    assert series.geometry.spacing_mm == pytest.approx((1.25, 1.5))


def test_numpy_arrays_and_npz_with_masks(tmp_path):
    np.save(tmp_path / "anna.npy", np.stack([PIXELS, PIXELS]))
    assert len(only(tmp_path / "anna.npy").slices) == 2
    np.savez(tmp_path / "pair.npz", image=PIXELS, mask=HEART)
    assert np.array_equal(only(tmp_path / "pair.npz").slices[0].mask, HEART)


def test_tiff_pages_are_positions_and_lzw_is_read(tmp_path):
    tifffile.imwrite(
        tmp_path / "anna.tif", np.stack([PIXELS.astype(np.uint16)] * 3), photometric="minisblack"
    )
    assert len(only(tmp_path / "anna.tif").slices) == 3
    Image.fromarray(PIXELS).save(tmp_path / "lzw.tif", compression="tiff_lzw")
    assert np.array_equal(only(tmp_path / "lzw.tif").slices[0].pixels, PIXELS)


def test_16_bit_png_keeps_its_depth_and_colour_becomes_grey(tmp_path):
    deep = (PIXELS.astype(np.uint16) * 200) + 7
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert np.array_equal(only(tmp_path / "deep.png").slices[0].pixels, deep)
    grey_as_colour = np.repeat(PIXELS[..., None], 4, axis=2)
    grey_as_colour[..., 3] = 255
    series = only(write_png(tmp_path / "rgba.png", grey_as_colour))
    assert np.array_equal(series.slices[0].pixels, PIXELS)
    assert "grey stored as colour" in series.notes


def test_jpeg_one_bit_and_palette_images_come_in(tmp_path):
    Image.fromarray(PIXELS).save(tmp_path / "a.jpg")
    Image.fromarray(PIXELS > 100).save(tmp_path / "b.png")
    Image.fromarray(PIXELS).convert("P").save(tmp_path / "c.png")
    answers = Answers(images=True)  # one bit a pixel looks like a mask
    found = list(series_among(open_sources([tmp_path], Limits()), answers))
    assert [type(item) for item in found] == [Series] * 3


def test_a_constant_image_comes_in(tmp_path):
    assert only(write_png(tmp_path / "flat.png", np.full((20, 20), 7, np.uint8))).slices[0].pixels.max() == 7


def test_the_type_is_in_the_bytes_not_in_the_name(tmp_path):
    path = write_png(tmp_path / "really.dcm", PIXELS)
    assert only(path).geometry.format == "png"


def test_names_with_spaces_and_unicode_are_kept(tmp_path):
    path = write_png(tmp_path / "Herz é 心 1.png", PIXELS)
    assert only(path).name == "Herz é 心 1"


@pytest.mark.real
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_cine_dicom_is_one_series_of_12_positions_and_20_phases(real_data):
    series = only(real_data / "sunnybrook-dicom" / "SCD0000101")
    assert series.patient == "SCD0000101"
    assert {(s.position, s.phase) for s in series.slices} == {(p, t) for p in range(12) for t in range(20)}
    assert series.geometry.slice_distance_mm == pytest.approx(10, abs=0.01)
    assert series.geometry.spacing_mm == pytest.approx((1.367188, 1.367188))
    times = [s.trigger_time_ms for s in series.slices if s.position == 5]
    assert times == sorted(times)


@pytest.mark.parametrize("size", [float("nan"), float("inf"), -3.0, 0.0, 1e9, 0.01])
def test_a_pixel_size_that_no_heart_has_is_refused_when_it_is_given(size, tmp_path):
    with pytest.raises(BadInput, match="a pixel size of .* mm was given, expected 0.05 to 20 mm"):
        find_series([tmp_path], spacing_mm=size)
