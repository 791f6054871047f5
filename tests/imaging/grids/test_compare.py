"""Whether files lie on one grid, on small NIfTI headers, and masks laid onto the grid of their image."""

import io
from collections.abc import Callable

import nibabel as nib
import numpy as np
import pytest

from core.errors import BadInput
from core.imaging.grids.compare import lay_onto, same_grid
from core.imaging.readers.nifti.volume import read_volume
from core.limits import Limits
from core.records.slices import Geometry

HEADER = 348  # bytes of NIfTI-1
SHAPE = (6, 5, 4)
RAS = np.diag([1.5, 1.25, 8.0, 1.0])
LABELS = np.random.default_rng(0).integers(0, 4, SHAPE).astype(np.uint8)  # no flip or turn leaves it as it is
Change = Callable[[nib.Nifti1Header], None]


def oblique() -> np.ndarray:
    """A short axis at 40 degrees to two of the scanner's axes, as they are acquired."""
    angle = np.radians(40)
    first = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    second = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = second @ first @ np.diag([1.5, 1.25, 8.0])
    affine[:3, 3] = -33.1, 80.7, -12.9
    return affine


def stored(
    volume: np.ndarray, affine: np.ndarray = RAS, change: Change = lambda header: None
) -> tuple[np.ndarray, Geometry]:
    """A volume as it comes out of a NIfTI file."""
    image = nib.Nifti1Image(volume, affine)
    image.header.set_xyzt_units("mm", "sec")
    buffer = io.BytesIO()
    image.to_stream(buffer)  # which writes both transforms anew, so that a header is changed afterwards
    data = buffer.getvalue()
    header = nib.Nifti1Header(data[:HEADER], check=False)
    change(header)
    read = read_volume(header.binaryblock + data[HEADER:], "mask.nii", Limits())
    return read.values, read.geometry


def codes(sform: int, qform: int) -> Change:
    def change(header: nib.Nifti1Header) -> None:
        header["sform_code"], header["qform_code"] = sform, qform

    return change


def reoriented(volume: np.ndarray, affine: np.ndarray, axes: str) -> tuple[np.ndarray, np.ndarray]:
    """The same voxels at the same places, stored along other axes."""
    turn = nib.orientations.ornt_transform(
        nib.io_orientation(affine), nib.orientations.axcodes2ornt(tuple(axes))
    )
    turned = nib.Nifti1Image(volume, affine).as_reoriented(turn)
    return np.asarray(turned.dataobj), turned.affine


def laid(theirs: tuple[np.ndarray, Geometry], ours: Geometry) -> tuple[np.ndarray, list[str]]:
    return lay_onto(*theirs, ours, "a_gt.nii", "a.nii")


def test_the_same_grid_is_the_same_up_to_the_rounding_of_headers():
    _, ours = stored(LABELS, oblique())
    rounded = np.round(oblique(), 3)
    mask, notes = laid(stored(LABELS, rounded), ours)
    assert np.array_equal(mask, LABELS)
    assert notes == []
    assert same_grid(stored(LABELS, rounded)[1], ours) == ""


@pytest.mark.parametrize("axes", ["LPS", "RAS", "LAS", "SRA", "PIR", "AIL"])
@pytest.mark.parametrize("affine", [RAS, oblique()], ids=["straight", "oblique"])
def test_a_mask_stored_along_other_axes_is_turned_back_exactly_and_it_is_said(affine, axes):
    _, ours = stored(LABELS, affine)
    there = reoriented(LABELS, affine, axes)
    mask, notes = laid(stored(*there), ours)
    assert np.array_equal(mask, LABELS)
    moved = not np.array_equal(there[1], affine)
    assert bool(notes) == moved
    assert all("another orientation than a.nii" in note and "turned onto its grid" in note for note in notes)
    assert ("orientation is" in same_grid(stored(*there)[1], ours)) == moved


def test_phases_come_along_when_a_mask_is_turned():
    cine = np.stack([LABELS, LABELS[::-1]], axis=-1)
    _, ours = stored(cine)
    turned = np.diag([-1.5, 1.25, 8.0, 1.0])
    turned[0, 3] = 1.5 * 5
    mask, notes = laid(stored(cine[::-1], turned), ours)
    assert np.array_equal(mask, cine)
    assert len(notes) == 1
    single, notes = laid(stored(LABELS), ours)
    assert np.array_equal(single, LABELS)
    assert notes == []


