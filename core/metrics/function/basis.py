"""By which convention the figures of a heart were made."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.labels import Label
from core.metrics.function.body import BsaFormula
from core.metrics.function.figure import Figure
from core.metrics.function.moments import Moments
from core.records.hearts import Body, LeftOut
from core.records.orientation import BaseEnd, number_from_base


@dataclass(frozen=True)
class Basis:
    """By which convention figures were made."""

    moments: Moments
    n_positions: int
    base: BaseEnd  # from which end readers count them
    n_phases: int
    n_whole_phases: int
    filled: Mapping[Label, tuple[tuple[int, ...], tuple[int, ...]]]  # positions that count at ED, at ES
    left_out: frozenset[LeftOut]
    spacing_mm: tuple[float, float] | None
    distance_mm: float | None
    n_missing_places: int
    bsa_m2: Figure
    formula: BsaFormula
    body: Body
    step_ms: float | None

    def number(self, position: int) -> int:
        """Return what readers call the slice at a position."""
        return number_from_base(position, self.n_positions, self.base)
