"""The volume curves of a heart, drawn as vectors for both forms of the report."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor

from core.labels import COLOURS, SHORT_NAMES
from core.workflow.hearts.pictures.volume_axis import volume_axis
from core.workflow.hearts.report.content import Curves
from core.workflow.hearts.report.paper import FAINT, INK, SANS

LEFT, RIGHT, BOTTOM, TOP = 30, 6, 24, 12  # points around the axes
LETTERS = 6.5
MOST_PHASES = 7  # named on the axis
KEY_WIDTH = 34


@dataclass(frozen=True)
class Axes:
    """Where phases and volumes lie, in points."""

    width: float
    height: float
    n_phases: int
    step_ml: float  # from one tick to the next
    n_steps: int

    def x(self, phase: int) -> float:
        """Return where a phase lies."""
        return LEFT + phase * (self.width - LEFT - RIGHT) / max(self.n_phases - 1, 1)

    def y(self, ml: float) -> float:
        """Return where a volume lies."""
        return BOTTOM + ml * (self.height - BOTTOM - TOP) / (self.step_ml * self.n_steps)


def volume_curves(curves: Curves, width: float, height: float) -> Drawing:
    """Return the volumes over the beat with ED and ES marked, (width, height) in points."""
    drawing = Drawing(width, height)
    known = [value for curve in curves.ml.values() for value in curve if value is not None]
    if not known:
        drawing.add(_words(width / 2, height / 2, "No phase has a mask on every slice: no curve.", "middle"))
        return drawing
    n_phases = max(len(curve) for curve in curves.ml.values())
    axes = Axes(width, height, n_phases, *volume_axis(known))
    _draw_axes(drawing, axes, curves.step_ms)
    for name, moment in (("ED", curves.ed), ("ES", curves.es)):
        if moment is not None:
            x, top = axes.x(moment), height - TOP
            drawing.add(Line(x, BOTTOM, x, top, strokeColor=INK, strokeWidth=0.6, strokeDashArray=[2, 2]))
            is_last = moment == n_phases - 1  # beside it the paper ends
            drawing.add(_words(x - 2 if is_last else x + 2, top + 2, name, "end" if is_last else "start"))
    for place, (label, curve) in enumerate(curves.ml.items()):
        ink = HexColor(COLOURS[label])
        _draw_curve(drawing, axes, curve, ink)
        x = width - RIGHT - KEY_WIDTH * (len(curves.ml) - place)
        drawing.add(Rect(x, height - 7, 8, 3, fillColor=ink, strokeColor=None))
        drawing.add(_words(x + 10, height - 8, SHORT_NAMES[label]))
    return drawing


def _draw_axes(drawing: Drawing, axes: Axes, step_ms: float | None) -> None:
    for tick in range(axes.n_steps + 1):
        y = axes.y(tick * axes.step_ml)
        drawing.add(Line(LEFT, y, axes.width - RIGHT, y, strokeColor=FAINT, strokeWidth=0.4))
        drawing.add(_words(LEFT - 3, y - 2, f"{tick * axes.step_ml:g}", "end"))
    drawing.add(_words(2, axes.height - 7, "ml"))
    for phase in range(0, axes.n_phases, math.ceil(axes.n_phases / MOST_PHASES)):
        number = f"{phase + 1}" if step_ms is None else f"{phase * step_ms:.0f}"
        drawing.add(_words(axes.x(phase), BOTTOM - 8, number, "middle"))
    axis = "phase" if step_ms is None else "ms from the first phase"
    drawing.add(_words((LEFT + axes.width - RIGHT) / 2, 2, axis, "middle"))


def _draw_curve(drawing: Drawing, axes: Axes, curve: Sequence[float | None], ink: Color) -> None:
    for part in _parts(curve):
        points = [(axes.x(phase), axes.y(ml)) for phase, ml in part]
        if len(points) > 1:
            flat = [number for point in points for number in point]
            drawing.add(PolyLine(flat, strokeColor=ink, strokeWidth=1.3))
        for x, y in points:
            drawing.add(Circle(x, y, 1.4, fillColor=ink, strokeColor=None))


def _parts(curve: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The pieces of a curve between the phases that have no volume."""
    parts: list[list[tuple[int, float]]] = [[]]
    for phase, value in enumerate(curve):
        if value is None:
            parts.append([])
        else:
            parts[-1].append((phase, value))
    return [part for part in parts if part]


def _words(x: float, y: float, text: str, anchor: str = "start") -> String:
    return String(x, y, text, textAnchor=anchor, fontName=SANS, fontSize=LETTERS, fillColor=INK)
