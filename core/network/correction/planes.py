"""What a correction network is fed: the grey picture, the mask as it is, and what a reader points at."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from core.editing.hint import Hint
from core.labels import FOREGROUND, Label
from core.recipes.model import INPUT_PLANES, Task

MARK_RADIUS = 2  # pixels of the network's grid around a point; a mark of one pixel would drown in the picture
MARK = np.hypot(*np.mgrid[-MARK_RADIUS : MARK_RADIUS + 1, -MARK_RADIUS : MARK_RADIUS + 1]) <= MARK_RADIUS

# The first of each kind of plane, in the order of `core.recipes.model.INPUT_PLANES`.
MASK = 1
BELONGS = MASK + len(FOREGROUND)
IS_NOT = BELONGS + len(Label)
BOX = IS_NOT + len(Label)


def correction_planes(image: np.ndarray, mask: np.ndarray, hints: Sequence[Hint]) -> np.ndarray:
    """Return (planes, height, width) float32 to feed one slice with.

    Args:
        image: (height, width) float32, as the network expects its intensities.
        mask: (height, width) uint8 of Label values as it is now; all background where there is none yet.
        hints: oldest first, in rows and columns of this grid; points outside of it say nothing.
    """
    planes = np.zeros((INPUT_PLANES[Task.CORRECTION], *image.shape), np.float32)
    planes[0] = image
    for place, label in enumerate(FOREGROUND):
        planes[MASK + place] = mask == label
    for hint in hints:
        if hint.box:
            top, left, bottom, right = hint.corners
            inside = planes[BOX + FOREGROUND.index(hint.label)]
            inside[:] = 0  # another box of the same label takes the place of the first
            inside[max(0, top) : max(0, bottom + 1), max(0, left) : max(0, right + 1)] = 1
            continue
        near = marked(hint, image.shape)
        if hint.adds:  # a newer word takes the place of an older one
            planes[BELONGS : BELONGS + len(Label), near] = 0
        planes[(BELONGS if hint.adds else IS_NOT) + hint.label, near] = 1
        planes[(IS_NOT if hint.adds else BELONGS) + hint.label, near] = 0
    return planes


def marked(hint: Hint, shape: tuple[int, ...]) -> np.ndarray:
    """Return (height, width) bool of the pixels at and around the points of a click or scribble."""
    rows, columns = np.array(hint.points).T
    within = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
    there = np.zeros(shape, bool)
    there[rows[within], columns[within]] = True
    return ndimage.binary_dilation(there, MARK) if within.any() else there
