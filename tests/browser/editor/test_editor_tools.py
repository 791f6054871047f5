"""Each tool of the editor on a heart of known pixels, with mouse, keys, pen and fingers."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy import ndimage

from tests.browser.drawing import Hand, stroke

SHAPE = (96, 96)
CROSS = ndimage.generate_binary_structure(2, 1)
ROWS, COLUMNS = np.mgrid[:96, :96]
INTENSITY = ROWS * 7 + COLUMNS * 13 + 1


@pytest.fixture
def hand(editor) -> Hand:
    """The editor on 96 x 96: LV within 20 pixels of the middle, myocardium within 30, a square RV beside."""
    opened = editor(SHAPE, start="heart")
    opened.set_size(5)
    return opened


def pressed(hand: Hand, *keys: str) -> None:
    for key in keys:
        hand.page.keyboard.press(key)


def undone(hand: Hand, start: np.ndarray) -> None:
    pressed(hand, "Control+z")
    assert np.array_equal(hand.mask(), start)


def test_fill_holes_grow_shrink_and_smooth_change_one_label(hand):
    start = hand.mask()
    pressed(hand, "1", "f")
    hand.click([(48, 48)])
    assert np.array_equal(hand.mask(), np.where(start == 3, 1, start))
    undone(hand, start)
    pressed(hand, "2", "g")
    grown = np.where(ndimage.binary_dilation(start == 2, CROSS), 2, start)
    assert np.array_equal(hand.mask(), grown)
    undone(hand, start)
    pressed(hand, "Shift+G")
    assert np.array_equal(hand.mask() == 2, ndimage.binary_erosion(start == 2, CROSS))
    undone(hand, start)
    pressed(hand, "j")
    votes = ndimage.correlate((start == 2).astype(int), np.ones((3, 3), int), mode="nearest")
    assert np.array_equal(hand.mask() == 2, votes >= 5)
    undone(hand, start)
    pressed(hand, "3", "b", "e")
    hand.click([(48, 48)])
    assert hand.mask()[48, 48] == 0
    pressed(hand, "h")
    assert np.array_equal(hand.mask(), start)


def test_protect_keeps_locked_labels_and_the_eraser_to_its_own(hand):
    start = hand.mask()
    pressed(hand, "2", "k")
    across = [(30.5, 48.5), (90.5, 48.5)]
    points = hand.drag(across)
    covered = stroke(SHAPE, points, 5)
    expected = start.copy()
    expected[covered & (start == 0)] = 2
    assert np.array_equal(hand.mask(), expected)
    undone(hand, start)
    hand.page.locator("[data-action=lock-3]").click()  # the LV may be overwritten now, the RV not
    hand.drag(across)
    expected[covered & (start == 3)] = 2
    assert np.array_equal(hand.mask(), expected)
    undone(hand, start)
    hand.page.locator("[data-action=lock-3]").click()
    pressed(hand, "e")
    hand.drag(across)
    assert np.array_equal(hand.mask(), np.where(covered & (start == 2), 0, start))


def test_holding_control_erases_and_letting_go_draws_again(hand):
    start = hand.mask()
    hand.page.keyboard.down("Control")
    points = hand.drag([(48.5, 40.5), (48.5, 56.5)])
    expect(hand.page.locator(".status")).to_contain_text("Erasing")
    hand.page.keyboard.up("Control")
    erased = stroke(SHAPE, points, 5)
    assert np.array_equal(hand.mask(), np.where(erased, 0, start))
    hand.drag([(48.5, 40.5), (48.5, 56.5)])
    assert np.array_equal(hand.mask(), start)


def test_the_threshold_brush_paints_only_like_intensities(hand):
    start = hand.mask()
    pressed(hand, "t", "1")
    hand.set_size(21)
    hand.page.get_by_label("How far the intensity").evaluate(
        "(input) => { input.value = 3; input.dispatchEvent(new Event('input')); }"
    )
    window = hand.page.locator(".editor").evaluate("root => root.parentElement.editor.window")
    points = hand.drag([(48.5, 48.5), (56.5, 50.5)])
    row, column = int(points[0][1]), int(points[0][0])
    middle = INTENSITY[row - 1 : row + 2, column - 1 : column + 2].mean()
    reach = (window["high"] - window["low"]) * 0.03
    like = abs(INTENSITY - middle) <= reach
    covered = stroke(SHAPE, points, 21)
    assert 0 < (covered & like).sum() < covered.sum()
    assert np.array_equal(hand.mask(), np.where(covered & like, 1, start))


def test_one_connected_piece_is_moved_or_erased(hand):
    start = hand.mask()
    pressed(hand, "m")
    hand.drag([(84, 48), (80, 44), (86.2, 38.1)], steps=4)
    expected = np.where(start == 1, 0, start)
    expected[44 - 10 : 52 - 10, 80 + 2 : 88 + 2] = 1
    assert np.array_equal(hand.mask(), expected)
    undone(hand, start)
    hand.page.keyboard.down("Control")
    hand.click([(84, 48)])
    hand.page.keyboard.up("Control")
    assert np.array_equal(hand.mask(), np.where(start == 1, 0, start))
    undone(hand, start)


def test_the_mask_of_a_neighbour_is_copied_and_can_be_undone(hand):
    start = hand.mask()
    pressed(hand, "n")
    hand.page.locator("[data-action=copy-previous_slice]").click()
    expected = np.zeros(SHAPE, np.uint8)
    expected[10:30, 10:40] = 1
    assert np.array_equal(hand.mask(), expected)
    assert np.array_equal(hand.stored(), expected)
    undone(hand, start)


def test_escape_and_backspace_take_back_a_polygon_before_it_is_closed(hand):
    start = hand.mask()
    pressed(hand, "p")
    hand.click([(10, 10), (30, 10), (30, 30)])
    pressed(hand, "Escape", "Enter")
    assert np.array_equal(hand.mask(), start)
    expect(hand.page.locator("code")).to_contain_text("approve")  # without a polygon Enter approves
    hand.click([(10, 10), (30, 10), (60, 90)])
    pressed(hand, "Backspace")
    hand.click([(30, 30), (10, 30)])
    hand.click([(10, 10)])  # the first corner closes it
    covered = hand.mask() != start
    assert 380 <= covered.sum() <= 440
    assert covered[10:30, 10:30].mean() > 0.9


def test_no_single_key_destroys_work_and_fields_keep_their_keys(hand):
    hand.drag([(20.5, 20.5), (40.5, 20.5)])
    drawn = hand.mask()
    for key in "abcdefgijklmoprtuvwxyz.,-+<":
        pressed(hand, key)
    pressed(hand, "Delete", "Backspace", "Escape")
    changed = (hand.mask() != drawn).sum()
    for _ in range(3):  # grow and smooth are two steps; the third takes the stroke back
        pressed(hand, "Control+z")
    assert changed
    assert (hand.mask() == 3)[20, 20:40].sum() == 0
    field = hand.page.get_by_label("Note")
    before = hand.mask()
    field.click()
    field.press_sequentially("123 beg")
    field.press("Control+z")
    assert np.array_equal(hand.mask(), before)


def dispatch(page: Page, kind: str, pointer: str, number: int, x: float, y: float, buttons: int = 1) -> None:
    """One pointer event, as a pen or a finger makes it; Playwright itself has only a mouse."""
    page.locator(".well").evaluate(
        """(well, [kind, pointer, number, x, y, buttons]) => well.dispatchEvent(new PointerEvent(kind, {
            pointerType: pointer, pointerId: number, clientX: x, clientY: y, buttons,
            button: kind === "pointermove" ? -1 : buttons === 32 ? 5 : 0,
            bubbles: true, cancelable: true, composed: true }))""",
        [kind, pointer, number, x, y, buttons],
    )


def test_a_pen_draws_and_its_other_end_erases(hand):
    start = hand.mask()
    expected = start
    for buttons, label in ((1, 3), (32, 0)):
        screen = hand.to_screen([(10.5, 10.5), (20.5, 14.5)])
        dispatch(hand.page, "pointerdown", "pen", 7, *screen[0], buttons)
        dispatch(hand.page, "pointermove", "pen", 7, *screen[1], buttons)
        dispatch(hand.page, "pointerup", "pen", 7, *screen[1], 0)
        expected = np.where(stroke(SHAPE, hand.to_image(screen), 5), label, expected)
        assert np.array_equal(hand.mask(), expected)


def test_one_finger_draws_and_two_fingers_zoom_without_a_trace(hand):
    start = hand.mask()
    page = hand.page
    screen = hand.to_screen([(10.5, 80.5), (30.5, 80.5)])
    dispatch(page, "pointerdown", "touch", 1, *screen[0])
    dispatch(page, "pointermove", "touch", 1, *screen[1])
    dispatch(page, "pointerup", "touch", 1, *screen[1], 0)
    drawn = np.where(stroke(SHAPE, hand.to_image(screen), 5), 3, start)
    assert np.array_equal(hand.mask(), drawn)
    zoom = hand.place()["zoom"]
    (x0, y0), (x1, y1) = hand.to_screen([(30, 30), (60, 60)])
    dispatch(page, "pointerdown", "touch", 1, x0, y0)
    dispatch(page, "pointermove", "touch", 1, x0 + 3, y0)
    dispatch(page, "pointerdown", "touch", 2, x1, y1)
    dispatch(page, "pointermove", "touch", 2, x1 + (x1 - x0), y1 + (y1 - y0))
    dispatch(page, "pointerup", "touch", 2, x1, y1, 0)
    dispatch(page, "pointerup", "touch", 1, x0, y0, 0)
    assert hand.place()["zoom"] == pytest.approx(zoom * 2, rel=0.05)
    assert np.array_equal(hand.mask(), drawn)
