"""What is different about the grids of two files, in words that go on from the name of the first."""

import numpy as np

from core.imaging.grids.affines import (
    ROUNDING,
    SAME_SIZE,
    angle_between,
    axes_of,
    furthest_mm,
    sizes_mm,
    spatial_shape,
    transforms,
    turned_towards,
    voxel_mm,
)
from core.imaging.readers.registry import is_volume
from core.records.slices import Geometry

STRAIGHT = 0.5  # degrees; further and it is the orientation that differs, not the position

Sizes = tuple[float | None, ...]


def difference(one: Geometry, other: Geometry) -> str:
    """Return what is different about the first of two volumes that are not on one grid."""
    mine, yours = (next(iter(transforms(item).values()), None) for item in (one, other))
    if mine is None or yours is None:
        return _size_difference(one, sizes_mm(one), other, sizes_mm(other))
    turned = turned_towards(mine, spatial_shape(one), yours)
    alike = np.allclose(voxel_mm(turned.affine), voxel_mm(yours), rtol=SAME_SIZE, atol=0)
    if turned.shape != spatial_shape(other) or not alike:
        return _size_difference(one, tuple(voxel_mm(mine)), other, tuple(voxel_mm(yours)))
    angle = angle_between(turned.affine, yours)
    if angle > STRAIGHT:
        return f"its orientation is turned by {angle:.1f} degrees"
    off_mm = furthest_mm(turned.affine, yours, turned.shape)
    if off_mm > ROUNDING * voxel_mm(yours).min():
        return f"it lies {off_mm:.1f} mm beside it"
    return f"its orientation is {axes_of(one)}, not {axes_of(other)}"


def _size_difference(one: Geometry, mine: Sizes, other: Geometry, yours: Sizes) -> str:
    return f"it has {_voxels(spatial_shape(one), mine)}, not {_voxels(spatial_shape(other), yours)}"


def _voxels(shape: tuple[int, ...], sizes: Sizes) -> str:
    """Such as 256x216x10 voxels of 1.25x1.25x8 mm, or of 1.25 mm where slices are no thicker."""
    counts = "x".join(map(str, shape))
    written = list(dict.fromkeys("?" if size is None else f"{size:.4g}" for size in sizes))
    edges = (
        written[0]
        if len(written) == 1
        else "x".join("?" if size is None else f"{size:.4g}" for size in sizes)
    )
    return f"{counts} voxels" if written == ["?"] else f"{counts} voxels of {edges} mm"


def flat_difference(one: Geometry, other: Geometry) -> str:
    """Return the same of files of which one is a picture or an array: rows and columns are all there is."""
    mine, yours = _flat_size(one), _flat_size(other)
    return "" if mine == yours else f"it is {mine} pixels, not {yours}"


def _flat_size(geometry: Geometry) -> str:
    """Return rows and columns of a slice."""
    if not is_volume(geometry) and len(geometry.shape) < 4:
        return f"{geometry.shape[-2]}x{geometry.shape[-1]}"
    columns, rows = (spatial_shape(geometry)[axis] for axis in range(3) if axis != geometry.slice_axis)
    return f"{rows}x{columns}"
