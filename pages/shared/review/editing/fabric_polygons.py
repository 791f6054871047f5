"""Polygons on their way to the drawing canvas and back, whatever was done to them there."""

from collections.abc import Mapping, Sequence
from math import cos, hypot, radians, sin

from core.editing.contours import TISSUES, Outline, Polygon
from core.labels import COLOURS

Scale = tuple[float, float]  # canvas pixels a slice pixel, (x, y)
OUTLINE_COLOURS = {outline: COLOURS[labels[0]] for outline, labels in TISSUES.items()}
STROKE = 2
MAX_ROUNDING_PX = 0.05  # canvas pixels; the canvas rounds what it gives back
ORIGIN_SHIFT = {"left": 0.5, "top": 0.5, "center": 0.0, "right": -0.5, "bottom": -0.5}


def to_objects(outlines: Mapping[Outline, Sequence[Polygon]], scale: Scale) -> list[dict[str, object]]:
    """Return the polygons, in slice pixels, as the objects that the canvas draws."""
    return [
        to_object(polygon, OUTLINE_COLOURS[outline], scale)
        for outline in Outline
        for polygon in outlines.get(outline, ())
    ]


def to_object(polygon: Polygon, colour: str, scale: Scale) -> dict[str, object]:
    """Return one polygon as an object, placed by its middle, so that the width of its line moves nothing."""
    points = [(x * scale[0], y * scale[1]) for x, y in polygon]
    middle = middle_of(points)
    return {
        "type": "Polygon",
        "points": [{"x": x, "y": y} for x, y in points],
        "left": middle[0],
        "top": middle[1],
        "originX": "center",
        "originY": "center",
        "stroke": colour,
        "strokeWidth": STROKE,
        "strokeUniform": True,
        "fill": "rgba(0, 0, 0, 0)",
        "objectCaching": False,
    }


def from_objects(
    objects: Sequence[Mapping[str, object]], sent: Mapping[Outline, Sequence[Polygon]], scale: Scale
) -> dict[Outline, tuple[Polygon, ...]]:
    """Return the polygons on the canvas, in slice pixels; one that nobody moved is the very one sent."""
    polygons: dict[Outline, tuple[Polygon, ...]] = dict.fromkeys(Outline, ())
    outline_of = {colour.lower(): outline for outline, colour in OUTLINE_COLOURS.items()}
    for each in objects:
        outline = outline_of.get(str(each.get("stroke")).lower())
        if str(each.get("type")).lower() != "polygon" or outline is None:
            continue
        points = absolute_points(each)
        polygon = tuple((x / scale[0], y / scale[1]) for x, y in points)
        for known in sent.get(outline, ()):
            if is_still(points, [(x * scale[0], y * scale[1]) for x, y in known]):
                polygon = known
        polygons[outline] = (*polygons[outline], polygon)
    return polygons


def absolute_points(drawn: Mapping[str, object]) -> list[tuple[float, float]]:
    """Return the corners in canvas pixels, after the object as a whole was moved, scaled or turned."""
    points = [(float(point["x"]), float(point["y"])) for point in drawn["points"]]  # type: ignore[attr-defined]
    scale_x, scale_y = number(drawn, "scaleX", 1), number(drawn, "scaleY", 1)
    if drawn.get("flipX"):
        scale_x = -scale_x
    if drawn.get("flipY"):
        scale_y = -scale_y
    angle = radians(number(drawn, "angle", 0))
    before = middle_of(points)
    left, top = number(drawn, "left", before[0]), number(drawn, "top", before[1])
    # Where the object is placed by a corner, its line's width counts as part of it.
    stroke = number(drawn, "strokeWidth", 0)
    width = number(drawn, "width", 0) * abs(scale_x) + stroke
    height = number(drawn, "height", 0) * abs(scale_y) + stroke
    shift_x = ORIGIN_SHIFT[str(drawn.get("originX", "center"))] * width
    shift_y = ORIGIN_SHIFT[str(drawn.get("originY", "center"))] * height
    middle = (
        left + shift_x * cos(angle) - shift_y * sin(angle),
        top + shift_x * sin(angle) + shift_y * cos(angle),
    )
    corners = []
    for x, y in points:
        dx, dy = (x - before[0]) * scale_x, (y - before[1]) * scale_y
        corners.append(
            (middle[0] + dx * cos(angle) - dy * sin(angle), middle[1] + dx * sin(angle) + dy * cos(angle))
        )
    return corners


def number(drawn: Mapping[str, object], name: str, otherwise: float) -> float:
    """Return a number of the object, or the given one where the canvas leaves it out."""
    value = drawn.get(name, otherwise)
    return float(value) if isinstance(value, int | float) else otherwise


def middle_of(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the middle of the box around the points.

    >>> middle_of([(0, 0), (4, 2), (1, 6)])
    (2.0, 3.0)
    """
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def is_still(points: Sequence[tuple[float, float]], known: Sequence[tuple[float, float]]) -> bool:
    """Return whether all corners are where they were, but for what the canvas rounds."""
    return len(points) == len(known) and all(
        hypot(x - known_x, y - known_y) <= MAX_ROUNDING_PX
        for (x, y), (known_x, known_y) in zip(points, known, strict=True)
    )
