"""The bull's-eye of the 17 segments as a picture, with the numbers in the segments and in what is read out.

It has colours of its own, dark on pale, so that it reads the same in both themes.
"""

import math
from base64 import b64encode
from collections.abc import Sequence
from html import escape

from core.workflow.hearts.wall import SEGMENT_NAMES, Segment

SIZE, CENTRE = 220, 110
RINGS = ((108, 78), (78, 48), (48, 20))  # outer and inner radius of base, middle and apex
# Of each ring the first segment, how many, and where the first begins, in degrees against the clock.
AROUND = ((1, 6, 60), (7, 6, 60), (13, 4, 45))
FILL, INK, NOTHING = "#8f7cf0", "#16181b", "#c4c4c4"  # the first is like no label
PALE, STRONG = 0.1, 0.65  # of the smallest and the largest number; words on them stay easy to read


def bulls_eye(segments: Sequence[Segment], what: str, title: str, unit: str, digits: int) -> str:
    """Return the picture of one of the numbers in HTML.

    Args:
        segments: all 17.
        what: the attribute with the number.
        title: what is shown, in words.
        unit: of the numbers.
        digits: after the point.
    """
    values = {one.number: getattr(one, what) for one in segments}
    known = [value for value in values.values() if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    parts = []
    for (outer, inner), (first, n, begin) in zip(RINGS, AROUND, strict=True):
        for index in range(n):
            number = first + index
            value = values[number]
            strength = 0.0 if value is None else _strength(value, low, high)
            angles = (begin + 360 / n * index, begin + 360 / n * (index + 1))
            text = "–" if value is None else f"{value:.{digits}f}"
            parts.append(_piece(outer, inner, angles, strength, text))
    radius = RINGS[-1][1]
    parts.append(f'<circle cx="{CENTRE}" cy="{CENTRE}" r="{radius}" fill="{NOTHING}" stroke="{INK}"/>')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" font-family="sans-serif" '
        f'font-size="12" text-anchor="middle" stroke-width="0.6"><circle cx="{CENTRE}" cy="{CENTRE}" '
        f'r="{RINGS[0][0]}" fill="#fff"/>{"".join(parts)}</svg>'
    )
    said = "; ".join(_said(one, values[one.number], unit, digits) for one in segments)
    return (
        f'<img class="septum-bullseye" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" '
        f'alt="{escape(f"{title} by segment: {said}")}">'
    )


def _said(one: Segment, value: float | None, unit: str, digits: int) -> str:
    number = "no number" if value is None else f"{value:.{digits}f} {unit}"
    return f"{SEGMENT_NAMES[one.number - 1]} {number}"


def _strength(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return PALE + (STRONG - PALE) * share


def _piece(outer: float, inner: float, angles: tuple[float, float], strength: float, text: str) -> str:
    """One segment between two radii and two angles, with its number in the middle."""
    start, end = angles
    (x1, y1), (x2, y2) = _at(outer, start), _at(outer, end)
    (x3, y3), (x4, y4) = _at(inner, end), _at(inner, start)
    path = f"M{x1} {y1}A{outer} {outer} 0 0 0 {x2} {y2}L{x3} {y3}A{inner} {inner} 0 0 1 {x4} {y4}Z"
    x, y = _at((outer + inner) / 2, (start + end) / 2)
    return (
        f'<path d="{path}" fill="{FILL}" fill-opacity="{strength:.2f}" stroke="{INK}"/>'
        f'<text x="{x}" y="{y + 4}" fill="{INK}">{text}</text>'
    )


def _at(radius: float, degrees: float) -> tuple[float, float]:
    """A point around the centre; y grows downwards."""
    angle = math.radians(degrees)
    return round(CENTRE + radius * math.cos(angle), 1), round(CENTRE - radius * math.sin(angle), 1)
