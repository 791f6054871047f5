"""A mask as layers, one a label, and back: the walled cavity lies within its wall, as contours have it.

The layer of a wall is the wall with the cavity in it, so that a wall can neither have a gap towards its
cavity nor lose it; that of any other label is the label itself.
"""

from collections.abc import Mapping

import numpy as np

from core.editing.contours import TISSUES, region
from core.labels import HEART, Label
from core.pixels.pieces import label_pieces

ORDER = {labels[0]: outline for outline, labels in TISSUES.items()}  # of drawing: the innermost is the last
((CAVITY, WALL),) = HEART.walled.items()
Layers = Mapping[Label, np.ndarray]  # (height, width) bool of each label


def layer(mask: np.ndarray, label: Label) -> np.ndarray:
    """Return the layer of a label in a mask, (height, width) bool."""
    return region(mask, ORDER[label])


def with_layers(mask: np.ndarray, layers: Layers) -> np.ndarray:
    """Return the mask in which these labels have other layers, (height, width) uint8.

    A label that is not named keeps its pixels, but for those within a layer that covers it: the wall with its
    cavity covers the other ventricle, the cavity covers the wall. What the cavity gives up becomes wall where
    a wall was around it, else background.

    >>> ring = np.array([[2, 3, 3, 3, 2]], np.uint8)
    >>> with_layers(ring, {Label.LEFT_VENTRICLE: np.array([[0, 0, 1, 0, 0]], bool)}).tolist()
    [[2, 2, 3, 2, 2]]
    """
    result = np.full(mask.shape, Label.BACKGROUND, np.uint8)
    for label in ORDER:
        if label in layers:
            inside = layers[label]
        elif label == WALL and CAVITY in layers:
            inside = _with_wall(mask)
        else:
            inside = layer(mask, label)
        result[inside] = label
    return result


def _with_wall(mask: np.ndarray) -> np.ndarray:
    """Return the pieces of wall and cavity that have any wall, (height, width) bool."""
    pieces, _ = label_pieces(layer(mask, WALL))
    walled: np.ndarray = np.isin(pieces, np.unique(pieces[mask == WALL])) & (pieces > 0)
    return walled
