"""The figures of a reader's heart, a line each: the number, what the model said, and what is normal."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.metrics.function.figure import FIGURES, Figure, FigureKind
from core.metrics.function.ranges import NormalRange, range_for
from core.workflow.hearts.reader.view import ReaderHeart


@dataclass(frozen=True)
class FigureLine:
    """One figure with all that stands beside it."""

    kind: FigureKind
    figure: Figure
    proposed: float | None  # as the model's masks have it; None where they have none
    normal: NormalRange | None  # for people of this sex and age

    @property
    def number(self) -> str:
        """The number with its digits; "" where there is none."""
        return "" if self.figure.value is None else f"{self.figure.value:.{self.kind.digits}f}"

    @property
    def proposed_number(self) -> str:
        """The model's number with its digits; "" where there is none."""
        return "" if self.proposed is None else f"{self.proposed:.{self.kind.digits}f}"

    @property
    def difference(self) -> str:
        """What the number has more than the model's, of both as they are shown; "" where one is missing."""
        if not self.number or not self.proposed_number:
            return ""
        more = float(self.number) - float(self.proposed_number)
        return f"{more:+.{self.kind.digits}f}" if more else "±0"

    @property
    def is_outside(self) -> bool:
        """Whether the number is none of the normal ones."""
        if self.figure.value is None or self.normal is None:
            return False
        return not self.normal.low <= self.figure.value <= self.normal.high


def figure_lines(read: ReaderHeart, ranges: Sequence[NormalRange] = ()) -> dict[str, FigureLine]:
    """Return all figures of a heart by key.

    Args:
        read: the heart.
        ranges: of people in good health; empty for none.
    """
    person = read.heart.series.provenance
    proposed = {} if read.proposed is None else read.proposed.figures
    return {
        key: FigureLine(
            FIGURES[key],
            figure,
            proposed[key].value if key in proposed else None,
            range_for(ranges, key, person.sex, person.age_years),
        )
        for key, figure in read.found.function.figures.items()
    }
