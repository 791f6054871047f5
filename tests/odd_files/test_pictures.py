"""Pictures, arrays and what lies beside them: read as every viewer shows them, asked about, or told."""

import io
import struct
import zipfile

import numpy as np
import pytest
import tifffile
from PIL import Image

from core.records.results import Topic
from tests.imaging.small import make_zip, only, png_bytes, write_png
from tests.odd_files.builders import (
    all_found,
    drawn,
    drawn_right,
    noted,
    plane,
    series_of,
    volume,
    write_nifti,
)

UPRIGHT = {1: None, 2: 0, 3: 3, 6: 2, 8: 4}  # EXIF orientation -> what a camera did, as Pillow numbers turns


def grey(heart=0, position=0):
    """A picture of 8 bits, bright where blood is."""
    return (plane(heart, position) // 4).astype(np.uint8)


def like(pixels, heart=0):
    return float(np.corrcoef(pixels.ravel(), grey(heart).ravel())[0, 1])


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "packbits", "tiff_adobe_deflate"])
def test_blood_is_bright_in_a_tiff_where_white_is_zero_packed_or_not(lab, compression):
    white_is_zero = {262: 0}  # Pillow turns the values round as it writes them
    Image.fromarray(grey()).save(lab / "anna.tif", compression=compression, tiffinfo=white_is_zero)
    series = only(lab)
    assert np.array_equal(series.slices[0].pixels, grey())
    assert "white is zero" in noted(series)


def test_blood_is_bright_in_16_bits_where_white_is_zero(lab):
    tifffile.imwrite(lab / "anna.tif", 65535 - plane(), photometric="miniswhite")
    assert like(only(lab).slices[0].pixels) > 0.99


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photo_is_read_as_its_exif_turns_it_and_the_upright_mask_fits(lab, orientation):
    _write_turned(lab / "anna.jpg", orientation)
    write_png(lab / "anna_mask.png", drawn())
    series = only(lab)
    assert series.slices[0].pixels.shape == (24, 20)
    assert like(series.slices[0].pixels) > 0.95
    assert np.array_equal(series.slices[0].mask, drawn())


def test_a_prediction_for_a_turned_photo_is_upright(lab, tmp_path, model, septum):
    _write_turned(lab / "anna.jpg", 6)
    code, text = septum("predict", lab, "--output", tmp_path / "out", "--spacing", "1.5")
    assert code == 0, text
    assert Image.open(tmp_path / "out" / "anna_mask.png").size == (20, 24)


def _write_turned(path, orientation):
    """Stored as the camera was held, with the tag that turns it back."""
    stored = Image.fromarray(grey())
    if UPRIGHT[orientation] is not None:
        stored = stored.transpose(Image.Transpose(UPRIGHT[orientation]))
    exif = stored.getexif()
    exif[0x0112] = orientation
    stored.save(path, exif=exif, quality=95)


def test_an_array_with_its_slices_last_is_read_as_slices(lab):
    np.save(lab / "anna.npy", np.stack([plane(0, position) for position in range(8)], -1))
    series = only(lab)
    assert [item.pixels.shape for item in series.slices] == [(24, 20)] * 8
    assert all(np.array_equal(item.pixels, plane(0, item.position)) for item in series.slices)


def test_an_array_with_its_slices_first_stays_as_it_is(lab):
    np.save(lab / "anna.npy", np.stack([plane(0, position) for position in range(8)]))
    series = only(lab)
    assert all(np.array_equal(item.pixels, plane(0, item.position)) for item in series.slices)
    assert len(series.slices) == 8


def test_an_array_of_colours_is_one_grey_picture(lab):
    np.save(lab / "anna.npy", np.repeat(grey()[..., None], 3, axis=-1))
    series = only(lab)
    assert np.array_equal(series.slices[0].pixels, grey())
    assert len(series.slices) == 1


