"""One finding of the course report beside ours: agrees, does not, or not shown."""

from dataclasses import dataclass
from enum import StrEnum
from math import isnan

from core.metrics.statistics.bootstrap import Interval


class Verdict(StrEnum):
    """How ours relates to the report's."""

    AGREE = "agrees"
    NOT = "does not"
    NOT_SHOWN = "not shown"
    NO_CLAIM = "nothing claimed"  # the report shows a figure and says nothing of it
    WAITING = "not trained yet"


@dataclass(frozen=True)
class Finding:
    """One line of the table."""

    where: str  # in the report: the number of its figure, or a section
    report: str
    ours: str
    verdict: Verdict
    why: str

    @property
    def sentence(self) -> str:
        """The verdict and what it rests on."""
        told = [part for part in (self.ours, self.why) if part]
        return f"**{self.verdict.capitalize()}**" + (f": {'; '.join(told)}." if told else ".")


def format_interval(interval: Interval, *, signed: bool = False) -> str:
    """A mean with its interval.

    >>> interval = Interval(0.5, 0.25, 0.75, 20)
    >>> format_interval(interval), format_interval(interval, signed=True)
    ('0.500 [0.250, 0.750]', '+0.500 [+0.250, +0.750]')
    """
    sign = "+" if signed else ""
    if isnan(interval.mean):
        return "none"
    between = "" if isnan(interval.low) else f" [{interval.low:{sign}.3f}, {interval.high:{sign}.3f}]"
    return f"{interval.mean:{sign}.3f}{between}"


def format_by_seed(values: tuple[float, ...]) -> str:
    """Differences of each seed, with their signs.

    >>> format_by_seed((0.1, -0.25))
    '+0.100, -0.250'
    """
    return ", ".join(f"{value:+.3f}" for value in values)
