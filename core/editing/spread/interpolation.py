"""Masks between two others, by their shapes: signed distances are averaged, label by label.

It is that of Raya and Udupa, Shape-based interpolation of multidimensional objects, IEEE TMI 1990. Both masks
are first laid on one middle, that of the heart, so that a shape that lies elsewhere in the next slice moves
there instead of fading out and in again; one move for all labels keeps each within the other.
"""

from collections.abc import Collection

import numpy as np
from scipy import ndimage

from core.editing.spread.distance import Spacing, box_around, middle, moved, signed_distance
from core.editing.spread.layers import CAVITY, WALL, Layers, layer
from core.labels import Label

MARGIN = 2  # pixels around both masks
Move = tuple[float, float]  # (rows, columns) of pixels
Moves = tuple[Move, Move]  # of the one mask, and of the other


def between(
    one: np.ndarray,
    other: np.ndarray,
    share: float,
    labels: Collection[Label],
    spacing: Spacing = (1.0, 1.0),
) -> Layers:
    """Return the layers of these labels between two masks; a label that neither has is empty.

    One that only one of them has shrinks to nothing on the way to the other. A hole is left only where one of
    the two has it.

    Args:
        one: (height, width) uint8 of Label values.
        other: the same, of one shape.
        share: of the way from the one to the other, above 0 and below 1.
        labels: which.
        spacing: (row, column) of a pixel.
    """
    if one.shape != other.shape:
        raise ValueError(f"masks must have one shape, got {one.shape} and {other.shape}")
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1, got {share}")
    box = box_around((one > 0) | (other > 0), MARGIN)  # what lies between two lies within both
    layers = {label: np.zeros(one.shape, bool) for label in labels}
    for label, inside in _layers_between(one[box], other[box], share, labels, spacing).items():
        layers[label][box] = inside
    return layers


def _layers_between(
    one: np.ndarray, other: np.ndarray, share: float, labels: Collection[Label], spacing: Spacing
) -> dict[Label, np.ndarray]:
    """Return the same, of the part of the picture that holds both masks."""
    way = heart_move(one, other)
    moves = (way[0] * share, way[1] * share), (way[0] * (share - 1), way[1] * (share - 1))
    pairs = {label: (layer(one, label), layer(other, label)) for label in labels}
    mixed = {label: _mixed(*pair, share, moves, spacing) for label, pair in pairs.items()}
    layers = {label: _inside(mixed[label], *pair, moves) for label, pair in pairs.items()}
    if len(pairs) > 1:  # what touches in both touches between them, too
        whole = [np.logical_or.reduce(each) for each in zip(*pairs.values(), strict=True)]
        heart = _inside(_mixed(whole[0], whole[1], share, moves, spacing), whole[0], whole[1], moves)
        gap = heart & ~np.logical_or.reduce(list(layers.values()))
        nearest = np.argmin(list(mixed.values()), axis=0)
        layers = {label: layers[label] | (gap & (nearest == at)) for at, label in enumerate(layers)}
    if CAVITY in layers and WALL in layers:  # also where the wall goes on and the cavity ends
        layers[CAVITY] = layers[CAVITY] & layers[WALL]
    return layers


def heart_move(one: np.ndarray, other: np.ndarray) -> Move:
    """Return by how many pixels the heart lies elsewhere in the other mask, (0, 0) where that is not known.

    By the wall with its cavity where both have it, else by all labels together.
    """
    pairs = [(layer(one, WALL), layer(other, WALL)), (one > 0, other > 0)]
    for here, there in pairs:
        if here.any() and there.any():
            rows, columns = middle(there) - middle(here)
            return float(rows), float(columns)
    return 0.0, 0.0


def _mixed(one: np.ndarray, other: np.ndarray, share: float, moves: Moves, spacing: Spacing) -> np.ndarray:
    """Return the signed distances of the shape between two regions, (height, width) float64."""
    if not one.any() and not other.any():
        return np.full(one.shape, np.inf)
    here, there = _distances(one, other, spacing)
    return (1 - share) * moved(here, moves[0]) + share * moved(there, moves[1])


def _inside(mixed: np.ndarray, one: np.ndarray, other: np.ndarray, moves: Moves) -> np.ndarray:
    """Return the region of signed distances, without holes that neither of the two regions has."""
    inside = mixed < 0
    holes = ndimage.binary_fill_holes(inside) & ~inside
    filled: np.ndarray = inside | (holes & ~_holes(one, moves[0]) & ~_holes(other, moves[1]))
    return filled


def _distances(one: np.ndarray, other: np.ndarray, spacing: Spacing) -> tuple[np.ndarray, np.ndarray]:
    """Return the signed distances of two regions; for an empty one those with which the other just ends."""
    if not one.any():
        there = signed_distance(other, spacing)
        return there - there.min(), there
    here = signed_distance(one, spacing)
    return here, signed_distance(other, spacing) if other.any() else here - here.min()


def _holes(region: np.ndarray, by: Move) -> np.ndarray:
    """Return the holes of a region, moved, (height, width) bool."""
    holes = ndimage.binary_fill_holes(region) & ~region
    return moved(holes.astype(float), by) > 0.5
