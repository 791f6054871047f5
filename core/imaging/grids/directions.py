"""Which way in the patient the slices of a stack run, as far as their file knows."""

import numpy as np

from core.imaging.grids.affines import transforms, voxel_mm
from core.imaging.volume_axes import in_plane_axes
from core.records.directions import Directions, Vector
from core.records.slices import Geometry

STRAIGHT_DEGREES = 10.0  # from an axis of the scanner; the heart's own axis lies aslant in every chest
AGREE_DEGREES = 10.0  # that two transforms of one file may differ by


def directions_of(geometry: Geometry) -> Directions | None:
    """Return which way rows, columns and positions run; None where the file does not tell, or cannot mean it.

    Pictures and plain arrays know no place. Nor do files whose slices lie straight in the scanner, as those
    of public data sets that lost their headers do: a short axis never lies so, and left and right in such a
    file may be anything.
    """
    found = list(transforms(geometry).values())
    if not found:
        return None
    row_axis, column_axis = in_plane_axes(geometry.slice_axis)
    axes = (row_axis, column_axis, geometry.slice_axis)
    each = [(affine[:3, :3] / voxel_mm(affine))[:, axes].T for affine in found]
    if any(degrees_between(one, other).max() > AGREE_DEGREES for one in each for other in each):
        return None
    down, across, onward = each[0]
    if np.degrees(np.arccos(np.abs(np.cross(down, across)).max().clip(0, 1))) < STRAIGHT_DEGREES:
        return None
    return Directions(vector(down), vector(across), vector(onward))


def degrees_between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the angles between pairs of directions (n, 3), in degrees."""
    return np.asarray(np.degrees(np.arccos((one * other).sum(axis=1).clip(-1, 1))))


def vector(values: np.ndarray) -> Vector:
    """Return a direction as plain numbers."""
    right, front, head = (float(value) for value in values)
    return right, front, head
