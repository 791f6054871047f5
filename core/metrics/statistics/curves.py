"""Curves of trainings: smoothed, and those of several seeds as one line with a band."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Curve = tuple[Sequence[float], Sequence[float]]  # x, rising, and y of the same length; NaN is left out


@dataclass(frozen=True)
class Band:
    """What several curves have in common, as far as all of them go."""

    x: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]  # of the lowest curve at each x
    high: tuple[float, ...]
    n: int  # curves


def present(curve: Curve) -> Curve:
    """The curve without the points that have no value."""
    pairs = [(x, y) for x, y in zip(*curve, strict=True) if y == y]
    return [x for x, _ in pairs], [y for _, y in pairs]


def smooth(values: Sequence[float], window: int) -> list[float]:
    """Running mean over `window` points about each one; NaN is left out, and stays where it is.

    Near the ends the window is narrower on both sides, so that a curve does not lag behind itself.

    >>> smooth([0.0, 3.0, 6.0, 3.0], 3)
    [0.0, 3.0, 4.0, 3.0]
    """
    if window < 1:
        raise ValueError(f"window must be 1 or more, got {window}")
    known = np.asarray(values, float)
    reach = (window - 1) // 2
    smoothed = []
    for index, value in enumerate(known):
        side = min(reach, index, len(known) - 1 - index)
        near = known[index - side : index + side + 1]
        smoothed.append(float(near[~np.isnan(near)].mean()) if value == value else float("nan"))
    return smoothed


def band(curves: Sequence[Curve]) -> Band | None:
    """Mean, lowest and highest of the curves, between the latest start and the earliest end.

    Where the curves have no points at the same x (wall time), they are read off between their points.
    None where there is no curve, or no x that all of them reach.
    """
    known = [present(curve) for curve in curves]
    if not known or not all(x for x, _ in known):
        return None
    first, last = max(x[0] for x, _ in known), min(x[-1] for x, _ in known)
    grid = np.unique(np.concatenate([np.asarray(x, float) for x, _ in known]))
    grid = grid[(grid >= first) & (grid <= last)]
    if not len(grid):
        return None
    values = np.stack([np.interp(grid, x, y) for x, y in known])
    return Band(
        tuple(grid.tolist()),
        tuple(values.mean(axis=0).tolist()),
        tuple(values.min(axis=0).tolist()),
        tuple(values.max(axis=0).tolist()),
        len(known),
    )
