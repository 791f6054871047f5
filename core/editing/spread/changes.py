"""What one correction makes of the mask of one slice."""

from collections.abc import Collection

import numpy as np

from core.editing.spread.distance import box_around, signed_distance
from core.editing.spread.layers import CAVITY, ORDER, WALL, Layers, layer, with_layers
from core.labels import Label

MARGIN = 2  # pixels beyond what a label can reach


def copied(mask: np.ndarray, source: np.ndarray, labels: Collection[Label]) -> np.ndarray:
    """Return the mask with these labels as the source has them, (height, width) uint8; see `with_layers`."""
    return with_layers(mask, {label: layer(source, label) for label in labels})


def without(mask: np.ndarray, labels: Collection[Label]) -> np.ndarray:
    """Return the mask without these labels, (height, width) uint8; no other label has another pixel then."""
    return np.where(np.isin(mask, list(labels)), Label.BACKGROUND, mask).astype(np.uint8)


def resized(mask: np.ndarray, labels: Collection[Label], pixels: float) -> np.ndarray:
    """Return the mask with these labels grown by so many pixels all around, shrunk where it is below 0.

    A label grows into the background alone, and the walled cavity into its wall, too; what a label gives up
    is background, and wall within a wall. Where two that grow meet, each keeps what lies nearer to it.
    """
    box = box_around(mask > 0, MARGIN + int(abs(pixels)))  # what a change by so many pixels can reach
    result = mask.copy()
    result[box] = _resized(mask[box], labels, pixels)
    return result


def _resized(mask: np.ndarray, labels: Collection[Label], pixels: float) -> np.ndarray:
    distances = {
        label: signed_distance(inside)
        for label in ORDER
        if (inside := layer(mask, label)).any() and label in labels
    }
    if pixels > 0:
        return _grown(mask, distances, pixels)
    shrunk: Layers = {label: distance <= pixels for label, distance in distances.items()}
    if WALL in shrunk:  # which never becomes smaller than what it holds
        cavity = shrunk.get(CAVITY, layer(mask, CAVITY))
        shrunk = {**shrunk, WALL: shrunk[WALL] | cavity}
    return with_layers(mask, shrunk)


def _grown(mask: np.ndarray, distances: Layers, pixels: float) -> np.ndarray:
    """Return the mask with labels grown into the background, and the cavity into its wall."""
    result = mask.copy()
    nearest = np.full(mask.shape, np.inf)
    for label, distance in distances.items():
        free = mask == Label.BACKGROUND
        nearer = distance < nearest
        if label == CAVITY:  # the layer of its wall is around it, and so never farther away
            free, nearer = free | (mask == WALL), nearer | (result == WALL)
        joins = free & nearer & (distance < pixels)
        result[joins] = label
        nearest[joins] = distance[joins]
    return result
