"""The thickness of the wall of one slice, along chords across it.

The centreline method (Sheehan et al., Advantages and applications of the centerline method, Circulation
1986): a line midway between the inner and the outer border, and chords at right angles to it, evenly spaced,
from border to border. Borders run between pixels; their steps are smoothed a little.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from core.labels import HEART

N_CHORDS = 100  # as Sheehan has them
SMOOTH_PIXELS = 0.8  # standard deviation, of distances: moves a border by hundredths of a pixel
STEP_MM = 0.1  # along a chord
LONGEST_MM = 40.0  # half a chord; no wall is that thick
((CAVITY, WALL),) = HEART.walled.items()
Spacing = tuple[float, float]  # (row, column) of a pixel


@dataclass(frozen=True, eq=False)
class Chords:
    """Chords across the wall of one slice."""

    middles_mm: np.ndarray  # (chords, 2) of (row, column), from the middle of the first pixel
    thickness_mm: np.ndarray  # (chords,) NaN where a chord leaves the wall elsewhere than at its borders
    centre_mm: np.ndarray  # (2,) of the cavity

    @property
    def angles(self) -> np.ndarray:
        """Return the direction of each chord from the cavity's centre, (chords,) in radians."""
        rows, columns = (self.middles_mm - self.centre_mm).T
        return np.asarray(np.arctan2(rows, columns))


def is_ring(mask: np.ndarray) -> bool:
    """Return whether the wall closes around a cavity in a mask (height, width).

    >>> ring = np.array([[2, 2, 2], [2, 3, 2], [2, 2, 2]])
    >>> is_ring(ring), is_ring(ring[1:])
    (True, False)
    """
    cavity, wall = mask == CAVITY, mask == WALL
    return bool(cavity.any() and not (cavity & ~ndimage.binary_fill_holes(wall)).any())


def chords(mask: np.ndarray, spacing_mm: Spacing) -> Chords | None:
    """Return the chords across the wall of a slice; None where it is no closed ring.

    Args:
        mask: (height, width) of labels.
        spacing_mm: (row, column) of a pixel.
    """
    from skimage.measure import find_contours  # takes a moment to load

    if not is_ring(mask):
        return None
    whole = ndimage.binary_fill_holes(mask == WALL)
    rows, columns = ndimage.find_objects(whole.astype(np.uint8))[0]
    part = np.pad(mask, 3)[rows.start : rows.stop + 6, columns.start : columns.stop + 6]
    corner = np.array([rows.start - 3, columns.start - 3])
    outer = signed_mm(ndimage.binary_fill_holes(part == WALL), spacing_mm)
    inner = signed_mm(ndimage.binary_fill_holes(part == CAVITY), spacing_mm)
    lines = find_contours(inner + outer, 0.0)
    if not lines:
        return None
    middles = evenly(max(lines, key=len) * spacing_mm, N_CHORDS)
    slopes = np.gradient(inner + outer, *spacing_mm)
    normals = np.stack([at(slope, middles, spacing_mm) for slope in slopes], axis=1)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    thickness = reach(inner, middles, -normals, spacing_mm) + reach(-outer, middles, normals, spacing_mm)
    start = corner * spacing_mm
    centre = np.argwhere(mask == CAVITY).mean(axis=0) * spacing_mm
    return Chords(middles + start, thickness, centre)


def signed_mm(inside: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
    """Return how far each pixel lies outside a region, below 0 within it, a little smoothed."""
    half = float(np.sqrt(spacing_mm[0] * spacing_mm[1])) / 2
    outwards = ndimage.distance_transform_edt(~inside, sampling=spacing_mm)
    inwards = ndimage.distance_transform_edt(inside, sampling=spacing_mm)
    signed = np.where(inside, half - inwards, outwards - half)
    return np.asarray(ndimage.gaussian_filter(signed, SMOOTH_PIXELS))


def evenly(line: np.ndarray, n: int) -> np.ndarray:
    """Return `n` points at equal distances along a closed line (points, 2), whose last point is its first."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.arange(n) * along[-1] / n
    return np.stack([np.interp(wanted, along, line[:, axis]) for axis in (0, 1)], axis=1)


def at(plane: np.ndarray, points_mm: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
    """Return the values of a plane at points (..., 2) in mm, bilinearly."""
    places = np.moveaxis(points_mm / np.array(spacing_mm), -1, 0)
    return np.asarray(ndimage.map_coordinates(plane, places, order=1, mode="nearest"))


def reach(depth: np.ndarray, starts: np.ndarray, ways: np.ndarray, spacing_mm: Spacing) -> np.ndarray:
    """Return how far from each start a border lies along its way, where depth falls to 0; NaN if nowhere.

    Args:
        depth: (height, width) above 0 on the starts' side of the border.
        starts: (points, 2) in mm.
        ways: (points, 2) of length 1.
        spacing_mm: of a pixel.
    """
    steps = np.arange(0.0, LONGEST_MM, STEP_MM)
    along = at(depth, starts[:, None] + steps[None, :, None] * ways[:, None], spacing_mm)
    crossed = along <= 0
    last = np.maximum(crossed.argmax(axis=1), 1)
    lines = np.arange(len(starts))
    before, after = along[lines, last - 1], along[lines, last]
    share = before / np.maximum(before - after, 1e-9)
    return np.where(crossed.any(axis=1), (last - 1 + share.clip(0, 1)) * STEP_MM, np.nan)
