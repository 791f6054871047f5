"""Masks back into the geometry of their source: PNG for images, NIfTI for volumes and DICOM."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import nibabel as nib
import numpy as np
from PIL import Image

from core.errors import StoreUnavailable
from core.imaging.volume_axes import place_in_volume
from core.records import Geometry

MasksByPlace = Mapping[tuple[int, int], np.ndarray]  # (position, phase) -> (height, width) uint8


def mask_file_name(geometry: Geometry, stem: str) -> str:
    """The file that `write_masks` makes for a series of this geometry.

    >>> mask_file_name(Geometry("png", (96, 96), (1.8, 1.8)), "cmr1")
    'cmr1_mask.png'
    """
    return f"{stem}_mask.png" if is_flat(geometry) else f"{stem}_mask.nii.gz"


def is_flat(geometry: Geometry) -> bool:
    """Whether the series is a single 2-D image, which goes back into one."""
    return geometry.format in ("png", "jpeg", "tiff", "npy") and (
        len(geometry.shape) == 2 or geometry.shape[0] == 1
    )


def write_masks(geometry: Geometry, masks: MasksByPlace, stem: str, folder: Path) -> Path:
    """Write the masks of a series as one file and return its path; a file of that name is replaced.

    Places without a mask hold background. The file appears whole or not at all.

    Raises:
        StoreUnavailable: when the folder cannot be written or the disk is full.
    """
    path = folder / mask_file_name(geometry, stem)
    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if is_flat(geometry):
            Image.fromarray(next(iter(masks.values()))).save(partial, "PNG")
        else:
            nib.save(mask_volume(geometry, masks), partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be written ({error.strerror or error}); free some space or choose another folder"
        ) from error
    finally:
        with contextlib.suppress(OSError):  # nothing was written where the folder is none
            partial.unlink(missing_ok=True)
    return path


def mask_volume(geometry: Geometry, masks: MasksByPlace) -> nib.Nifti1Image:
    """The masks as a NIfTI image of the source's shape, affine and header geometry."""
    if geometry.format == "nifti":
        volume = np.zeros(geometry.shape, np.uint8)
        for (position, phase), mask in masks.items():
            place_in_volume(volume, mask, geometry.slice_axis, position, phase)
        return _like_source(volume, geometry)
    height, width = next(iter(masks.values())).shape
    n_positions = 1 + max(position for position, _ in masks)
    n_phases = 1 + max(phase for _, phase in masks)
    if geometry.format == "dicom":
        n_positions, n_phases = geometry.shape[2:4]
    volume = np.zeros((width, height, n_positions, n_phases), np.uint8)
    for (position, phase), mask in masks.items():
        place_in_volume(volume, mask, 2, position, phase)
    if n_phases == 1:
        volume = volume[..., 0]
    image = nib.Nifti1Image(volume, np.array(geometry.affine) if geometry.affine else _plain_affine(geometry))
    image.header.set_xyzt_units("mm", "sec")
    return image


def _like_source(volume: np.ndarray, geometry: Geometry) -> nib.Nifti1Image:
    """The volume under a copy of the source's header, with values stored as they are."""
    second = len(geometry.header) == nib.Nifti2Header.template_dtype.itemsize
    kind = nib.Nifti2Image if second else nib.Nifti1Image
    header = kind.header_class(geometry.header, check=False)
    header.set_data_dtype(np.uint8)
    header.set_slope_inter(1, 0)
    header["cal_min"], header["cal_max"] = 0, 0
    header["descrip"] = b"0 background, 1 RV, 2 myocardium, 3 LV"
    image = kind(volume, None, header)
    # Both transforms stay as they were, not only the one that nibabel would choose.
    for name in ("sform_code", "qform_code", "srow_x", "srow_y", "srow_z", "pixdim"):
        image.header[name] = header[name]
    for name in ("quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y", "qoffset_z"):
        image.header[name] = header[name]
    return image


def _plain_affine(geometry: Geometry) -> np.ndarray:
    """Millimetres along the array's own axes, where the source says nothing of the patient."""
    row_mm, column_mm = geometry.spacing_mm or (1.0, 1.0)
    return np.diag([column_mm, row_mm, geometry.slice_distance_mm or 1.0, 1.0])
