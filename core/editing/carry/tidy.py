"""A mask made clean: one left heart, its cavity within its wall, no islands."""

import numpy as np
from scipy import ndimage

from core.editing.spread.layers import CAVITY, WALL, layer, with_layers
from core.labels import FOREGROUND, Label
from core.pixels.pieces import label_pieces

LEAST_MM2 = 50.0  # of a piece of the other ventricle
LEAST_SHARE = 0.25  # of its largest piece


def closed(mask: np.ndarray) -> bool:
    """Return whether the wall lies all around the cavity, if there is one."""
    cavity = mask == CAVITY
    around = ndimage.binary_dilation(cavity) & ~cavity
    return bool((mask[around] == WALL).all())


def tidied(mask: np.ndarray, spacing_mm: tuple[float, float], *, is_closed: bool) -> np.ndarray:
    """Return a mask without islands and holes, the cavity within the wall, (height, width) uint8.

    The cavity and the wall with the cavity are one piece each; of the other ventricle small pieces go.

    Args:
        mask: (height, width) uint8 of Label values.
        spacing_mm: (row, column) of a pixel.
        is_closed: whether the wall lies all around the cavity, so that it must here, too.
    """
    layers = {}
    for label in FOREGROUND:
        pieces, sizes = label_pieces(layer(mask, label))
        if label in (CAVITY, WALL):
            kept = pieces == sizes.argmax() if sizes.any() else pieces > 0
            layers[label] = ndimage.binary_fill_holes(kept & (pieces > 0))
        else:
            least = max(LEAST_MM2 / (spacing_mm[0] * spacing_mm[1]), LEAST_SHARE * sizes.max(initial=0))
            layers[label] = (pieces > 0) & (sizes[pieces] >= least)
    within = ndimage.binary_erosion(layers[WALL]) if is_closed else layers[WALL]
    layers[CAVITY] = layers[CAVITY] & within
    return with_layers(np.full(mask.shape, Label.BACKGROUND, np.uint8), layers)
