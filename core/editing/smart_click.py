"""Smart correction: a click or scribble spreads over what looks alike, weighed against the network's word.

The influence of a click falls with the geodesic distance from it: one step costs more the more the
intensity differs from the clicked one, so it stays within a chamber and stops at its wall. The geodesic
distance as a cue for interactive segmentation is that of Wang et al., DeepIGeoS, IEEE TPAMI 2019; here it
blends with the probabilities directly and needs no second network.
"""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage
from skimage.graph import MCP_Geometric

from core.editing.hint import Hint
from core.labels import Label
from core.pixels.grey_window import in_window

CLICK_RADIUS_MM = 10.0  # standard deviation of a click's influence, in mm of geodesic distance
CONTRAST_COST = 20.0  # steps that crossing the whole intensity range in one pixel counts for
CUTOFF_DEVIATIONS = 3.5  # standard deviations after which nothing is left of the influence
CERTAIN = 0.99  # probability given to what the reader drew by hand


def refine(
    pixels: np.ndarray,
    mask: np.ndarray,
    probabilities: np.ndarray | None,
    hints: Sequence[Hint],
    spacing_mm: tuple[float, float],
) -> np.ndarray:
    """Return the mask after the hints, (height, width) uint8; pixels out of their reach stay as they are.

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
        reached[box] |= weight > np.exp(-(CUTOFF_DEVIATIONS**2) / 2)
    refined = np.where(reached, belief.argmax(axis=0), mask).astype(np.uint8)
    for hint in hints:  # what was pointed at is so, whatever lies beside it
        for point in hint.points:
            if hint.adds:
                refined[point] = hint.label
            elif refined[point] == hint.label:
                others = belief[:, *point].copy()
                others[hint.label] = -1
                refined[point] = others.argmax()
    return refined


def beliefs(mask: np.ndarray, probabilities: np.ndarray | None) -> np.ndarray:
    """Return (4, height, width) float64: the network's where the mask agrees, near certainty elsewhere."""
    drawn = np.full((len(Label), *mask.shape), (1 - CERTAIN) / (len(Label) - 1))
    np.put_along_axis(drawn, mask[None].astype(np.intp), CERTAIN, axis=0)
    if probabilities is None:
        return drawn
    return np.where(probabilities.argmax(axis=0) == mask, probabilities.astype(float), drawn)


def in_unit_range(pixels: np.ndarray) -> np.ndarray:
    """Return a slice (height, width) as 0 to 1 in its grey window, a little smoothed against noise."""
    smoothed: np.ndarray = ndimage.gaussian_filter(in_window(pixels), 0.7)
    return smoothed


def window(hint: Hint, shape: tuple[int, ...], spacing_mm: tuple[float, float]) -> tuple[slice, slice]:
    """Return the rows and columns that a hint can reach."""
    ranges = []
    for axis, (length, step) in enumerate(zip(shape, spacing_mm, strict=True)):
        values = [point[axis] for point in hint.points]
        margin = int(CUTOFF_DEVIATIONS * CLICK_RADIUS_MM / step) + 1
        ranges.append(slice(max(0, min(values) - margin), min(length, max(values) + margin + 1)))
    return ranges[0], ranges[1]


def influence(
    image: np.ndarray, hint: Hint, box: tuple[slice, slice], spacing_mm: tuple[float, float]
) -> np.ndarray:
    """Return how much a hint weighs at each pixel of the box, 1 at its points."""
    rows, columns = np.array(hint.points).T
    like = float(np.median(image[rows, columns]))
    cost = 1 + CONTRAST_COST * np.abs(image[box] - like)
    starts = [(row - box[0].start, column - box[1].start) for row, column in hint.points]
    steps, _ = MCP_Geometric(cost, sampling=spacing_mm).find_costs(starts)
    weight: np.ndarray = np.exp(-((steps / CLICK_RADIUS_MM) ** 2) / 2)
    return weight
