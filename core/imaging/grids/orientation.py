"""Which way up a picture is usually looked at, and at which end of a stack the base is: from how planes lie.

Both go by the patient's own directions, so that a file which does not know them tells nothing. Many a NIfTI
file has a transform of voxel sizes alone; what it would say of left and right is nobody's word.
"""

import numpy as np

from core.imaging.grids.affines import spans_space, voxel_mm
from core.imaging.volume_axes import in_plane_axes
from core.records.orientation import TURNS, BaseEnd, Turn
from core.records.slices import Geometry

# Directions as (right, anterior, superior). On the viewer's right is the patient's left, or what
# lies behind in a plane that runs from front to back; up is what is anterior and superior. So axial, coronal
# and sagittal planes are as radiologists have them, and a short axis has its anterior wall up and the right
# ventricle on the viewer's left.
TO_THE_RIGHT = np.array([-1.0, -0.5, 0.0])
UPWARDS = np.array([0.0, 1.0, 1.0])
BASE_TO_APEX = np.array([-1.0, 1.0, -1.0]) / np.sqrt(3)  # to the left, forward and down, in every chest
MIN_COSINE = 0.7  # of the stack with it; hearts lie within some 40 degrees, stacks along the body beyond 54
ALONG_THE_BODY = 0.9999  # cosine of an axis with one of the body's, from which it may be a mere default


def usual_turn(geometry: Geometry) -> Turn | None:
    """Return how a slice is turned to be the usual way up; None where the file does not tell how it lies."""
    affine = _believed(geometry)
    if affine is None:
        return None
    directions = affine[:3, :3] / voxel_mm(affine)
    down, across = (directions[:, axis] for axis in in_plane_axes(geometry.slice_axis))
    return max(TURNS, key=lambda turn: _usualness(turn, across, down))


def base_of(geometry: Geometry) -> BaseEnd:
    """Return at which end of a stack the base is, in the source's order, as far as its planes tell."""
    affine = _believed(geometry)
    if affine is None:
        return BaseEnd.UNKNOWN
    direction = affine[:3, geometry.slice_axis] / voxel_mm(affine)[geometry.slice_axis]
    cosine = float(direction @ BASE_TO_APEX)
    if abs(cosine) < MIN_COSINE:
        return BaseEnd.UNKNOWN
    return BaseEnd.FIRST if cosine > 0 else BaseEnd.LAST


def _usualness(turn: Turn, across: np.ndarray, down: np.ndarray) -> float:
    """How well a turned picture lies, of one whose columns and rows run along these directions."""
    if turn.mirrored:
        across = -across
    for _ in range(turn.quarters):
        across, down = -down, across
    return round(float(across @ TO_THE_RIGHT - down @ UPWARDS), 6)


def _believed(geometry: Geometry) -> np.ndarray | None:
    """The transform to the patient, unless it may be one that says nothing of him."""
    affine = np.array(geometry.affine or np.nan, float)
    if affine.shape != (4, 4) or not spans_space(affine):
        return None
    cosines = np.abs(affine[:3, :3] / voxel_mm(affine)).max(axis=0)
    plain = bool((cosines >= ALONG_THE_BODY).all())
    return None if plain and geometry.format != "dicom" else affine