def test_an_array_whose_axes_may_be_anything_is_not_guessed(lab):
    np.save(lab / "anna.npy", np.random.default_rng(0).integers(0, 999, (96, 96, 60)))
    found, problems = all_found(lab)
    assert not found
    assert "(96, 96, 60)" in problems[0].message


def test_an_npz_keeps_its_mask_on_its_slices_when_both_have_them_last(lab):
    image = np.stack([plane(0, position) for position in range(8)], -1)
    np.savez(lab / "anna.npz", image=image, mask=np.stack([drawn(position % 4) for position in range(8)], -1))
    series = only(lab)
    assert all(np.array_equal(item.mask, drawn(item.position % 4)) for item in series.slices)


@pytest.mark.parametrize(
    "table",
    [
        "image;patient;spacing_mm\ncmr31;p1;1,4\ncmr32;p1;1,4\n",
        "IMAGE,Patient,Spacing_mm\ncmr31.png,p1,1.40\ncmr32.png,p1,1.40\n",
        'image\tpatient\tspacing_mm\ncmr31\tp1\t"1,4"\ncmr32\tp1\t"1,4"\n',
    ],
    ids=["semicolons", "capitals and endings", "tabs"],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_a_table_as_a_spreadsheet_saves_it_is_read(lab, table, encoding):
    for number in (31, 32):
        write_png(lab / f"cmr{number}.png", np.tile(grey(number), (9, 9)))
    (lab / "slices.csv").write_text(table, encoding=encoding)
    found = series_of(lab)
    assert [(series.patient, series.geometry.spacing_mm) for series in found] == [("p1", (1.4, 1.4))] * 2


def test_rows_of_a_table_that_cannot_be_used_are_told(lab):
    write_png(lab / "cmr31.png", grey())
    (lab / "slices.csv").write_text("image,patient,spacing_mm\ncmr31,p1,wide\n")
    found, problems = all_found(lab)
    assert [series.patient for series in found] == ["p1"]
    assert "slices.csv" in problems[0].message
    assert "wide" in problems[0].message


def test_millimetres_of_a_table_that_contradict_the_file_are_told(lab):
    write_nifti(lab / "anna.nii.gz", volume())
    (lab / "slices.csv").write_text("image,patient,spacing_mm\nanna,anna,2.5\n")
    (series,) = series_of(lab)
    assert series.geometry.spacing_mm == (1.25, 1.5)
    assert "2.5 mm" in noted(series)


@pytest.mark.parametrize("name", ["patients.xlsx", "patients.zip", "patients"])
def test_a_spreadsheet_with_a_logo_in_it_is_no_heart_whatever_it_is_called(lab, septum, name):
    write_png(lab / "anna.png", grey())
    pages = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    make_zip(lab / name, {**dict.fromkeys(pages, b"<x/>"), "xl/media/image1.png": png_bytes()})
    assert [series.patient for series in series_of(lab)] == ["anna"]
    code, text = septum("import", lab)
    assert code == 0, text
    assert name in text


def test_what_only_lies_beside_images_is_told_and_no_failure(lab, septum):
    write_png(lab / "anna.png", grey())
    names = ("DICOMDIR", "Thumbs.db", "notes.docx", "analysis.py", "README")
    for name in names:
        (lab / name).write_bytes(b"\xd0\xcf\x11\xe0 something else")
    code, text = septum("import", lab)
    assert code == 0, text
    assert all(name in text for name in names), text


def test_a_zip_of_an_old_windows_with_the_macs_own_files_is_one_pair(lab):
    members = {}
    for folder, pixels in (("image", grey()), ("mask", drawn())):
        members[f"study\\train\\{folder}\\anna.png"] = png_bytes(pixels)
        members[f"__MACOSX/study/train/{folder}/._anna.png"] = b"\x00\x05\x16\x07Mac OS X"
    with zipfile.ZipFile(lab / "study.zip", "w") as archive:
        for name, data in {**members, "study\\.DS_Store": b"\0\0\0\1Bud1", "study\\Thumbs.db": b"x"}.items():
            info = zipfile.ZipInfo(name)
            info.filename = name  # ZipInfo would put slashes in on some systems
            archive.writestr(info, data)
    series = only(lab)
    assert np.array_equal(series.slices[0].pixels, grey())
    assert np.array_equal(series.slices[0].mask, drawn())
    assert series.split == "train"


@pytest.mark.parametrize(
    ("slope", "intercept"), [(0.0, 5.0), (float("nan"), 5.0), (float("nan"), float("nan"))]
)
def test_a_nifti_without_a_usable_slope_holds_its_values_as_stored(lab, slope, intercept):
    path = write_nifti(lab / "anna.nii", volume())
    data = bytearray(path.read_bytes())
    struct.pack_into("<2f", data, 112, slope, intercept)
    path.write_bytes(data)
    (series,) = series_of(lab)
    for item in series.slices:
        assert np.array_equal(item.pixels, plane(0, item.position))


def test_a_nifti_with_a_slope_holds_scaled_values(lab):
    path = write_nifti(lab / "anna.nii", volume())
    data = bytearray(path.read_bytes())
    struct.pack_into("<2f", data, 112, 0.5, 10.0)
    path.write_bytes(data)
    (series,) = series_of(lab)
    assert np.allclose(series.slices[0].pixels, plane() * 0.5 + 10)


def test_a_stack_of_imagej_gives_slices_phases_and_millimetres(lab):
    stack = np.stack([[plane(0, position, phase) for position in range(3)] for phase in (0, 1)])
    tifffile.imwrite(
        lab / "anna.tif",
        stack,
        imagej=True,
        resolution=(1 / 1.5, 1 / 1.25),
        metadata={"axes": "TZYX", "unit": "mm", "spacing": 8.0},
    )
    series = only(lab)
    assert len(series.slices) == 6
    assert all(np.array_equal(i.pixels, plane(0, i.position, i.phase)) for i in series.slices)
    assert series.geometry.spacing_mm == pytest.approx((1.25, 1.5), rel=1e-3)
    assert series.geometry.slice_distance_mm == pytest.approx(8)


def test_an_imagej_cine_of_one_slice_has_phases_and_not_positions(lab):
    beat = np.stack([plane(0, 0, phase) for phase in range(4)])
    tifffile.imwrite(lab / "anna.tif", beat, imagej=True, metadata={"axes": "TYX"})
    series = only(lab)
    assert [(item.position, item.phase) for item in series.slices] == [(0, phase) for phase in range(4)]


def test_a_large_picture_without_millimetres_is_asked_about(lab):
    write_png(lab / "anna.png", np.tile(grey(), (9, 9)))
    _, problems = all_found(lab)
    assert problems[0].asks == Topic.SPACING


def test_a_file_name_longer_than_a_file_system_takes_comes_back_from_a_prediction(
    lab, tmp_path, model, septum
):
    names = [f"{'Ä' * 120}{number}.png" for number in (1, 2)]  # 240 bytes and more, the same at the beginning
    for number, name in enumerate(names):
        write_png(lab / name, grey(number))
    code, text = septum("predict", lab, "--output", tmp_path / "out")
    assert code == 0, text
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_mask_as_a_stack_lies_on_a_stack(lab):
    for name, cut in (("anna", plane), ("anna_mask", drawn)):
        pages = np.stack([cut(position=position) for position in range(3)])
        tifffile.imwrite(lab / f"{name}.tif", pages, photometric="minisblack")
    assert drawn_right(only(lab)) == {0}


def test_a_damaged_picture_is_refused_and_its_neighbour_comes_in(lab):
    whole = io.BytesIO()
    Image.fromarray(grey()).save(whole, "PNG")
    (lab / "anna.png").write_bytes(whole.getvalue()[:-60])
    write_png(lab / "bert.png", grey(1))
    found, problems = all_found(lab)
    assert [series.patient for series in found] == ["bert"]
    assert "anna.png" in problems[0].message
