"""Polygons survive the canvas: moved, scaled and turned ones come back where they are seen."""

import pytest

from core.editing.contours import Outline
from pages.shared.review.editing.fabric_polygons import (
    OUTLINE_COLOURS,
    absolute_points,
    from_objects,
    to_objects,
)

SQUARE = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))
SCALE = (4.0, 2.0)
SENT = {Outline.ENDOCARDIUM: (SQUARE,), Outline.EPICARDIUM: (), Outline.OTHER_CAVITY: ()}


def drawn(**change) -> dict:
    (sent,) = to_objects(SENT, SCALE)
    return sent | {"width": 40, "height": 20} | change


def corners(**change) -> list[tuple[float, float]]:
    return [(round(x, 6), round(y, 6)) for x, y in absolute_points(drawn(**change))]


def test_what_nobody_moved_is_the_very_polygon_that_was_sent():
    rounded = drawn(points=[{"x": x * 4 + 0.004, "y": y * 2 - 0.004} for x, y in SQUARE])
    assert from_objects([rounded], SENT, SCALE)[Outline.ENDOCARDIUM][0] is SQUARE


def test_a_dragged_corner_comes_back_in_slice_pixels():
    points = drawn()["points"]
    points[2] = {"x": 100.0, "y": 44.0}
    moved = drawn(points=points, left=70.0, top=32.0)  # the canvas moves the middle along
    (polygon,) = from_objects([moved], SENT, SCALE)[Outline.ENDOCARDIUM]
    flat = [value for point in polygon for value in point]
    assert flat == pytest.approx([10, 10, 20, 10, 25, 22, 10, 20])


def test_a_polygon_that_was_moved_as_a_whole_is_where_it_is_seen():
    assert corners(left=70.0, top=25.0) == [(50, 15), (90, 15), (90, 35), (50, 35)]


def test_scaling_turning_and_mirroring_count():
    assert corners(scaleX=2.0) == [(20, 20), (100, 20), (100, 40), (20, 40)]
    assert corners(angle=90)[0] == (70, 10)  # the first corner, from the upper left to the upper right
    assert corners(flipX=True)[0] == (80, 20)


def test_a_polygon_placed_by_its_corner_counts_the_width_of_its_line():
    assert corners(originX="left", originY="top", left=39.0, top=19.0) == corners()


def test_colours_tell_the_kind_and_strangers_are_left_out():
    outline, colour = Outline.OTHER_CAVITY, OUTLINE_COLOURS[Outline.OTHER_CAVITY]
    found = from_objects(
        [
            drawn(stroke=colour.upper()),
            drawn(type="Path"),
            drawn(stroke="#123456"),
        ],
        SENT,
        SCALE,
    )
    assert len(found[outline]) == 1
    assert found[Outline.ENDOCARDIUM] == ()  # it was taken away
