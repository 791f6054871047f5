"""Small stacks whose volumes one counts by hand: one millilitre a pixel."""

from collections.abc import Sequence

import numpy as np

from core.imaging.phantom.cine import beating_heart
from core.labels import HEART, LabelSet
from core.metrics.function.moments import Moment, Moments, Told
from core.metrics.function.stack import SliceStack, stack_of
from core.records.slices import Series

TEN_MM = (10.0, 10.0)


def stack(
    *phases: Sequence[tuple[int, ...]],
    places: tuple[int, ...] = (),
    labels: LabelSet = HEART,
    distance_mm: float | None = 10.0,
) -> SliceStack:
    """A stack of phases, each a row (RV, myocardium, LV) of pixels for each slice."""
    rows = [
        (position, phase, row) for phase, every in enumerate(phases) for position, row in enumerate(every)
    ]
    positions, numbers, pixels = zip(*rows, strict=True)
    heart = np.array(pixels)
    whole = np.concatenate([1000 - heart.sum(axis=1, keepdims=True), heart], axis=1)
    return stack_of(
        np.array(positions), np.array(numbers), whole, TEN_MM, distance_mm, places=places, labels=labels
    )


def at(ed: int | None, es: int | None) -> Moments:
    """ED and ES at these phases."""
    return Moments(Moment(ed, Told.FOUND), Moment(es, Told.FOUND))


def stack_of_series(series: Series) -> SliceStack:
    """The stack of a series' reference masks."""
    masked = [item for item in series.slices if item.mask is not None]
    geometry = series.geometry
    return stack_of(
        np.array([item.position for item in masked]),
        np.array([item.phase for item in masked]),
        np.array([np.bincount(item.mask.ravel(), minlength=4) for item in masked if item.mask is not None]),
        geometry.spacing_mm,
        geometry.slice_distance_mm,
        places=geometry.slice_indices,
    )


def phantom(seed: int = 0, **shape: int) -> Series:
    """A small beating heart with its masks."""
    return beating_heart(seed, **{"n_positions": 6, "n_phases": 8, "size": 96, **shape}).series
