"""What a reader has said is so, exactly: which labels a pixel may still have, whatever a network thinks."""

from collections.abc import Sequence

import numpy as np

from core.editing.hint import Hint
from core.labels import Label


def allowed_labels(hints: Sequence[Hint], shape: tuple[int, int]) -> np.ndarray:
    """Return (labels, height, width) bool of the labels that each pixel may have; at least one is.

    A newer hint counts more than the older ones. Where all labels were refused, only the newest refusal
    stands.

    Args:
        hints: oldest first, in rows and columns of the slice.
        shape: (height, width) of the slice, in which all points lie.
    """
    allowed = np.ones((len(Label), *shape), bool)
    for hint in hints:
        places = np.zeros(shape, bool)
        if hint.box:
            top, left, bottom, right = hint.corners
            places[top : bottom + 1, left : right + 1] = True
            places = ~places
        else:
            places[tuple(np.array(hint.points).T)] = True
        if hint.adds and not hint.box:
            allowed[:, places] = False
            allowed[hint.label, places] = True
            continue
        allowed[hint.label, places] = False
        nothing_left = places & ~allowed.any(axis=0)
        allowed[:, nothing_left] = True
        allowed[hint.label, nothing_left] = False
    return allowed


def kept(mask: np.ndarray, probabilities: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Return the mask (height, width) uint8 with the likeliest allowed label where its own is not allowed.

    Args:
        mask: (height, width) uint8 of Label values.
        probabilities: (labels, height, width); what breaks the tie where all are 0 is the lower number.
        allowed: as `allowed_labels` returns it.
    """
    own = np.take_along_axis(allowed, mask[None].astype(np.intp), axis=0)[0]
    if own.all():
        return mask
    others = np.where(allowed, probabilities, -1).argmax(axis=0)
    return np.where(own, mask, others).astype(np.uint8)
