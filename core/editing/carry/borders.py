"""The borders of a mask as distances, brought along a motion, and those of several masks averaged."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from core.editing.carry.motion import brought
from core.editing.spread.distance import Spacing, signed_distance
from core.editing.spread.layers import ORDER, layer, with_layers
from core.labels import Label

FAR_MM = 60.0  # from a border that there is nowhere
NEAR_DEVIATIONS, NEAR_MM = 3.0, 2.0  # of a border, within which it matters that masks differ
SMOOTH_MM = 2.0  # standard deviation: motion is found in pieces, which leave ragged borders

Borders = dict[Label, np.ndarray]  # (height, width) of each layer's border in mm, below 0 within it


def borders(mask: np.ndarray, spacing_mm: Spacing) -> dict[Label, np.ndarray | None]:
    """Return the distances to the border of each label's layer; None of a label that the mask has not."""
    layers = {label: layer(mask, label) for label in ORDER}
    return {
        label: signed_distance(inside, spacing_mm) if inside.any() else None
        for label, inside in layers.items()
    }


def blended(
    each: Sequence[dict[Label, np.ndarray | None]],
    flows: Sequence[np.ndarray],
    weights: np.ndarray,
    spacing_mm: Spacing,
) -> tuple[Borders, np.ndarray]:
    """Return the mean borders of masks brought along their motions, and how far they differ in mm.

    A label that only some of the masks have shrinks to nothing on the way to those that lack it.

    Args:
        each: `borders` of the masks.
        flows: (2, height, width) the motion of each, see `core.editing.carry.motion.displacement`.
        weights: what each counts; they sum to 1.
        spacing_mm: (row, column) of a pixel.
    """
    smooth = [SMOOTH_MM / mm for mm in spacing_mm]
    shape = flows[0].shape[1:]
    mean: Borders = {}
    differ = np.zeros(shape)
    for label in ORDER:
        there = [one[label] for one in each]
        laid = [
            None if distances is None else brought(distances, flow)
            for distances, flow in zip(there, flows, strict=True)
        ]
        known = [plane for plane in laid if plane is not None]
        if not known:
            mean[label] = np.full(shape, FAR_MM)
            continue
        ends = np.mean(known, axis=0)
        ends = ends - ends.min()  # with which the shape just ends
        full = [ends if plane is None else plane for plane in laid]
        middle = np.average(full, axis=0, weights=weights)
        mean[label] = ndimage.gaussian_filter(middle, smooth)
        if len(full) > 1:
            apart = np.sqrt(np.average((np.array(full) - middle) ** 2, axis=0, weights=weights))
            near = np.abs(middle) < NEAR_DEVIATIONS * apart + NEAR_MM  # elsewhere nobody doubts the label
            differ = np.maximum(differ, np.where(near, apart, 0.0))
    return mean, differ


def within(mean: Borders) -> np.ndarray:
    """Return the mask that borders enclose, (height, width) uint8 of Label values."""
    (shape,) = {distances.shape for distances in mean.values()}
    return with_layers(np.zeros(shape, np.uint8), {label: distances < 0 for label, distances in mean.items()})
