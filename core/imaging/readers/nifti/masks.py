"""Masks of any series as NIfTI: under the header of a NIfTI source, else by the affine that is known."""

import gzip
from typing import BinaryIO

import nibabel as nib
import numpy as np

from core.imaging.label_values import DESCRIPTION
from core.imaging.readers.reader import MasksByIndex, MaskWriter
from core.imaging.volume_axes import place_in_volume
from core.records.slices import Geometry


def write_nifti(geometry: Geometry, masks: MasksByIndex, stream: BinaryIO) -> None:
    """Write the masks of a series as a gzipped NIfTI, the same bytes each time."""
    with gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packed:
        mask_volume(geometry, masks).to_stream(packed)


def mask_volume(geometry: Geometry, masks: MasksByIndex) -> nib.Nifti1Image:
    """Return the masks as a NIfTI image of the source's shape, affine and header geometry."""
    if geometry.format == "nifti":
        volume = np.zeros(geometry.shape, np.uint8)
        for (position, phase), mask in masks.items():
            place_in_volume(volume, mask, geometry.slice_axis, in_stack(geometry, position), phase)
        return _like_source(volume, geometry)
    height, width = next(iter(masks.values())).shape
    n_positions = 1 + max(in_stack(geometry, position) for position, _ in masks)
    n_phases = 1 + max(phase for _, phase in masks)
    if geometry.format == "dicom":
        n_positions, n_phases = max(n_positions, geometry.shape[2]), max(n_phases, geometry.shape[3])
    volume = np.zeros((width, height, n_positions, n_phases), np.uint8)
    for (position, phase), mask in masks.items():
        place_in_volume(volume, mask, 2, in_stack(geometry, position), phase)
    if n_phases == 1:
        volume = volume[..., 0]
    image = nib.Nifti1Image(volume, np.array(geometry.affine) if geometry.affine else _plain_affine(geometry))
    image.header.set_xyzt_units("mm", "sec")
    image.header["descrip"] = DESCRIPTION.encode()
    return image


def in_stack(geometry: Geometry, position: int) -> int:
    """Return where a position of the series lies in its source's stack, which may have gaps.

    >>> in_stack(Geometry("dicom", (5, 6, 4, 1), None, slice_indices=(0, 1, 3)), 2)
    3
    """
    return geometry.slice_indices[position] if geometry.slice_indices else position


def _like_source(volume: np.ndarray, geometry: Geometry) -> nib.Nifti1Image:
    """Return the volume under a copy of the source's header, with values stored as they are."""
    second = len(geometry.header) == nib.Nifti2Header.template_dtype.itemsize
    kind = nib.Nifti2Image if second else nib.Nifti1Image
    header = kind.header_class(geometry.header, check=False)
    header.set_data_dtype(np.uint8)
    header.set_slope_inter(1, 0)
    header["cal_min"], header["cal_max"] = 0, 0
    header["descrip"] = DESCRIPTION.encode()
    image = kind(volume, None, header)
    # Both transforms stay as they were, not only the one that nibabel would choose.
    for name in ("sform_code", "qform_code", "srow_x", "srow_y", "srow_z", "pixdim"):
        image.header[name] = header[name]
    for name in ("quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y", "qoffset_z"):
        image.header[name] = header[name]
    return image


def _plain_affine(geometry: Geometry) -> np.ndarray:
    """Return millimetres along the array's own axes, where the source says nothing of the patient."""
    row_mm, column_mm = geometry.spacing_mm or (1.0, 1.0)
    return np.diag([column_mm, row_mm, geometry.slice_distance_mm or 1.0, 1.0])


NIFTI_MASK = MaskWriter(".nii.gz", write_nifti)
