"""The 17 segments of the left ventricle's wall as a bull's-eye; grey where there is no number."""

import math
from collections.abc import Callable

from reportlab.graphics.shapes import Circle, Drawing, Polygon, String
from reportlab.lib.colors import Color, HexColor, linearlyInterpolatedColor, white

from core.metrics.wall.bulls_eye import Segment, WallMap
from core.workflow.hearts.report.paper import ABSENT, BOLD, INK, SANS, SOFT

RINGS = (  # inner and outer radius as a share, first segment, how many, from which angle on in degrees
    (0.72, 1.0, 1, 6, 60),
    (0.44, 0.72, 7, 6, 60),
    (0.16, 0.44, 13, 4, 45),
)
APEX_RADIUS = 0.16
LIGHT, DARK = HexColor("#e8f1fa"), HexColor("#08519c")
TURN_WHITE = 0.55  # of the scale, from which figures are white
STEP_DEGREES = 5
LETTERS = 6.5
TITLES = (  # what is shown, its scale's ends, and how a segment tells it
    ("Thickness at ED, mm", (4.0, 14.0), lambda one: one.ed_mm, 1),
    ("Thickness at ES, mm", (6.0, 22.0), lambda one: one.es_mm, 1),
    ("Thickening, %", (0.0, 100.0), lambda one: one.thickening_percent, 0),
)
Told = Callable[[Segment], float | None]


def bulls_eyes(wall: WallMap, width: float, height: float) -> Drawing:
    """Return thickness at ED and ES and thickening side by side, (width, height) in points."""
    drawing = Drawing(width, height)
    each = width / len(TITLES)
    radius = min(each / 2 - 4, height / 2 - 8)
    for place, (title, scale, told, digits) in enumerate(TITLES):
        x, y = each * (place + 0.5), radius + 2
        drawing.add(_words(x, height - 7, title, BOLD))
        _bulls_eye(drawing, wall, (x, y), radius, scale, told, digits)
    return drawing


def _bulls_eye(
    drawing: Drawing,
    wall: WallMap,
    centre: tuple[float, float],
    radius: float,
    scale: tuple[float, float],
    told: Told,
    digits: int,
) -> None:
    by_number = {one.number: one for one in wall.segments}
    for inner, outer, first, n, start in RINGS:
        for step in range(n):
            one = by_number.get(first + step)
            value = None if one is None else told(one)
            begin = start + step * 360 / n
            fill = ABSENT if value is None else _shade(value, scale)
            points = _sector(centre, inner * radius, outer * radius, begin, begin + 360 / n)
            drawing.add(Polygon(points, fillColor=fill, strokeColor=white, strokeWidth=0.8))
            if value is not None:
                x, y = _at(centre, (inner + outer) / 2 * radius, begin + 180 / n)
                dark = _share(value, scale) > TURN_WHITE
                drawing.add(_words(x, y - 2, f"{value:.{digits}f}", SANS, white if dark else INK))
    drawing.add(Circle(*centre, APEX_RADIUS * radius, fillColor=ABSENT, strokeColor=white, strokeWidth=0.8))


def _sector(centre: tuple[float, float], inner: float, outer: float, begin: float, end: float) -> list[float]:
    """The corners of a part of a ring, x and y in turn."""
    n = max(2, round((end - begin) / STEP_DEGREES) + 1)
    angles = [begin + (end - begin) * index / (n - 1) for index in range(n)]
    corners = [_at(centre, outer, angle) for angle in angles]
    corners += [_at(centre, inner, angle) for angle in reversed(angles)]
    return [number for corner in corners for number in corner]


def _at(centre: tuple[float, float], radius: float, degrees: float) -> tuple[float, float]:
    turn = math.radians(degrees)
    return centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)


def _share(value: float, scale: tuple[float, float]) -> float:
    return min(max((value - scale[0]) / (scale[1] - scale[0]), 0.0), 1.0)


def _shade(value: float, scale: tuple[float, float]) -> Color:
    return linearlyInterpolatedColor(LIGHT, DARK, 0, 1, _share(value, scale))


def _words(x: float, y: float, text: str, font: str = SANS, ink: Color = SOFT) -> String:
    return String(x, y, text, textAnchor="middle", fontName=font, fontSize=LETTERS, fillColor=ink)
