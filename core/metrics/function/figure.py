"""The figures of a heart by name: title, unit, and a number or the reason why there is none."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A number, or why there is none as a clause; never a number that is none.

    Raises:
        ValueError: when it is both or neither.
    """

    value: float | None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError("a figure without a value needs a reason")
        if self.value is not None and (self.reason or not math.isfinite(self.value)):
            raise ValueError(f"a figure is a number or a reason, got {self.value} and {self.reason!r}")

    def then(self, change: Callable[[float], float]) -> "Figure":
        """Return what follows from the number; a reason stays one."""
        return self if self.value is None else Figure(change(self.value))


@dataclass(frozen=True)
class FigureKind:
    """What a figure is called."""

    key: str  # as it is exported
    title: str
    unit: str
    digits: int = 0  # after the point, as a report has it


def together(change: Callable[..., float], *figures: Figure) -> Figure:
    """Return what follows from several figures; the first reason where one has no number.

    >>> together(lambda a, b: a - b, Figure(5.0), Figure(2.0)).value
    3.0
    """
    values = [figure.value for figure in figures if figure.value is not None]
    if len(values) < len(figures):
        return next(figure for figure in figures if figure.value is None)
    return Figure(change(*values))


def _kinds(side: str, name: str, *, with_mass: bool) -> list[FigureKind]:
    kinds = [
        FigureKind(f"{side}_edv_ml", f"{name} EDV", "ml"),
        FigureKind(f"{side}_esv_ml", f"{name} ESV", "ml"),
        FigureKind(f"{side}_sv_ml", f"{name} SV", "ml"),
        FigureKind(f"{side}_ef_percent", f"{name} EF", "%"),
        FigureKind(f"{side}_co_l_min", f"{name} CO", "l/min", 1),
        FigureKind(f"{side}_ci_l_min_m2", f"{name} CI", "l/min/m²", 1),
        FigureKind(f"{side}_edv_ml_m2", f"{name} EDV index", "ml/m²"),
        FigureKind(f"{side}_esv_ml_m2", f"{name} ESV index", "ml/m²"),
        FigureKind(f"{side}_sv_ml_m2", f"{name} SV index", "ml/m²"),
        FigureKind(f"{side}_per_ml_s", f"{name} peak ejection rate", "ml/s"),
        FigureKind(f"{side}_pfr_ml_s", f"{name} peak filling rate", "ml/s"),
        FigureKind(f"{side}_tpfr_ms", f"{name} time from ES to peak filling", "ms"),
    ]
    mass = [
        FigureKind(f"{side}_mass_g", f"{name} mass", "g"),
        FigureKind(f"{side}_mass_g_m2", f"{name} mass index", "g/m²"),
    ]
    return [*kinds[:4], *mass, *kinds[4:]] if with_mass else kinds


FIGURES = {
    kind.key: kind for kind in (*_kinds("lv", "LV", with_mass=True), *_kinds("rv", "RV", with_mass=False))
}
