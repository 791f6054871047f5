"""Means with their intervals, as bars around points and columns."""

from collections.abc import Sequence
from math import isnan
from typing import Protocol


class Estimate(Protocol):
    """A mean and the ends of its interval; NaN where it has none."""

    @property
    def mean(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def error_bars(estimates: Sequence[Estimate], **style: object) -> dict[str, object]:
    """Return Plotly's error_x or error_y for points at the means, with its colour or thickness."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [one.high - one.mean for one in estimates],
        "arrayminus": [one.mean - one.low for one in estimates],
        **style,
    }


def between(estimate: Estimate) -> str:
    """Return the ends of the interval as they follow the mean; empty where it has none."""
    return "" if isnan(estimate.low) else f" [{estimate.low:.4f}, {estimate.high:.4f}]"
