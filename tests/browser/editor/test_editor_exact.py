"""Drawing with a real mouse gives the very mask that plain NumPy drawing gives, here and in Python."""

import numpy as np
import pytest

from tests.browser.drawing import Hand, Point, polygon, stroke

SHAPES = [(96, 96), (256, 216), (512, 512)]


def scaled(shape: tuple[int, int], *points: Point) -> list[Point]:
    """Points given in hundredths of the image."""
    return [(x * shape[1] / 100, y * shape[0] / 100) for x, y in points]


def same(hand: Hand, expected: np.ndarray) -> None:
    assert (hand.mask() != expected).sum() == 0
    assert (hand.stored() != expected).sum() == 0


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape[0]}x{shape[1]}")
def test_shapes_drawn_by_mouse_equal_plain_drawing(editor, shape):
    hand = editor(shape)
    page = hand.page
    zoom = hand.place()["zoom"]
    assert zoom != round(zoom)
    expected = np.zeros(shape, np.uint8)
    history = [expected.copy()]

    def check(covered: np.ndarray, label: int) -> None:
        expected[covered] = label
        history.append(expected.copy())
        same(hand, expected)

    for size, spot in ((1, (8, 8)), (2, (15, 8)), (3, (22, 8)), (5, (30, 8)), (8, (40, 8)), (25, (60, 20))):
        hand.set_size(size)
        check(stroke(shape, hand.click(scaled(shape, spot)), size), 3)
    page.keyboard.press("2")
    hand.set_size(7)
    fast = scaled(shape, (10, 30), (80, 45), (20, 70), (24, 30))
    check(stroke(shape, hand.drag(fast), 7), 2)
    page.keyboard.press("q")
    page.keyboard.press("1")
    hand.set_size(6)
    check(stroke(shape, hand.drag(scaled(shape, (70, 60), (93, 81))), 6, square=True), 1)
    page.keyboard.press("r")
    (x0, y0), (x1, y1) = hand.drag(scaled(shape, (35, 85), (55, 95)))
    covered = np.zeros(shape, bool)
    covered[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1] = True
    check(covered, 1)
    page.keyboard.press("p")
    page.keyboard.press("3")
    corners = hand.click(scaled(shape, (50, 40), (90, 50), (60, 58), (85, 75), (45, 78)))
    page.keyboard.press("Enter")
    check(polygon(shape, corners), 3)
    page.keyboard.press("l")
    trace = hand.drag(scaled(shape, (12, 62), (30, 52), (38, 66), (25, 80), (14, 74)))
    check(polygon(shape, trace), 3)
    page.keyboard.press("e")
    check(stroke(shape, hand.drag(scaled(shape, (5, 35), (95, 62))), 6, square=True), 0)

    for _ in range(12):
        page.keyboard.press("d")
    assert (hand.seen() != expected).sum() == 0

    for earlier in reversed(history[:-1]):
        page.keyboard.press("Control+z")
        assert (hand.mask() != earlier).sum() == 0
    assert not hand.mask().any()
    for later in history[1:]:
        page.keyboard.press("Control+Shift+Z")
        assert (hand.mask() != later).sum() == 0
    same(hand, expected)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape[0]}x{shape[1]}")
def test_a_stroke_is_exact_at_odd_zooms_and_past_the_edge(editor, shape):
    hand = editor(shape)
    page = hand.page
    expected = np.zeros(shape, np.uint8)
    page.mouse.move(*hand.to_screen(scaled(shape, (50, 50)))[0])
    for turn in (-430, -270, 610, 390):
        hand.zoom(turn)
        size = 9 if turn < 0 else 12
        hand.set_size(size)
        points = hand.drag(scaled(shape, (46, 44), (55, 52), (51, 57)), steps=3)
        visited = [points[0]]
        for start, end in zip(points, points[1:], strict=False):
            visited += [
                (start[0] + (end[0] - start[0]) * part / 3, start[1] + (end[1] - start[1]) * part / 3)
                for part in (1, 2, 3)
            ]
        expected[stroke(shape, visited, size)] = 3
        same(hand, expected)
    page.keyboard.press("Home")
    points = hand.drag([(shape[1] * 0.9, shape[0] * 0.5), (shape[1] + 6, shape[0] * 0.6)])
    expected[stroke(shape, points, 12)] = 3
    same(hand, expected)


def test_a_screen_with_finer_pixels_shows_and_draws_the_same(editor, page):
    hand = editor((96, 96), opened=page(scale=1.5))
    expected = np.zeros((96, 96), np.uint8)
    hand.set_size(8)
    expected[stroke((96, 96), hand.drag([(20, 15), (70, 40), (30, 80)]), 8)] = 3
    same(hand, expected)
    for _ in range(12):
        hand.page.keyboard.press("d")
    assert (hand.seen(ratio=1.5) != expected).sum() == 0
