"""NIfTI as a format of images and masks."""

import math
from collections.abc import Sequence

import numpy as np

from core.imaging.label_values import Numbering, labels_of_parts
from core.imaging.readers.nifti.masks import NIFTI_MASK
from core.imaging.readers.nifti.volume import is_nifti, read_volume
from core.imaging.readers.reader import Content, ImageFile, LabelFile, Reader
from core.imaging.volume_axes import in_plane_axes, slice_of_volume
from core.limits import Limits


def read_nifti_image(data: bytes, file: str, limits: Limits) -> ImageFile:
    """Return the slices of a volume, (height, width) each, phase by phase."""
    volume = read_volume(data, file, limits)
    geometry = volume.geometry
    shape, axis = geometry.shape, geometry.slice_axis
    rows, columns = in_plane_axes(axis if len(shape) > 2 else 2)
    n_positions = shape[axis] if len(shape) > 2 else 1
    n_phases = shape[3] if len(shape) > 3 else 1
    indices = tuple((position, phase) for phase in range(n_phases) for position in range(n_positions))

    def planes() -> Sequence[np.ndarray]:
        values = volume.values
        return [
            np.ascontiguousarray(slice_of_volume(values, axis, position, phase))
            for position, phase in indices
        ]

    return ImageFile(indices, (shape[rows], shape[columns]), geometry, volume.notes, planes)


def read_nifti_labels(data: bytes, file: str, limits: Limits) -> LabelFile:
    """Return the labels of a volume, in its array axes."""
    volume = read_volume(data, file, limits)
    shape = volume.geometry.shape

    def labels(numbering: Numbering | None) -> tuple[np.ndarray, list[str]]:
        drawn, notes = labels_of_parts(volume.voxels.parts, math.prod(shape), file, numbering)
        return drawn.reshape(shape, order="F"), notes

    return LabelFile(volume.geometry, volume.notes, labels)


NIFTI = Reader(
    "nifti",
    "NIfTI",
    (".nii.gz", ".nii"),
    Content.VOLUME,
    is_nifti,
    NIFTI_MASK,
    read_image=read_nifti_image,
    read_labels=read_nifti_labels,
)
