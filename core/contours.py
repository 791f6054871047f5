"""Outlines of a mask as polygons with few points, and back: the second way to correct, as with cvi42.

Endocardium is the outline of the LV, epicardium that of LV and myocardium together; the myocardium is what
lies between them. An outline that nobody moved gives back the very pixels it came from.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
from scipy import ndimage

from core.labels import Label

Point = tuple[float, float]  # (x, y) in pixels; (0.5, 0.5) is the middle of the first pixel
Polygon = tuple[Point, ...]
TOLERANCE = 0.6  # pixels that a simplified outline may lie beside the true one
EIGHT = np.ones((3, 3), bool)


class Outline(StrEnum):
    """What is outlined."""

    EPICARDIUM = "epicardium"
    ENDOCARDIUM = "endocardium"
    RIGHT_VENTRICLE = "right ventricle"


TISSUES = {
    Outline.EPICARDIUM: (Label.LEFT_VENTRICLE, Label.MYOCARDIUM),
    Outline.ENDOCARDIUM: (Label.LEFT_VENTRICLE,),
    Outline.RIGHT_VENTRICLE: (Label.RIGHT_VENTRICLE,),
}


def outlines(mask: np.ndarray) -> dict[Outline, tuple[Polygon, ...]]:
    """The outlines of a mask (height, width), one polygon a connected piece, the largest piece first."""
    return {outline: outlines_of(region(mask, outline)) for outline in Outline}


def region(mask: np.ndarray, outline: Outline) -> np.ndarray:
    """The pixels inside an outline, (height, width) bool."""
    inside: np.ndarray = np.isin(mask, TISSUES[outline])
    return inside


def outlines_of(inside: np.ndarray) -> tuple[Polygon, ...]:
    """Simplified outer outlines of a region; a piece too small for a polygon has none."""
    from skimage.measure import approximate_polygon, find_contours  # takes a moment to load

    pieces, n_pieces = ndimage.label(inside, EIGHT)
    by_size = sorted(range(1, n_pieces + 1), key=lambda piece: -int((pieces == piece).sum()))
    found = []
    for piece in by_size:
        filled = ndimage.binary_fill_holes(pieces == piece)
        traced = max(find_contours(np.pad(filled, 1).astype(float), 0.5), key=len)
        corners = approximate_polygon(traced, TOLERANCE)[:-1]  # the last one repeats the first
        if len(corners) >= 3:
            found.append(tuple((float(x) - 0.5, float(y) - 0.5) for y, x in corners))
    return tuple(found)


def apply_outlines(
    mask: np.ndarray,
    before: Mapping[Outline, Sequence[Polygon]],
    after: Mapping[Outline, Sequence[Polygon]],
) -> np.ndarray:
    """The mask that the moved outlines spell out, (height, width) uint8.

    Args:
        mask: that the outlines were made from.
        before: what `outlines` made of it.
        after: the same, moved, with polygons added or taken away.
    """
    inside = {}
    for outline in Outline:
        old, new = list(before.get(outline, ())), list(after.get(outline, ()))
        pixels = region(mask, outline)
        if old != new:
            gone = [polygon for polygon in old if polygon not in new]
            come = [polygon for polygon in new if polygon not in old]
            pixels = pixels & ~pieces_at(pixels, gone)
            for polygon in come:
                pixels = pixels | fill_polygon(polygon, mask.shape)
        inside[outline] = pixels
    result = np.full(mask.shape, Label.BACKGROUND, np.uint8)
    result[inside[Outline.RIGHT_VENTRICLE]] = Label.RIGHT_VENTRICLE
    result[inside[Outline.EPICARDIUM]] = Label.MYOCARDIUM
    result[inside[Outline.ENDOCARDIUM]] = Label.LEFT_VENTRICLE
    return result


def pieces_at(inside: np.ndarray, polygons: Sequence[Polygon]) -> np.ndarray:
    """The connected pieces that these outlines were made from."""
    pieces, _ = ndimage.label(inside, EIGHT)
    found = np.zeros(inside.shape, bool)
    for polygon in polygons:
        below = pieces[fill_polygon(polygon, inside.shape)]
        below = below[below > 0]
        if below.size:
            found |= pieces == np.bincount(below).argmax()
    return found


def fill_polygon(polygon: Polygon, shape: tuple[int, ...]) -> np.ndarray:
    """Pixels whose middle lies inside, by the even-odd rule, (height, width) bool."""
    x, y = np.arange(shape[1]) + 0.5, np.arange(shape[0])[:, None] + 0.5
    inside = np.zeros(shape, bool)
    for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x > x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside
