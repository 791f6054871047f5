"""Which ventricle a mask calls 1: the cavity that the myocardium encloses is the left one."""

from collections.abc import Iterable

import numpy as np
from scipy import ndimage

from core.labels import Label, LabelOrder

CLEAR = 0.8  # share of a cavity's rim on the myocardium from which a slice has a say
APART = 0.2  # by which the two cavities' shares must differ


def swap_ventricles(mask: np.ndarray) -> np.ndarray:
    """The mask in the other order: 1 and 3 exchanged."""
    return np.array([0, 3, 2, 1], np.uint8)[mask]


def guess_order(masks: Iterable[np.ndarray]) -> LabelOrder | None:
    """The order that the anatomy of the slices speaks for; None where they say nothing.

    In each slice with myocardium, the label whose rim touches myocardium more is the left ventricle.
    """
    votes = 0
    for mask in masks:
        left, right = (enclosed_share(mask, label) for label in (3, 1))
        if max(left, right) >= CLEAR and abs(left - right) > APART:
            votes += 1 if left > right else -1
    if votes == 0:
        return None
    return LabelOrder.ACDC if votes > 0 else LabelOrder.UK_BIOBANK


def enclosed_share(mask: np.ndarray, label: int) -> float:
    """Share of the pixels just outside a label that are myocardium; 0 where the label is absent."""
    cavity = mask == label
    if not cavity.any():
        return 0.0
    rim = ndimage.binary_dilation(cavity) & ~cavity
    return float((mask[rim] == Label.MYOCARDIUM).mean()) if rim.any() else 0.0
