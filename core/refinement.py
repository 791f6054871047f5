"""Smart correction: a click or scribble spreads over what looks alike, weighed against the network's word.

The influence of a click falls with the geodesic distance from it: one step costs more the more the
intensity differs from the clicked one, so it stays within a chamber and stops at its wall. The geodesic
distance as a cue for interactive segmentation is that of Wang et al., DeepIGeoS, IEEE TPAMI 2019; here it
blends with the probabilities directly and needs no second network.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.graph import MCP_Geometric

from core.labels import Label

REACH_MM = 10.0  # standard deviation of a click's influence, in mm of geodesic distance
CONTRAST_COST = 20.0  # steps that crossing the whole intensity range in one pixel counts for
SIGHT = 3.5  # standard deviations after which nothing is left of the influence
CERTAIN = 0.99  # probability given to what the reader drew by hand
MOST_POINTS = 4096  # of one click or scribble


@dataclass(frozen=True)
class Hint:
    """A click (one point) or a scribble (many): here is the label, or here it is not."""

    points: tuple[tuple[int, int], ...]  # (row, column)
    label: Label
    adds: bool  # False: the label is to go from here


def refine(
    pixels: np.ndarray,
    mask: np.ndarray,
    probabilities: np.ndarray | None,
    hints: Sequence[Hint],
    spacing_mm: tuple[float, float],
) -> np.ndarray:
    """The mask after the hints, (height, width) uint8; pixels out of their reach stay as they are.

    Args:
        pixels: (height, width), scanner units.
        mask: (height, width) uint8 of Label values, as it is now; where it differs from the network's
            choice a reader has spoken, which weighs more than the network.
        probabilities: (4, height, width) of the network; None where none has predicted.
        hints: in the order in which they were given.
        spacing_mm: (row, column).
    """
    if not hints:
        return mask.copy()
    height, width = mask.shape
    if any(not (0 <= row < height and 0 <= column < width) for hint in hints for row, column in hint.points):
        raise ValueError(f"points must lie within the slice of {height} x {width} pixels")
    belief = beliefs(mask, probabilities)
    image = in_unit_range(pixels)
    reached = np.zeros(mask.shape, bool)
    for hint in hints:
        box = window(hint, mask.shape, spacing_mm)
        weight = influence(image, hint, box, spacing_mm)
        local = belief[:, *box]
        if hint.adds:
            wanted = np.zeros(len(Label))
            wanted[hint.label] = 1
            local[:] = (1 - weight) * local + weight * wanted[:, None, None]
        else:
            local[hint.label] *= 1 - weight
            local /= np.maximum(local.sum(axis=0), np.finfo(np.float64).tiny)
        reached[box] |= weight > np.exp(-(SIGHT**2) / 2)
    refined = np.where(reached, belief.argmax(axis=0), mask).astype(np.uint8)
    for hint in hints:  # what was pointed at is so, whatever lies beside it
        for place in hint.points:
            if hint.adds:
                refined[place] = hint.label
            elif refined[place] == hint.label:
                others = belief[:, *place].copy()
                others[hint.label] = -1
                refined[place] = others.argmax()
    return refined


def beliefs(mask: np.ndarray, probabilities: np.ndarray | None) -> np.ndarray:
    """(4, height, width) float64: the network's where the mask agrees with it, near certainty elsewhere."""
    drawn = np.full((len(Label), *mask.shape), (1 - CERTAIN) / (len(Label) - 1))
    np.put_along_axis(drawn, mask[None].astype(np.intp), CERTAIN, axis=0)
    if probabilities is None:
        return drawn
    return np.where(probabilities.argmax(axis=0) == mask, probabilities.astype(float), drawn)


def in_unit_range(pixels: np.ndarray) -> np.ndarray:
    """Intensities from the 1st to the 99th percentile as 0 to 1, a little smoothed against noise."""
    low, high = np.percentile(pixels, (1, 99))
    unit = np.clip((pixels.astype(float) - low) / max(high - low, 1e-9), 0, 1)
    return ndimage.gaussian_filter(unit, 0.7)


def window(hint: Hint, shape: tuple[int, ...], spacing_mm: tuple[float, float]) -> tuple[slice, slice]:
    """The rows and columns that a hint can reach."""
    found = []
    for axis, (length, step) in enumerate(zip(shape, spacing_mm, strict=True)):
        places = [point[axis] for point in hint.points]
        margin = int(SIGHT * REACH_MM / step) + 1
        found.append(slice(max(0, min(places) - margin), min(length, max(places) + margin + 1)))
    return found[0], found[1]


def influence(
    image: np.ndarray, hint: Hint, box: tuple[slice, slice], spacing_mm: tuple[float, float]
) -> np.ndarray:
    """How much a hint weighs at each pixel of the box, 1 at its points."""
    rows, columns = np.array(hint.points).T
    like = float(np.median(image[rows, columns]))
    cost = 1 + CONTRAST_COST * np.abs(image[box] - like)
    starts = [(row - box[0].start, column - box[1].start) for row, column in hint.points]
    steps, _ = MCP_Geometric(cost, sampling=spacing_mm).find_costs(starts)
    weight: np.ndarray = np.exp(-((steps / REACH_MM) ** 2) / 2)
    return weight