def test_a_trailing_axis_of_one_changes_nothing():
    flat, ours = LABELS[:, :, 0], stored(LABELS[:, :, 0])[1]
    assert np.array_equal(laid(stored(flat[:, :, None]), ours)[0], flat)
    assert np.array_equal(laid(stored(flat), stored(flat[:, :, None])[1])[0], flat[:, :, None])
    assert np.array_equal(laid(stored(LABELS[..., None]), stored(LABELS)[1])[0], LABELS)


def test_a_single_slice_has_no_direction_of_its_own():
    behind = np.diag([1.5, 1.25, -6.0, 1.0])
    mask, notes = laid(stored(LABELS[:, :, :1], behind), stored(LABELS[:, :, :1])[1])
    assert np.array_equal(mask, LABELS[:, :, :1])
    assert notes == []


def shifted(millimetres: float) -> np.ndarray:
    affine = RAS.copy()
    affine[2, 3] += millimetres
    return affine


def rotated(degrees: float) -> np.ndarray:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, -sine, 0, 0], [sine, cosine, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]) @ RAS


@pytest.mark.parametrize(
    ("volume", "affine", "words"),
    [
        (LABELS, shifted(12), "it lies 12.0 mm beside it"),
        (LABELS, shifted(0.7), "it lies 0.7 mm beside it"),
        (LABELS, rotated(10), "its orientation is turned by 10.0 degrees"),
        (
            np.zeros((3, 3, 4), np.uint8),
            np.diag([3, 2.5, 8, 1]),
            "it has 3x3x4 voxels of 3x2.5x8 mm, not 6x5x4 voxels of 1.5x1.25x8 mm",
        ),
        (LABELS, np.eye(4), "it has 6x5x4 voxels of 1 mm, not 6x5x4 voxels of 1.5x1.25x8 mm"),
        (LABELS[..., :3], RAS, "it has 6x5x3 voxels of 1.5x1.25x8 mm, not 6x5x4 voxels of 1.5x1.25x8 mm"),
    ],
    ids=["shifted", "half a pixel off", "rotated", "coarser", "without any geometry", "shorter"],
)
def test_a_mask_that_lies_elsewhere_is_refused_with_the_difference(volume, affine, words):
    _, ours = stored(LABELS)
    assert same_grid(stored(volume, affine)[1], ours) == words
    with pytest.raises(BadInput, match="a_gt.nii does not lie on the grid of a.nii: ") as refused:
        laid(stored(volume, affine), ours)
    assert words in str(refused.value)


def test_a_header_that_knows_no_place_is_compared_by_size_alone():
    nowhere = codes(0, 0)
    elsewhere = shifted(50)
    assert laid(stored(LABELS, elsewhere, nowhere), stored(LABELS, RAS, nowhere)[1])[1] == []
    mask, notes = laid(stored(LABELS, RAS, nowhere), stored(LABELS, elsewhere)[1])
    assert np.array_equal(mask, LABELS)
    assert notes == ["a_gt.nii does not say how it lies in the patient; a_gt.nii was laid on a.nii as it is"]
    with pytest.raises(BadInput, match="it has 6x5x4 voxels of 3x1.25x8 mm, not"):
        laid(stored(LABELS, np.diag([3, 1.25, 8, 1]), nowhere), stored(LABELS)[1])


def qform(affine: np.ndarray, code: int = 1) -> Change:
    """An sform that stays, and this qform."""
    return lambda header: header.set_qform(affine, code)


def test_a_mask_with_a_qform_only_fits_an_image_with_an_sform_only():
    def only_qform(header: nib.Nifti1Header) -> None:
        header.set_qform(oblique(), 1)
        header.set_sform(None, 0)

    mask, notes = laid(stored(LABELS, oblique(), only_qform), stored(LABELS, oblique(), codes(2, 0))[1])
    assert np.array_equal(mask, LABELS)
    assert notes == []


def test_where_sform_and_qform_disagree_either_pair_may_fit_and_it_is_said():
    torn = stored(LABELS, RAS, qform(shifted(30)))
    assert laid(torn, torn[1])[1] == []
    by_sform = laid(stored(LABELS), torn[1])
    assert np.array_equal(by_sform[0], LABELS)
    kept_qform = stored(LABELS, shifted(30), qform(shifted(30)))
    mask, notes = laid(kept_qform, torn[1])
    assert np.array_equal(mask, LABELS)
    assert notes == ["a_gt.nii lies on a.nii by its qform only; sform and qform disagree in one of them"]


def test_transforms_that_lay_a_mask_in_two_ways_are_refused():
    mirrored = np.diag([-1.5, 1.25, 8.0, 1.0])
    mirrored[0, 3] = 1.5 * 5
    torn = stored(LABELS, RAS, qform(mirrored))
    with pytest.raises(BadInput, match="in different ways"):
        laid(stored(LABELS, mirrored, qform(mirrored)), torn[1])


def test_metres_are_compared_as_millimetres():
    metres = RAS / 1000
    metres[3, 3] = 1
    theirs = stored(LABELS, metres, lambda header: header.set_xyzt_units("meter", "sec"))
    assert same_grid(theirs[1], stored(LABELS)[1]) == ""


def test_a_skewed_grid_fits_itself_and_its_own_turn():
    skewed = oblique()
    skewed[:3, 2] += 0.4 * skewed[:3, 0]
    _, ours = stored(LABELS, skewed, codes(1, 0))
    mask, _ = laid(stored(*reoriented(LABELS, skewed, "LPS"), codes(1, 0)), ours)
    assert np.array_equal(mask, LABELS)


def dicom(affine: np.ndarray | None, **known: object) -> Geometry:
    rows = None if affine is None else tuple(tuple(float(value) for value in row) for row in affine)
    return Geometry("dicom", (6, 5, 4, 2), (1.25, 1.5), 8.0, affine=rows, **known)  # type: ignore[arg-type]


def test_a_mask_of_a_dicom_series_is_laid_by_the_affine_of_the_series():
    mask, notes = laid(stored(*reoriented(LABELS, oblique(), "LPS")), dicom(oblique()))
    assert np.array_equal(mask, LABELS)
    assert len(notes) == 1
    assert np.array_equal(laid(stored(LABELS), dicom(None))[0], LABELS)
    with pytest.raises(BadInput, match="mm beside it"):
        laid(stored(LABELS, shifted(9)), dicom(RAS))


def test_a_stack_with_a_gap_takes_the_slices_at_its_own_places():
    wide = np.concatenate([LABELS[..., :2], np.zeros((6, 5, 1), np.uint8), LABELS[..., 2:]], axis=2)
    gapped = dicom(RAS, slice_indices=(0, 1, 3, 4))
    mask, notes = laid(stored(wide), gapped)
    assert np.array_equal(mask, LABELS)
    assert notes == []
    wide[0, 0, 2] = 3
    assert laid(stored(wide), gapped)[1] == [
        "a_gt.nii: 1 of its slices with labels lie in a gap of a.nii and are left out"
    ]
    with pytest.raises(BadInput, match="it has 6x5x4 voxels of 1.5x1.25x8 mm, not 6x5x5 voxels"):
        laid(stored(LABELS), gapped)


def test_pictures_are_compared_by_rows_and_columns():
    volume, theirs = stored(LABELS[:, :, :1])
    assert lay_onto(volume, theirs, Geometry("png", (5, 6), None), "a.nii", "a.png") == (volume, [])
    assert same_grid(Geometry("png", (5, 6), None), Geometry("npy", (3, 5, 6), None)) == ""
    assert same_grid(Geometry("tiff", (6, 5, 3, 2), None), Geometry("png", (5, 6), None)) == ""
    with pytest.raises(BadInput, match="a.nii does not lie on the grid of a.png: it is 5x6 pixels, not 6x5"):
        lay_onto(volume, theirs, Geometry("png", (6, 5), None), "a.nii", "a.png")


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 1e30])
def test_a_transform_that_is_none_counts_as_not_there(value):
    broken = stored(LABELS, RAS, lambda header: header.__setitem__("srow_x", [value] * 4))
    assert same_grid(broken[1], stored(LABELS, RAS, codes(2, 0))[1]) == ""
    mask, notes = laid(broken, stored(LABELS, RAS, codes(2, 0))[1])
    assert np.array_equal(mask, LABELS)
    assert "does not say how it lies" in notes[0]


@pytest.mark.real
def test_real_references_lie_on_their_images(real_data):
    for file in sorted((real_data / "acdc-volumes").rglob("*_gt.nii.gz"))[:20]:
        image = file.with_name(file.name.replace("_gt", ""))
        mask = read_volume(file.read_bytes(), file.name, Limits())
        volume, theirs = mask.values, mask.geometry
        ours = read_volume(image.read_bytes(), image.name, Limits()).geometry
        mask, notes = lay_onto(volume, theirs, ours, file.name, image.name)
        assert np.array_equal(mask, volume)
        assert notes == []
