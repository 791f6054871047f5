"""The figures of a heart as lines of a table: left and right ventricle, unit, and normal ranges."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.labels import LabelSet
from core.metrics.function.figure import FIGURES, Figure
from core.metrics.function.heart import HeartFunction
from core.metrics.function.ranges import NormalRange, range_for
from core.metrics.function.rules import reasons
from core.metrics.function.stack import walled_first
from core.records.slices import SeriesRow
from core.workflow.hearts.report.words import NONE


@dataclass(frozen=True)
class Cell:
    """One figure as it is printed."""

    value: str = NONE
    normal: str = ""  # "" where there is no range for this person


@dataclass(frozen=True)
class FigureLine:
    """One quantity of both ventricles."""

    title: str
    unit: str
    cells: tuple[Cell, ...]  # by ventricle


@dataclass(frozen=True)
class FigureTable:
    """All quantities, and what goes with them."""

    columns: tuple[str, ...]  # short names of the ventricles
    lines: tuple[FigureLine, ...]
    missing: tuple[str, ...]  # why there are no numbers, a sentence each
    sources: tuple[str, ...]  # of the normal ranges that are shown

    @property
    def has_normal(self) -> bool:
        """Whether any figure has a normal range beside it."""
        return bool(self.sources)


def figure_table(
    function: HeartFunction, series: SeriesRow, ranges: Sequence[NormalRange], labels: LabelSet
) -> FigureTable:
    """Return the figures of a heart; each is a number, or its reason is told below.

    Args:
        function: what was measured.
        series: whose sex and age say which ranges fit.
        ranges: of the lab; empty where it has none.
        labels: whose cavities are the columns.
    """
    cavities = walled_first(labels)
    names = tuple(labels.structures[cavity].short_name for cavity in cavities)
    sides = [name.lower() for name in names]
    keys = [key.removeprefix(f"{sides[0]}_") for key in FIGURES if key.startswith(f"{sides[0]}_")]
    person = series.provenance.sex, series.provenance.age_years
    shown: dict[str, NormalRange] = {}
    lines = []
    for key in keys:
        kind = FIGURES[f"{sides[0]}_{key}"]
        cells = []
        for side in sides:
            full = f"{side}_{key}"
            normal = range_for(ranges, full, *person)
            if normal is not None:
                shown[normal.source] = normal
            cells.append(_cell(function.figures.get(full), kind.digits, normal))
        lines.append(FigureLine(kind.title.removeprefix(f"{names[0]} "), kind.unit, tuple(cells)))
    missing = [f"{', '.join(titles)}: {reason}." for reason, titles in reasons(function).items()]
    missing += [
        f"{name} mass: the labels hold no wall of the {name}."
        for name, cavity in zip(names, cavities, strict=True)
        if cavity not in labels.walled
    ]
    return FigureTable(names, tuple(lines), tuple(missing), tuple(shown))


def _cell(figure: Figure | None, digits: int, normal: NormalRange | None) -> Cell:
    if figure is None or figure.value is None:
        return Cell()
    between = "" if normal is None else f"{normal.low:g} to {normal.high:g}"
    return Cell(f"{figure.value:.{digits}f}", between)
