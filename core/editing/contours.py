"""Outlines of a mask as polygons with few points, and back: the second way to correct, as with cvi42.

Endocardium is the outline of the LV, epicardium that of LV and myocardium together; the myocardium is what
lies between them. An outline that nobody moved gives back the very pixels it came from.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
from scipy import ndimage

from core.labels import HEART, Label, LabelSet, Role
from core.pixels.pieces import label_pieces

Point = tuple[float, float]  # (x, y) in pixels; (0.5, 0.5) is the middle of the first pixel
Polygon = tuple[Point, ...]
TOLERANCE = 0.6  # pixels that a simplified outline may lie beside the true one


class Outline(StrEnum):
    """What is outlined."""

    EPICARDIUM = "epicardium"
    ENDOCARDIUM = "endocardium"
    OTHER_CAVITY = "right ventricle"  # as the browser knows it


def tissues_of(labels: LabelSet) -> dict[Outline, tuple[Label, ...]]:
    """Return the labels inside each outline, the one that its own pixels get first.

    Raises:
        ValueError: when the set has not one cavity with a wall around it and one without.
    """
    others = [label for label in labels.with_role(Role.CAVITY) if label not in labels.walled]
    if len(labels.walled) != 1 or len(others) != 1:
        raise ValueError(f"label set {labels.id} must have one walled cavity and one other to be outlined")
    ((cavity, wall),) = labels.walled.items()
    return {
        Outline.OTHER_CAVITY: (others[0],),
        Outline.EPICARDIUM: (wall, cavity),
        Outline.ENDOCARDIUM: (cavity,),
    }


TISSUES = tissues_of(HEART)


def outlines(mask: np.ndarray) -> dict[Outline, tuple[Polygon, ...]]:
    """Return the outlines of a mask (height, width), one polygon a connected piece, the largest first."""
    return {outline: outlines_of(region(mask, outline)) for outline in Outline}


def region(mask: np.ndarray, outline: Outline) -> np.ndarray:
    """Return the pixels of a mask inside an outline, (height, width) bool."""
    inside: np.ndarray = np.isin(mask, TISSUES[outline])
    return inside


def outlines_of(inside: np.ndarray) -> tuple[Polygon, ...]:
    """Return the simplified outer outlines of a region (height, width) bool; a piece too small has none."""
    from skimage.measure import approximate_polygon, find_contours  # takes a moment to load

    pieces, sizes = label_pieces(inside)
    polygons = []
    for piece in sorted(range(1, len(sizes)), key=lambda number: -int(sizes[number])):
        filled = ndimage.binary_fill_holes(pieces == piece)
        traced = max(find_contours(np.pad(filled, 1).astype(float), 0.5), key=len)
        corners = approximate_polygon(traced, TOLERANCE)[:-1]  # the last one repeats the first
        if len(corners) >= 3:
            polygons.append(tuple((float(x) - 0.5, float(y) - 0.5) for y, x in corners))
    return tuple(polygons)


def apply_outlines(
    mask: np.ndarray,
    before: Mapping[Outline, Sequence[Polygon]],
    after: Mapping[Outline, Sequence[Polygon]],
) -> np.ndarray:
    """Return the mask that the moved outlines spell out, (height, width) uint8.

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
    for outline, (own, *_) in TISSUES.items():  # the endocardium last, within the epicardium
        result[inside[outline]] = own
    return result


def pieces_at(inside: np.ndarray, polygons: Sequence[Polygon]) -> np.ndarray:
    """Return the connected pieces that these outlines were made from, (height, width) bool."""
    pieces, _ = label_pieces(inside)
    chosen = np.zeros(inside.shape, bool)
    for polygon in polygons:
        below = pieces[fill_polygon(polygon, inside.shape)]
        below = below[below > 0]
        if below.size:
            chosen |= pieces == np.bincount(below).argmax()
    return chosen


def fill_polygon(polygon: Polygon, shape: tuple[int, ...]) -> np.ndarray:
    """Return the pixels whose middle lies inside, by the even-odd rule, (height, width) bool."""
    x, y = np.arange(shape[1]) + 0.5, np.arange(shape[0])[:, None] + 0.5
    inside = np.zeros(shape, bool)
    for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x > x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside
