"""Contours in the editor: points and lines are dragged, and the mask follows; strokes and undo mix in."""

import numpy as np
import pytest
from playwright.sync_api import expect

from core.editing.contours import Outline, fill_polygon, region
from tests.browser.drawing import Hand, Point

SHAPE = (96, 96)


@pytest.fixture
def hand(editor) -> Hand:
    """The editor on 96 x 96: LV within 20 pixels of the middle, myocardium within 30, a square RV beside."""
    opened = editor(SHAPE, start="heart")
    opened.page.keyboard.press("y")
    opened.set_size(5)
    return opened


def curve(hand: Hand, outline: Outline) -> dict[str, list[dict[str, float]]]:
    """Points and corners of the one contour of an outline."""
    found: list[dict[str, list[dict[str, float]]]] = hand.page.locator(".editor").evaluate(
        """(root, name) => {
            const { tools, options } = root.parentElement.editor;
            return tools.contour.contours().filter((each) => options.outlines[each.outline].name === name);
        }""",
        str(outline),
    )
    assert len(found) == 1
    return found[0]


def at(corner: dict[str, float]) -> Point:
    return corner["x"], corner["y"]


def filled(hand: Hand, outline: Outline) -> np.ndarray:
    return fill_polygon([at(corner) for corner in curve(hand, outline)["corners"]], SHAPE)


def test_a_dragged_point_is_the_correction_and_one_undo_takes_it_back(hand):
    start = hand.mask()
    points = curve(hand, Outline.ENDOCARDIUM)["points"]
    assert len(points) <= 12
    hand.page.keyboard.press("3")
    x, y = at(max(points, key=lambda point: point["x"]))
    hand.drag([(x, y), (x + 3, y), (x + 6, y + 1)], steps=4)
    mask = hand.mask()
    assert np.array_equal(mask == 3, filled(hand, Outline.ENDOCARDIUM))
    assert (mask == 3).sum() > (start == 3).sum() + 20
    assert np.array_equal(mask > 1, start > 1)  # the myocardium is what lies between
    assert np.array_equal(hand.stored(), mask)
    hand.page.keyboard.press("Control+z")
    assert np.array_equal(hand.mask(), start)
    assert curve(hand, Outline.ENDOCARDIUM)["points"] == points
    hand.page.keyboard.press("Control+y")
    assert np.array_equal(hand.mask(), mask)
    assert len(curve(hand, Outline.ENDOCARDIUM)["points"]) == len(points)


def test_the_line_is_pulled_and_far_away_nothing_changes(hand):
    start = hand.mask()
    hand.page.keyboard.press("2")
    corners = curve(hand, Outline.EPICARDIUM)["corners"]
    points = {at(point) for point in curve(hand, Outline.EPICARDIUM)["points"]}
    left = [corner for corner in corners if at(corner) not in points and corner["share"] == 0.5]
    x, y = at(min(left or corners, key=lambda corner: corner["x"]))
    hand.drag([(x, y), (x - 5, y)], steps=4)
    mask = hand.mask()
    assert mask[round(y), round(x) - 3] == 2
    assert np.array_equal(region(mask, Outline.EPICARDIUM), filled(hand, Outline.EPICARDIUM))
    assert np.array_equal(mask == 3, start == 3)
    assert ((mask != start)[:, 60:]).sum() <= 4
    assert len(curve(hand, Outline.EPICARDIUM)["points"]) == len(points)


def test_points_are_added_by_a_click_and_taken_away_by_a_right_click_or_delete(hand):
    hand.page.keyboard.press("3")
    before = curve(hand, Outline.ENDOCARDIUM)
    middle = [corner for corner in before["corners"] if 0.4 < corner["share"] < 0.6]
    hand.click([at(middle[0])])
    assert len(curve(hand, Outline.ENDOCARDIUM)["points"]) == len(before["points"]) + 1
    hand.page.keyboard.press("Delete")  # the new one is chosen
    assert len(curve(hand, Outline.ENDOCARDIUM)["points"]) == len(before["points"])
    (place,) = hand.to_screen([at(curve(hand, Outline.ENDOCARDIUM)["points"][0])])
    hand.page.mouse.click(*place, button="right")
    assert len(curve(hand, Outline.ENDOCARDIUM)["points"]) == len(before["points"]) - 1
    hand.click([at(curve(hand, Outline.ENDOCARDIUM)["points"][0])])
    hand.page.keyboard.press("Shift+Delete")
    assert not (hand.mask() == 3).any()
    assert region(hand.mask(), Outline.EPICARDIUM).sum() > 2500


def test_a_contour_is_drawn_from_nothing_and_strokes_and_undo_mix_with_it(hand):
    start = hand.mask()
    hand.page.keyboard.press("1")
    corners = [(8.0, 8.0), (20.0, 8.0), (20.0, 20.0), (8.0, 20.0)]
    hand.click(corners)
    expect(hand.page.locator(".tool")).to_contain_text("New contour")
    hand.page.keyboard.press("Enter")
    drawn = hand.mask()
    assert (drawn[9:19, 9:19] == 1).all()
    expect(hand.page.locator("code")).not_to_contain_text("approve")
    hand.page.keyboard.press("b")
    hand.drag([(30.5, 80.5), (40.5, 80.5)])
    painted = hand.mask()
    hand.page.keyboard.press("y")
    hand.page.keyboard.press("3")
    x, y = at(curve(hand, Outline.ENDOCARDIUM)["points"][0])
    hand.drag([(x, y), (x, y - 4)], steps=2)
    assert not np.array_equal(hand.mask(), painted)
    for expected in (painted, drawn, start):
        hand.page.keyboard.press("Control+z")
        assert np.array_equal(hand.mask(), expected)


def test_each_contour_is_chosen_by_its_label_where_two_lie_upon_each_other(hand):
    hand.page.keyboard.press("3")
    ends = curve(hand, Outline.ENDOCARDIUM)["points"]
    x, y = at(max(ends, key=lambda point: point["x"]))
    hand.drag([(x, y), (x + 10.5, y)], steps=4)  # onto the epicardium
    endo = curve(hand, Outline.ENDOCARDIUM)["points"]
    hand.page.keyboard.press("2")
    epi = curve(hand, Outline.EPICARDIUM)["points"]
    x, y = at(max(epi, key=lambda point: point["x"]))
    hand.drag([(x, y), (x + 4, y)], steps=4)
    assert curve(hand, Outline.ENDOCARDIUM)["points"] == endo
    assert curve(hand, Outline.EPICARDIUM)["points"] != epi
