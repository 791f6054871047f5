"""Masks to lay corrections over: hearts of discs, and masks of any pixels."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.labels import Label

SHAPE = (60, 56)
MIDDLE = (30.0, 26.0)


def any_mask() -> st.SearchStrategy[np.ndarray]:
    """Masks of any labels in any pixels."""
    return arrays(np.uint8, (9, 8), elements=st.integers(0, int(max(Label))))


def disc(radius: float, middle: tuple[float, float] = MIDDLE) -> np.ndarray:
    """The pixels whose middles lie within a circle, bool."""
    rows, columns = np.indices(SHAPE)
    inside: np.ndarray = np.hypot(rows - middle[0], columns - middle[1]) < radius
    return inside


def heart(
    *, wall: float, cavity: float, right: bool = True, middle: tuple[float, float] = MIDDLE
) -> np.ndarray:
    """A left ventricle in its wall, with the right one beside it."""
    mask = np.zeros(SHAPE, np.uint8)
    if right:
        mask[disc(wall, (middle[0], middle[1] - 8))] = Label.RIGHT_VENTRICLE
    mask[disc(wall, middle)] = Label.MYOCARDIUM
    mask[disc(cavity, middle)] = Label.LEFT_VENTRICLE
    return mask
