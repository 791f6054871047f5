"""How a slice lies in a volume: the one place that reading and writing share, so that they agree.

A volume's array axes are (column, row, slice[, phase]) in a short-axis NIfTI. A slice is shown with its
second remaining axis running down, so it is the transpose of what indexing gives: `volume[:, :, k].T`.
"""

import numpy as np

STACK_RATIO = 1.5  # slices lie at least this much further apart than pixels, where the stack axis is unusual


def find_slice_axis(shape: tuple[int, ...], spacing_mm: tuple[float, ...]) -> int:
    """Return the axis along which slices are stacked: the third, unless another is clearly the coarsest.

    >>> find_slice_axis((216, 256, 10), (1.5, 1.5, 8.0))
    2
    >>> find_slice_axis((10, 216, 256), (8.0, 1.5, 1.5))
    0
    """
    coarsest = int(np.argmax(spacing_mm[:3]))
    others = [spacing_mm[axis] for axis in range(3) if axis != coarsest]
    if (
        coarsest != 2
        and spacing_mm[coarsest] >= STACK_RATIO * max(others)
        and shape[coarsest] <= min(shape[:3])
    ):
        return coarsest
    return 2


def slice_of_volume(volume: np.ndarray, slice_axis: int, position: int, phase: int) -> np.ndarray:
    """Return the slice (height, width) at a position and phase of a 2-D, 3-D or 4-D volume; a view."""
    if volume.ndim == 2:
        return volume.T
    frame = volume[..., phase] if volume.ndim == 4 else volume
    return frame[(slice(None),) * slice_axis + (position,)].T


def stack_of_volume(volume: np.ndarray, slice_axis: int) -> np.ndarray:
    """Return all slices of a 2-D to 4-D volume, (phases, positions, height, width); a view if it can be."""
    padded = volume.reshape(*volume.shape, *[1] * (4 - volume.ndim))
    stacked = slice_axis if volume.ndim > 2 else 2
    return padded.transpose(3, stacked, *in_plane_axes(stacked))


def place_in_volume(volume: np.ndarray, mask: np.ndarray, slice_axis: int, position: int, phase: int) -> None:
    """Write a slice's mask into the volume, in place; the inverse of `slice_of_volume`."""
    if volume.ndim == 2:
        volume[:] = mask.T
        return
    frame = volume[..., phase] if volume.ndim == 4 else volume
    index: list[slice | int] = [slice(None)] * 3
    index[slice_axis] = position
    frame[tuple(index)] = mask.T


def in_plane_axes(slice_axis: int) -> tuple[int, int]:
    """Return (row axis, column axis) of a slice within the volume.

    >>> in_plane_axes(2)
    (1, 0)
    """
    first, second = (axis for axis in range(3) if axis != slice_axis)
    return second, first
