"""Masks go back into their source's geometry: same shape, affine and header, whatever the orientation."""

import itertools
import resource
import threading

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from core.errors import StoreUnavailable
from core.imaging.readers.nifti.volume import read_volume
from core.imaging.reading import find_series
from core.imaging.write_masks import write_masks
from core.limits import Limits
from core.records.slices import Geometry

AXES = [
    codes
    for letters in itertools.permutations("RAS")
    for codes in itertools.product(*[(a, {"R": "L", "A": "P", "S": "I"}[a]) for a in letters])
]


def labelled(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 4, shape).astype(np.uint8)


def round_trip(tmp_path, source: nib.Nifti1Image, labels: np.ndarray) -> nib.Nifti1Image:
    """Import the source with its labels as mask, write the masks out, and load what was written."""
    nib.save(source, tmp_path / "heart.nii.gz")
    nib.save(nib.Nifti1Image(labels, source.affine, source.header), tmp_path / "heart_gt.nii.gz")
    (series,) = find_series([tmp_path])
    masks = {(item.position, item.phase): item.mask for item in series.slices}
    return nib.load(write_masks(series.geometry, masks, "heart", tmp_path / "out"))


def assert_same_geometry(ours: nib.Nifti1Image, source: nib.Nifti1Image) -> None:
    assert ours.shape == source.shape
    assert np.array_equal(ours.affine, source.affine)
    for name in ("pixdim", "sform_code", "qform_code", "srow_x", "srow_y", "srow_z", "xyzt_units"):
        assert np.array_equal(ours.header[name], source.header[name]), name
    for name in ("quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y", "qoffset_z"):
        assert np.array_equal(ours.header[name], source.header[name]), name


@pytest.mark.parametrize("codes", AXES, ids="".join)
def test_every_orientation_comes_back_with_the_same_labels_and_geometry(tmp_path, codes):
    labels = labelled((7, 8, 3))
    orientation = nib.orientations.axcodes2ornt(codes)
    axes = nib.orientations.inv_ornt_aff(orientation, labels.shape)
    affine = axes @ np.diag([1.25, 1.25, 10, 1])
    source = nib.Nifti1Image(np.zeros(labels.shape, np.int16), affine)
    written = round_trip(tmp_path, source, labels)
    assert np.array_equal(np.asarray(written.dataobj), labels)
    assert_same_geometry(written, nib.load(tmp_path / "heart.nii.gz"))


@pytest.mark.parametrize("shape", [(9, 8), (9, 8, 4), (9, 8, 4, 3), (4, 12, 13)], ids=str)
def test_oblique_volumes_of_any_dimension_come_back(tmp_path, shape):
    labels = labelled(shape)
    zooms = np.array([9.0, 1.3, 1.2] if shape[0] == 4 else [1.3, 1.2, 9.0])
    turned, _ = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = turned * zooms, (12.5, -40.0, 7.0)
    source = nib.Nifti1Image(np.zeros(shape, np.float32), affine)
    source.header.set_slope_inter(2.0, 5.0)
    source.header.set_xyzt_units("mm", "msec")
    if len(shape) == 4:
        source.header.set_zooms((*zooms, 38.5))
    source.set_sform(affine, 2)
    source.set_qform(affine, 1)
    written = round_trip(tmp_path, source, labels)
    assert np.array_equal(np.asarray(written.dataobj), labels)
    assert written.get_data_dtype() == np.uint8
    assert_same_geometry(written, nib.load(tmp_path / "heart.nii.gz"))


def test_a_png_gets_an_8_bit_mask_of_its_size(tmp_path):
    mask = labelled((10, 7))
    path = write_masks(Geometry("png", (10, 7), (1.8, 1.8)), {(0, 0): mask}, "cmr1", tmp_path)
    with Image.open(path) as image:
        assert (path.name, image.mode, image.size) == ("cmr1_mask.png", "L", (7, 10))
        assert np.array_equal(np.asarray(image), mask)


