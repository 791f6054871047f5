"""How the heart moved between two pictures, and what was drawn on the one brought onto the other.

The displacement is that of TV-L1 (Zach, Pock and Bischof, A duality based approach for realtime TV-L1 optical
flow, 2007), as scikit-image has it. From one corrected phase it was better than iterative Lucas-Kanade on
synthetic hearts and a little on patients, most of all in the wall; from two both were alike. Straight from
the picture with the corrected mask was better than from phase to phase on synthetic hearts and alike on the
one cine of a patient, and needs no other phase: `benchmarks/quality/carry.py` compares them.
"""

import numpy as np
from scipy import ndimage

from core.editing.spread.distance import Spacing

FINEST_MM = 1.2  # finer pixels tell no more of a motion, and cost time
ATTACHMENT = 15.0  # to the pictures, against smoothness


def displacement(still: np.ndarray, moving: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
    """Return where what is seen in the one picture lies in the other, (2, height, width) float32 in pixels.

    Pixel (row, column) of `still` shows what `moving` shows at (row, column) plus the displacement there.

    Args:
        still: (height, width) from 0 to 1.
        moving: the same, of one shape.
        spacing_mm: (row, column) of a pixel.
    """
    from skimage.registration import optical_flow_tvl1  # takes a moment to load

    if still.shape != moving.shape:
        raise ValueError(f"pictures must have one shape, got {still.shape} and {moving.shape}")
    shape = tuple(
        max(8, round(length * min(1.0, mm / FINEST_MM)))
        for length, mm in zip(still.shape, spacing_mm, strict=True)
    )
    small = [resized(picture.astype(np.float32), shape) for picture in (still, moving)]
    flow = optical_flow_tvl1(*small, attachment=ATTACHMENT, dtype=np.float32)
    scale = np.array(still.shape, np.float32) / np.array(shape, np.float32)
    return np.stack([resized(part, still.shape) * times for part, times in zip(flow, scale, strict=True)])


def resized(plane: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return a plane (height, width) on another number of pixels, smoothed first where it shrinks."""
    if plane.shape == shape:
        return plane
    factors = [new / old for new, old in zip(shape, plane.shape, strict=True)]
    smooth = ndimage.gaussian_filter(plane, [max(0.0, (1 / factor - 1) / 2) for factor in factors])
    scaled: np.ndarray = ndimage.zoom(smooth, factors, order=1, grid_mode=True, mode="nearest")
    return scaled


def brought(plane: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Return a plane (height, width) of the moving picture as it lies on the still one, bilinearly."""
    places = np.mgrid[: plane.shape[0], : plane.shape[1]] + flow
    laid: np.ndarray = ndimage.map_coordinates(plane, places, order=1, mode="nearest")
    return laid


def returned_mm(there: np.ndarray, back: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
    """Return how far from where it began each pixel ends that goes there and back, (height, width) in mm."""
    left = np.stack([there[axis] + brought(back[axis], there) for axis in (0, 1)])
    return np.asarray(np.hypot(left[0] * spacing_mm[0], left[1] * spacing_mm[1]))


def length_mm(flow: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
    """Return how far each pixel moved, (height, width) in mm."""
    return np.asarray(np.hypot(flow[0] * spacing_mm[0], flow[1] * spacing_mm[1]))
