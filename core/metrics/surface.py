"""Distances between the outlines of two masks in mm, in a slice or in a volume.

The surface of a label is those of its pixels that have a pixel without the label beside them (up, down, left,
right, and in a volume the slices before and after); beyond the edge of the image counts as without. Distances
go from pixel centre to the nearest surface pixel centre of the other mask, with the pixel size of each axis.
HD95 is the larger of the two directed 95th percentiles (linear interpolation), as MONAI defines it; the mean
surface distance is the mean over both directions' distances together, each surface pixel counting once.
Other tools weigh by surface area or pool before the percentile and give slightly different numbers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage


@dataclass(frozen=True, eq=False)
class SurfaceDistances:
    """Distances of each mask's surface pixels to the other's surface; both empty if a mask has none."""

    from_reference_mm: np.ndarray  # (surface pixels of the reference,) float64
    from_prediction_mm: np.ndarray  # (surface pixels of the prediction,) float64


def surface_distances(
    reference: np.ndarray, prediction: np.ndarray, spacing_mm: Sequence[float]
) -> SurfaceDistances:
    """Return the distances between the surfaces of two masks of one label, in both directions.

    Args:
        reference: bool, (height, width) or (positions, height, width), True where the label is.
        prediction: bool, same shape.
        spacing_mm: pixel size along each axis, in the order of the axes.
    """
    if reference.shape != prediction.shape:
        raise ValueError(f"masks must have one shape, got {reference.shape} and {prediction.shape}")
    if len(spacing_mm) != reference.ndim:
        raise ValueError(f"spacing_mm needs one value for each of {reference.ndim} axes, got {spacing_mm}")
    if not all(math.isfinite(size) and size > 0 for size in spacing_mm):
        raise ValueError(f"spacing_mm must be positive, got {spacing_mm}")
    if not reference.any() or not prediction.any():
        return SurfaceDistances(np.empty(0), np.empty(0))
    box = bounding_box(reference | prediction)
    # Nothing of either mask lies outside the box, so its edge adds no outline that is not there already.
    ours, theirs = surface(reference[box]), surface(prediction[box])
    return SurfaceDistances(
        ndimage.distance_transform_edt(~theirs, sampling=spacing_mm)[ours],
        ndimage.distance_transform_edt(~ours, sampling=spacing_mm)[theirs],
    )


def hausdorff95_mm(distances: SurfaceDistances) -> float:
    """Return the larger of the directed 95th percentiles; NaN where either mask lacks the label."""
    if not distances.from_reference_mm.size:
        return math.nan
    return float(
        max(np.percentile(distances.from_reference_mm, 95), np.percentile(distances.from_prediction_mm, 95))
    )


def mean_surface_distance_mm(distances: SurfaceDistances) -> float:
    """Return the mean over the surface pixels of both masks; NaN where either mask lacks the label."""
    if not distances.from_reference_mm.size:
        return math.nan
    return float(np.concatenate([distances.from_reference_mm, distances.from_prediction_mm]).mean())


def surface(mask: np.ndarray) -> np.ndarray:
    """Return the pixels of a bool mask that have a pixel outside it beside them.

    >>> surface(np.ones((3, 3), bool)).astype(int)
    array([[1, 1, 1],
           [1, 0, 1],
           [1, 1, 1]])
    """
    inside = mask.copy()
    for axis in range(mask.ndim):
        inner, outer = np.moveaxis(inside, axis, 0), np.moveaxis(mask, axis, 0)
        inner[[0, -1]] = False
        inner[1:] &= outer[:-1]
        inner[:-1] &= outer[1:]
    return mask & ~inside


def bounding_box(mask: np.ndarray) -> tuple[slice, ...]:
    """Return the smallest box around the True pixels of a mask that has some."""
    sides = []
    for axis in range(mask.ndim):
        others = tuple(other for other in range(mask.ndim) if other != axis)
        occupied = np.flatnonzero(mask.any(axis=others))
        sides.append(slice(int(occupied[0]), int(occupied[-1]) + 1))
    return tuple(sides)
