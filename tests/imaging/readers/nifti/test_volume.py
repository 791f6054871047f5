"""NIfTI: values as they are meant, and told where a header says two things."""

import gzip

import nibabel as nib
import numpy as np
import pytest

from core.errors import BadInput
from core.imaging.readers.nifti.volume import read_volume
from core.imaging.volume_axes import slice_of_volume
from core.limits import Limits

VALUES = np.arange(8 * 9 * 3, dtype=np.int16).reshape(8, 9, 3)
PLACED = np.diag([1.5, 1.5, 8.0, 1.0])


def image(values: np.ndarray = VALUES, kind: type = nib.Nifti1Image) -> nib.Nifti1Image:
    made = kind(values, PLACED)
    made.header.set_xyzt_units("mm", "sec")
    return made


def test_whole_numbers_stay_and_scaled_ones_become_float32():
    assert np.array_equal(read_volume(image().to_bytes(), "a.nii", Limits()).values, VALUES)
    scaled = image()
    raw = bytearray(scaled.to_bytes())
    raw[112:120] = np.array([0.5, 10], "<f4").tobytes()  # scl_slope and scl_inter
    values = read_volume(bytes(raw), "a.nii", Limits()).values
    assert values.dtype == np.float32
    assert np.array_equal(values, VALUES * 0.5 + 10)


@pytest.mark.parametrize("dtype", [">i2", ">f4", "float64"])
def test_values_come_in_the_machines_own_order_and_can_be_written_to(dtype):
    made = image(VALUES.astype(dtype))
    if dtype.startswith(">"):
        made = made.__class__(VALUES.astype(dtype), PLACED, made.header.as_byteswapped(">"))
    values = read_volume(made.to_bytes(), "a.nii", Limits()).values
    assert values.dtype.isnative
    assert values.flags.writeable
    assert np.array_equal(values, VALUES)


def test_a_header_that_says_one_thing_has_no_note():
    made = image()
    made.set_qform(PLACED, 1)
    assert read_volume(made.to_bytes(), "a.nii", Limits()).notes == ()


@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
def test_pixel_sizes_that_contradict_the_affine_are_told(kind):
    made = image(kind=kind)
    made.header["pixdim"][1:4] = 1.25, 1.25, 8
    volume = read_volume(made.to_bytes(), "a.nii", Limits())
    assert volume.geometry.spacing_mm == (1.25, 1.25)
    assert volume.notes == (
        "pixdim says voxels of 1.25 x 1.25 x 8 mm, the sform of 1.5 x 1.5 x 8 mm; pixdim's are used",
    )


def test_a_difference_of_rounding_is_not_told():
    made = image()
    made.header["pixdim"][1:4] = 1.505, 1.5, 8
    assert read_volume(made.to_bytes(), "a.nii", Limits()).notes == ()


def test_an_sform_and_a_qform_that_disagree_are_told():
    made = image()
    made.set_qform(np.diag([-1.5, -1.5, 8.0, 1.0]), 1)
    (note,) = read_volume(made.to_bytes(), "a.nii", Limits()).notes
    assert note.startswith("sform and qform put the volume in different places")
    nudged = PLACED.copy()
    nudged[:3, 3] = 0.1
    made.set_qform(nudged, 1)
    assert read_volume(made.to_bytes(), "a.nii", Limits()).notes == ()


def test_a_qform_that_is_no_rotation_does_not_refuse_a_file_with_an_sform():
    made = image()
    made.header["qform_code"] = 1
    made.header["quatern_b"], made.header["quatern_c"] = 2, 2
    volume = read_volume(made.to_bytes(), "a.nii", Limits())
    assert volume.values.shape == VALUES.shape
    assert volume.notes == ("its qform is no rotation; the sform counts",)


def test_a_blank_mask_is_no_bomb_and_a_bomb_is_one():
    blank = gzip.compress(image(np.zeros((64, 64, 10, 30), np.uint8)).to_bytes())
    assert len(blank) * 300 < 64 * 64 * 300
    assert read_volume(blank, "a.nii.gz", Limits()).values.max() == 0
    with pytest.raises(BadInput, match="looks like a bomb"):
        read_volume(blank, "a.nii.gz", Limits(free_bytes=500_000))


def test_voxels_that_are_not_there_are_missed_even_where_the_file_is_long_enough():
    raw = bytearray(image().to_bytes())
    raw[108:112] = np.array([len(raw) - 100], "<f4").tobytes()  # vox_offset
    with pytest.raises(BadInput, match="truncated"):
        read_volume(bytes(raw), "a.nii", Limits())


@pytest.mark.parametrize("slice_axis", [0, 1, 2])
def test_a_slice_of_a_volume_is_a_view(slice_axis):
    volume = np.asfortranarray(VALUES)
    one = slice_of_volume(volume, slice_axis, 1, 0)
    assert np.shares_memory(one, volume)
    assert np.array_equal(one, np.take(VALUES, 1, axis=slice_axis).T)
