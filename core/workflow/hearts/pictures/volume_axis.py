"""The axis of volumes that a reader sees, on the page and on paper."""

import math
from collections.abc import Iterable

MOST_TICKS = 5  # with the one at 0


def volume_axis(volumes_ml: Iterable[float | None]) -> tuple[float, int]:
    """Return the millilitres between two ticks, and how many such steps hold all volumes, at least one.

    >>> volume_axis([37.0, None, 143.0]), volume_axis([None])
    ((50.0, 3), (1.0, 1))
    """
    largest = max((volume for volume in volumes_ml if volume is not None), default=0.0)
    step = nice_step(largest / (MOST_TICKS - 1))
    return step, max(1, math.ceil(largest / step))


def nice_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20 and so on that is not below.

    >>> nice_step(37.0), nice_step(0.3)
    (50.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