@pytest.mark.real
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_dicom_series_becomes_one_nifti_where_the_patient_lay(tmp_path, real_data):
    import pydicom

    folder = real_data / "sunnybrook-dicom" / "SCD0000101"
    (series,) = find_series([folder])
    masks = {(s.position, s.phase): np.zeros(s.pixels.shape, np.uint8) for s in series.slices}
    chosen = next(s for s in series.slices if (s.position, s.phase) == (4, 7))
    masks[4, 7][100, 60] = 3  # row 100, column 60
    image = nib.load(write_masks(series.geometry, masks, "cine", tmp_path))
    assert image.shape == (256, 256, 12, 20)
    (voxel,) = np.argwhere(np.asarray(image.dataobj) == 3)
    assert voxel.tolist() == [60, 100, 4, 7]
    header = pydicom.dcmread(folder / chosen.source)
    origin, directions = np.array(header.ImagePositionPatient), np.array(header.ImageOrientationPatient)
    row_mm, column_mm = header.PixelSpacing
    lps = origin + directions[:3] * column_mm * 60 + directions[3:] * row_mm * 100
    assert image.affine @ [60, 100, 4, 1] == pytest.approx([-lps[0], -lps[1], lps[2], 1], abs=0.05)


def test_positions_beside_a_gap_lie_where_they_were_in_the_stack(tmp_path):
    geometry = Geometry("dicom", (8, 9, 5, 1), (1.5, 1.5), 8.0, slice_indices=(0, 1, 4))
    masks = {(position, 0): labelled((9, 8), position) for position in range(3)}
    volume = np.asarray(nib.load(write_masks(geometry, masks, "cine", tmp_path)).dataobj)
    assert volume.shape == (8, 9, 5)
    for position, index in enumerate((0, 1, 4)):
        assert np.array_equal(volume[:, :, index].T, masks[position, 0])
    assert not volume[:, :, 2:4].any()


def test_two_who_write_the_same_file_at_once_leave_it_whole(tmp_path):
    mask = labelled((200, 200))
    geometry = Geometry("npy", (2, 200, 200), (1.0, 1.0))
    writers = [
        threading.Thread(target=write_masks, args=(geometry, {(0, 0): mask, (1, 0): mask}, "stack", tmp_path))
        for _ in range(6)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    (path,) = tmp_path.iterdir()
    assert np.array_equal(np.asarray(nib.load(path).dataobj)[:, :, 1].T, mask)


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    mask = np.random.default_rng(0).integers(0, 4, (300, 300)).astype(np.uint8)
    import signal

    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
        with pytest.raises(StoreUnavailable, match="cannot be written"):
            write_masks(Geometry("png", mask.shape, (1, 1)), {(0, 0): mask}, "a", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        write_masks(Geometry("png", (2, 2), (1, 1)), {(0, 0): labelled((2, 2))}, "a", tmp_path / "file")


def test_reading_what_was_written_gives_the_same_geometry(tmp_path):
    geometry = Geometry("npy", (2, 9, 8), (1.5, 1.25), slice_distance_mm=8.0)
    masks = {(position, 0): labelled((9, 8), position) for position in range(2)}
    path = write_masks(geometry, masks, "stack", tmp_path)
    read = read_volume(path.read_bytes(), path.name, Limits())
    volume, theirs = read.values, read.geometry
    assert theirs.spacing_mm == pytest.approx((1.5, 1.25))
    assert np.array_equal(volume[:, :, 1].T, masks[1, 0])


@pytest.mark.parametrize("format", ["nifti", "dicom", "npy"])
def test_a_volume_says_what_its_numbers_mean_and_of_which_set_they_are(tmp_path, format):
    if format == "nifti":
        written = round_trip(
            tmp_path, nib.Nifti1Image(np.zeros((7, 8, 3), np.int16), np.eye(4)), labelled((7, 8, 3))
        )
    else:
        shape = (7, 8, 3, 1) if format == "dicom" else (3, 8, 7)
        masks = {(position, 0): labelled((8, 7)) for position in range(3)}
        written = nib.load(write_masks(Geometry(format, shape, (1.5, 1.5)), masks, "heart", tmp_path))
    described = written.header["descrip"].item().decode()
    assert described == "0 background, 1 RV, 2 myocardium, 3 LV; label set short-axis-heart"


def test_a_picture_says_what_its_numbers_mean_and_of_which_set_they_are(tmp_path):
    path = write_masks(Geometry("png", (8, 7), None), {(0, 0): labelled((8, 7))}, "heart", tmp_path)
    with Image.open(path) as written:
        assert written.info["Description"].endswith("3 LV; label set short-axis-heart")
