"""Files of every kind come in as series; bad ones get one sentence, and the rest goes on."""

import io
import zipfile
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import tifffile
from PIL import Image

from core.imaging.found import FileProblem, Limits
from core.imaging.reading import find_series
from core.labels import LabelOrder
from core.records import Series, Split

HEART = np.zeros((24, 20), np.uint8)
HEART[4:18, 8:18] = 2
HEART[7:15, 10:16] = 3
HEART[6:16, 3:8] = 1
PIXELS = (HEART * 60 + np.arange(20, dtype=np.uint8)).astype(np.uint8)


def write_png(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "PNG")
    return path


def write_nifti(path: Path, volume: np.ndarray, zooms: tuple[float, ...] = (1.5, 1.25, 8.0)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nib.Nifti1Image(volume, np.diag([*zooms[: min(volume.ndim, 3)], 1, 1, 1][:4]))
    image.header.set_zooms(zooms[: volume.ndim])
    nib.save(image, path)
    return path


def only(path: Path, **answers: object) -> Series:
    """The one series behind the path."""
    found = list(find_series([path], **answers))
    assert len(found) == 1, found
    assert isinstance(found[0], Series), found[0]
    return found[0]


def problem(path: Path, **answers: object) -> FileProblem:
    """The one problem behind the path: one sentence that names the file."""
    found = [item for item in find_series([path], **answers) if isinstance(item, FileProblem)]
    assert len(found) == 1, found
    assert path.name in found[0].message
    assert "\n" not in found[0].message
    assert "Traceback" not in found[0].message
    return found[0]


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


@pytest.mark.parametrize("suffix", ["_mask", "_gt", "_seg"])
def test_a_mask_beside_its_image_comes_along(tmp_path, suffix):
    write_png(tmp_path / "one.png", PIXELS)
    write_png(tmp_path / f"one{suffix}.png", HEART)
    assert np.array_equal(only(tmp_path).slices[0].mask, HEART)


def test_a_stretched_mask_is_recognised_and_said(tmp_path):
    write_png(tmp_path / "one.png", PIXELS)
    write_png(tmp_path / "one_mask.png", HEART * 85)
    series = only(tmp_path)
    assert np.array_equal(series.slices[0].mask, HEART)
    assert any("0, 85, 170, 255" in note for note in series.notes)


def test_the_course_layout_gives_splits_and_patients(tmp_path):
    for split, name in (("train", "cmr1"), ("train", "cmr10"), ("val", "cmr2"), ("test", "cmr3")):
        write_png(tmp_path / split / "image" / f"{name}.png", PIXELS)
        if split != "test":
            write_png(tmp_path / split / "mask" / f"{name}_mask.png", HEART)
    (tmp_path / "slices.csv").write_text(
        "image,split,patient,phase\ncmr1,train,p1,ED\ncmr10,train,p1,ES\ncmr2,val,p2,ED\n"
    )
    found = {series.name: series for series in find_series([tmp_path])}
    assert {name: series.split for name, series in found.items()} == {
        "cmr1": Split.TRAIN,
        "cmr10": Split.TRAIN,
        "cmr2": Split.VALIDATION,
        "cmr3": Split.TEST,
    }
    assert found["cmr1"].patient == found["cmr10"].patient == "p1"
    assert found["cmr3"].patient == "cmr3"
    assert [found[name].slices[0].mask is not None for name in ("cmr1", "cmr10", "cmr2", "cmr3")] == [
        True,
        True,
        True,
        False,
    ]


def test_acdc_names_give_patient_and_frame_and_slices_stand_upright(tmp_path):
    volume = np.arange(20 * 24 * 3, dtype=np.int16).reshape(20, 24, 3)
    mask = np.repeat(HEART.T[..., None], 3, axis=2)
    write_nifti(tmp_path / "patient004" / "patient004_frame01.nii.gz", volume)
    write_nifti(tmp_path / "patient004" / "patient004_frame01_gt.nii.gz", mask)
    series = only(tmp_path)
    assert (series.patient, series.name) == ("patient004", "frame01")
    assert [(item.position, item.phase) for item in series.slices] == [(0, 0), (1, 0), (2, 0)]
    assert np.array_equal(series.slices[1].pixels, volume[:, :, 1].T)
    assert np.array_equal(series.slices[2].mask, HEART)
    assert series.geometry.spacing_mm == pytest.approx((1.25, 1.5))  # (row, column)
    assert series.geometry.slice_distance_mm == 8.0


def test_nnunet_folders_pair_case_and_channel(tmp_path):
    volume = np.zeros((20, 24, 2), np.int16)
    write_nifti(tmp_path / "imagesTr" / "case7_0000.nii.gz", volume)
    write_nifti(tmp_path / "labelsTr" / "case7.nii.gz", np.repeat(HEART.T[..., None], 2, axis=2))
    (tmp_path / "dataset.json").write_text('{"labels": {"background": 0, "RV": 1, "MYO": 2, "LV": 3}}')
    series = only(tmp_path)
    assert series.name == "case7"
    assert series.slices[0].mask is not None


def test_nnunets_dataset_json_declares_the_label_order(tmp_path):
    swapped = np.array([0, 3, 2, 1], np.uint8)[HEART]
    write_nifti(tmp_path / "imagesTr" / "case7_0000.nii.gz", np.zeros((20, 24, 1), np.int16))
    write_nifti(tmp_path / "labelsTr" / "case7.nii.gz", swapped.T[..., None])
    (tmp_path / "dataset.json").write_text('{"labels": {"background": 0, "LV": 1, "MYO": 2, "RV": 3}}')
    series = only(tmp_path)
    assert np.array_equal(series.slices[0].mask, HEART)
    assert any(LabelOrder.UK_BIOBANK.value in note for note in series.notes)


def test_a_4d_nifti_gives_positions_and_phases(tmp_path):
    volume = np.random.default_rng(0).integers(0, 99, (8, 9, 3, 4)).astype(np.int16)
    series = only(write_nifti(tmp_path / "cine.nii.gz", volume, (1.5, 1.5, 8.0, 40.0)))
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


@pytest.mark.parametrize("scale", [1, 85])
def test_masks_in_the_other_order_are_asked_about_and_converted(tmp_path, scale):
    swapped = np.array([0, 3, 2, 1], np.uint8)[HEART]
    write_png(tmp_path / "one.png", PIXELS)
    write_png(tmp_path / "one_mask.png", swapped * scale)
    found = list(find_series([tmp_path]))
    assert len(found) == 1
    assert isinstance(found[0], FileProblem)
    assert found[0].question
    series = only(tmp_path, label_order=LabelOrder.UK_BIOBANK)
    assert np.array_equal(series.slices[0].mask, HEART)


def test_numpy_arrays_and_npz_with_masks(tmp_path):
    np.save(tmp_path / "stack.npy", np.stack([PIXELS, PIXELS]))
    assert len(only(tmp_path / "stack.npy").slices) == 2
    np.savez(tmp_path / "pair.npz", image=PIXELS, mask=HEART)
    assert np.array_equal(only(tmp_path / "pair.npz").slices[0].mask, HEART)


def test_pickled_numpy_is_refused(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert "no plain array" in problem(tmp_path / "objects.npy").message


def test_tiff_pages_are_positions_and_lzw_is_read(tmp_path):
    tifffile.imwrite(
        tmp_path / "stack.tif", np.stack([PIXELS.astype(np.uint16)] * 3), photometric="minisblack"
    )
    assert len(only(tmp_path / "stack.tif").slices) == 3
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
    assert len([item for item in find_series([tmp_path]) if isinstance(item, Series)]) == 3


def test_a_constant_image_comes_in(tmp_path):
    assert only(write_png(tmp_path / "flat.png", np.full((20, 20), 7, np.uint8))).slices[0].pixels.max() == 7


def test_the_type_is_in_the_bytes_not_in_the_name(tmp_path):
    path = write_png(tmp_path / "really.dcm", PIXELS)
    assert only(path).geometry.format == "png"


def test_names_with_spaces_and_unicode_are_kept(tmp_path):
    path = write_png(tmp_path / "Herz é 心 1.png", PIXELS)
    assert only(path).name == "Herz é 心 1"


def png_bytes(pixels: np.ndarray = PIXELS) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


BAD_BYTES = {
    "empty.png": b"",
    "truncated.png": png_bytes()[:-40],
    "text.png": b"this is a letter, not a heart",
    "truncated.nii.gz": b"\x1f\x8b\x08\x00\x00\x00",
    "broken.nii": b"\x5c\x01\x00\x00" + bytes(340) + b"n+1\x00" + bytes(10),
    "one.png": png_bytes(np.zeros((1, 1), np.uint8)),
    "broken.zip": b"PK\x03\x04 and then nothing",
    "broken.tif": b"II*\x00" + bytes(20),
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


def test_a_mask_alone_is_told_that_its_image_is_missing(tmp_path):
    assert "without its image" in problem(write_png(tmp_path / "one_mask.png", HEART)).message


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert "not there" in problem(tmp_path / "nowhere.png").message


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_zip_is_gone_through_with_its_folders(tmp_path):
    path = make_zip(
        tmp_path / "course.zip",
        {"train/image/a.png": png_bytes(), "train/mask/a_mask.png": png_bytes(HEART), "readme.txt": b"hi"},
    )
    series = only(path)
    assert series.split == Split.TRAIN
    assert np.array_equal(series.slices[0].mask, HEART)


def test_a_zip_bomb_is_refused_at_once(tmp_path):
    path = make_zip(tmp_path / "bomb.zip", {"big.png": bytes(200_000_000)})
    assert "bomb" in problem(path).message


def test_a_gzip_bomb_is_refused(tmp_path):
    import gzip

    path = tmp_path / "bomb.nii.gz"
    path.write_bytes(gzip.compress(bytes(60_000_000)))
    found = next(iter(find_series([path], limits=Limits(max_unpacked_bytes=10_000_000))))
    assert "bomb" in found.message


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


@pytest.mark.real
def test_the_course_set_comes_in_whole(real_data):
    found = list(find_series([real_data / "coursework-96"]))
    assert all(isinstance(item, Series) for item in found)
    splits = [series.split for series in found]
    assert [splits.count(split) for split in Split] == [100, 20, 80]
    assert sum(series.slices[0].mask is not None for series in found) == 120
    patients = {split: {s.patient for s in found if s.split == split} for split in Split}
    assert [len(patients[split]) for split in Split] == [50, 10, 40]


@pytest.mark.real
def test_an_acdc_patient_comes_in_with_masks(real_data):
    found = list(find_series([real_data / "acdc-volumes" / "patient001"]))
    assert [series.name for series in found] == ["frame01", "frame12"]
    assert all(item.mask is not None for series in found for item in series.slices)
    assert found[0].geometry.spacing_mm == pytest.approx((1.5625, 1.5625))


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


def test_two_images_of_one_name_in_one_folder_both_come_in(tmp_path):
    write_png(tmp_path / "one.png", PIXELS)
    write_nifti(tmp_path / "one.nii.gz", np.zeros((20, 24, 2), np.int16))
    assert sorted(item.geometry.format for item in find_series([tmp_path])) == ["nifti", "png"]


def test_masks_that_nobody_wants_are_not_even_opened(tmp_path):
    write_png(tmp_path / "one.png", PIXELS)
    (tmp_path / "one_mask.png").write_bytes(b"no picture at all")
    (tmp_path / "lonely_gt.png").write_bytes(b"neither")
    (series,) = find_series([tmp_path], with_masks=False)
    assert series.slices[0].mask is None


def test_a_series_remembers_the_folder_it_lay_in(tmp_path):
    write_png(tmp_path / "a" / "b" / "one.png", PIXELS)
    with zipfile.ZipFile(tmp_path / "hearts.zip", "w") as archive:
        archive.write(tmp_path / "a" / "b" / "one.png", "c/two.png")
    found = {series.name: series.folder for series in find_series([tmp_path])}
    assert found == {"one": "a/b", "two": "hearts.zip/c"}
