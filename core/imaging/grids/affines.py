"""How an array lies in the patient: the transforms that its file gives, and what turns it into another."""

from dataclasses import dataclass
from itertools import product

import nibabel as nib
import numpy as np
from nibabel.orientations import aff2axcodes, inv_ornt_aff, io_orientation
from nibabel.spatialimages import HeaderDataError

from core.imaging.volume_axes import in_plane_axes
from core.records.slices import Geometry

ROUNDING = 0.1  # of a pixel, at every corner; headers round far finer, and a half is a shifted mask
SAME_SIZE = 0.01  # relative, of voxels; headers round differently
MM_PER_UNIT = {"mm": 1.0, "meter": 1000.0, "micron": 0.001, "unknown": 1.0}
LENGTHS_MM = (1e-3, 1e4)  # of a voxel's edges, in any file that means a patient
MAX_CONDITION = 1e6  # condition of a transform that still has three directions

Shape = tuple[int, int, int]
Orientation = tuple[tuple[int, int], ...]  # per axis: the axis that it becomes, and -1 where it is reversed
UNTURNED: Orientation = ((0, 1), (1, 1), (2, 1))


@dataclass(frozen=True, eq=False)
class Turned:
    """An array turned to run along another's axes as nearly as whole axes can."""

    orientation: Orientation
    shape: Shape
    affine: np.ndarray  # of the turned array


def spatial_shape(geometry: Geometry) -> Shape:
    """Return voxels along the first three array axes; those of the whole stack where it has gaps."""
    columns, rows, slices = (*geometry.shape[:3], 1, 1)[:3]
    return columns, rows, 1 + max(geometry.slice_indices, default=slices - 1)


def transforms(geometry: Geometry) -> dict[str, np.ndarray]:
    """Return voxel to patient (RAS, mm) by name; empty where the file does not know how it lies."""
    if geometry.header:
        affines = _header_transforms(geometry.header)
    else:
        affines = {"sform": np.array(geometry.affine)} if geometry.affine else {}
    return {name: affine for name, affine in affines.items() if spans_space(affine)}


def _header_transforms(block: bytes) -> dict[str, np.ndarray]:
    """Return the transforms of a NIfTI header that have a code; a broken quaternion is none."""
    second = len(block) == nib.Nifti2Header.template_dtype.itemsize
    header = (nib.Nifti2Header if second else nib.Nifti1Header)(block, check=False)
    unit = MM_PER_UNIT.get(header.get_xyzt_units()[0], 1.0)
    to_mm = np.array([[unit], [unit], [unit], [1.0]])
    affines = {}
    if int(header["sform_code"]) > 0:
        affines["sform"] = to_mm * header.get_sform()
    if int(header["qform_code"]) > 0:
        try:
            affines["qform"] = to_mm * header.get_qform()
        except (ValueError, HeaderDataError):
            return affines
    return affines


def spans_space(affine: np.ndarray) -> bool:
    """Return whether there are numbers in it, and three directions."""
    if not np.isfinite(affine).all():
        return False
    shortest, longest = LENGTHS_MM
    edges = voxel_mm(affine)
    sensible = bool((edges >= shortest).all() and (edges <= longest).all())
    return sensible and bool(np.linalg.cond(affine[:3, :3] / edges) < MAX_CONDITION)


def voxel_mm(affine: np.ndarray) -> np.ndarray:
    """Return edges of a voxel along the array axes."""
    return np.asarray(np.linalg.norm(affine[:3, :3], axis=0))


def sizes_mm(geometry: Geometry) -> tuple[float | None, ...]:
    """Return voxel size along the three array axes; None where it is unknown."""
    row_axis, column_axis = in_plane_axes(geometry.slice_axis)
    sizes: list[float | None] = [None, None, None]
    sizes[geometry.slice_axis] = geometry.slice_distance_mm
    if geometry.spacing_mm is not None:
        sizes[row_axis], sizes[column_axis] = geometry.spacing_mm
    return tuple(sizes)


def turned_towards(affine: np.ndarray, shape: Shape, other: np.ndarray) -> Turned:
    """Return the array of the first transform, its axes permuted and reversed to run as the other's do."""
    # Taken between both arrays, not between each and the patient, where oblique axes may round either way.
    axes = np.asarray(io_orientation(np.linalg.solve(other, affine))).astype(int)
    for axis, length in enumerate(shape):
        axes[axis, 1] = 1 if length == 1 else axes[axis, 1]  # a single slice has no direction of its own
    columns, rows, slices = (int(length) for length in np.array(shape)[np.argsort(axes[:, 0])])
    return Turned(
        orientation=tuple((int(axis), int(sign)) for axis, sign in axes),
        shape=(columns, rows, slices),
        affine=affine @ inv_ornt_aff(axes, shape),
    )


def furthest_mm(one: np.ndarray, other: np.ndarray, shape: Shape) -> float:
    """Return the largest distance in mm between the same corners of a volume under two transforms."""
    corners = np.array([(*corner, 1) for corner in product(*((0, length - 1) for length in shape))])
    return float(np.linalg.norm((corners @ (one - other).T)[:, :3], axis=1).max())


def angle_between(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest angle between the same axes, in degrees."""
    cosines = np.sum(one[:3, :3] / voxel_mm(one) * (other[:3, :3] / voxel_mm(other)), axis=0)
    return float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).max())


def axes_of(geometry: Geometry) -> str:
    """Return which way the array axes of a file run in the patient, as most people write it, such as LAS."""
    return "".join(map(str, aff2axcodes(next(iter(transforms(geometry).values())))))
