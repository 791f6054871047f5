"""The editor by keys alone: one stop a toolbar, a pointer that arrows move, points of contours."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.drawing import Hand, polygon, stroke

SHAPE = (96, 96)
FOCUSED = """() => {
    let active = document.activeElement;
    while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active.getAttribute("aria-label") ?? active.textContent;
}"""
NAMELESS = """(root) => [...root.querySelectorAll("button, input, [role]")]
    .filter((part) => !part.closest("[hidden]") && part.role !== "status")
    .filter((part) => !(part.ariaLabel || part.textContent.trim() || part.labels?.length))
    .map((part) => part.outerHTML.slice(0, 100))"""


@pytest.fixture
def hand(editor) -> Hand:
    """The editor on a heart in the middle of 96 x 96 pixels, with a brush of 5."""
    opened = editor(SHAPE, start="heart")
    opened.set_size(5)
    opened.page.locator(".editor").focus()
    return opened


def press(hand: Hand, *keys: str) -> None:
    for key in keys:
        hand.page.keyboard.press(key)


def go_to(hand: Hand, x: int, y: int) -> None:
    """Move the keyboard pointer from where it is to a pixel."""
    at = hand.page.locator(".editor").evaluate("(root) => root.parentElement.editor.keyPointer.at")
    for far, more, less in ((x - int(at["x"]), "Right", "Left"), (y - int(at["y"]), "Down", "Up")):
        key = f"Arrow{more if far > 0 else less}"
        press(hand, *[f"Shift+{key}"] * (abs(far) // 10), *[key] * (abs(far) % 10))


def focused(hand: Hand) -> str:
    name: str = hand.page.evaluate(FOCUSED)
    return name


def heard(hand: Hand, words: str) -> None:
    expect(hand.page.locator(".editor > [aria-live=polite]")).to_contain_text(words)


def test_a_toolbar_is_one_stop_and_arrows_reach_all_of_it(hand):
    stops = hand.page.locator(".top [tabindex='0'], .tools [tabindex='0']")
    expect(stops).to_have_count(2)
    press(hand, "Tab")
    assert focused(hand) == "Draw Background (0)"
    reached = []
    for _ in range(hand.page.locator(".top button:enabled, .top input:enabled").count()):
        reached.append(focused(hand))
        press(hand, "ArrowRight")
    assert focused(hand) == reached[0]  # and around
    assert len(set(reached)) == len(reached)
    press(hand, "End")
    assert focused(hand).startswith("W ")
    press(hand, "Tab")
    assert focused(hand).startswith("Brush")
    press(hand, "ArrowDown", "Enter")
    assert focused(hand).startswith("Eraser")  # who came by keys stays
    heard(hand, "Erasing")
    press(hand, "Escape")
    assert focused(hand).startswith("Slice and mask")
    assert hand.page.locator(".editor").evaluate(NAMELESS) == []


def test_sliders_and_menus_are_turned_by_keys_and_give_the_focus_back(hand):
    press(hand, "Tab")
    while not focused(hand).startswith("Size"):
        press(hand, "ArrowRight")
    press(hand, "ArrowUp", "ArrowUp")
    expect(hand.page.locator(".top")).to_contain_text("7 px")
    assert focused(hand).startswith("Size")
    press(hand, "End", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowLeft")
    outline = hand.page.locator(".top input:focus-visible")
    expect(outline).to_have_css("outline-style", "solid")
    while not focused(hand).startswith("W "):
        press(hand, "ArrowRight")
    press(hand, "Enter")
    assert focused(hand).startswith("Automatic")
    press(hand, "ArrowDown", "Enter")
    expect(hand.page.locator(".menu")).to_be_hidden()
    assert focused(hand).startswith("W ")


def test_the_brush_is_drawn_with_arrows_and_space(hand):
    start = hand.mask()
    press(hand, "1", "F2")
    heard(hand, "Keyboard pointer: arrows move it")
    go_to(hand, 20, 30)
    heard(hand, "x 20, y 30: Background")
    press(hand, "Space")
    hand.page.keyboard.down("Space")
    press(hand, "Shift+ArrowRight", "ArrowDown", "ArrowDown")
    hand.page.keyboard.up("Space")
    drawn = stroke(SHAPE, [(20.5, 30.5), (30.5, 30.5), (30.5, 32.5)], 5)
    assert np.array_equal(hand.mask(), np.where(drawn, 1, start))
    assert np.array_equal(hand.stored(), hand.mask())
    heard(hand, "Draft stored")
    press(hand, "Shift+Space", "Shift+ArrowUp", "ArrowUp", "Space", "ArrowUp")  # held without a finger on it
    more = drawn | stroke(SHAPE, [(30.5, 32.5), (30.5, 21.5)], 5)
    assert np.array_equal(hand.mask(), np.where(more, 1, start))
    press(hand, "Escape", "ArrowDown")
    expect(hand.page.locator(".editor")).to_have_attribute(
        "data-document", hand.document.removesuffix("1") + "2"
    )


def test_polygon_and_fill_by_keys_and_enter_approves_nothing(hand):
    start = hand.mask()
    press(hand, "1", "p", "F2")
    corners = [(10, 10), (30, 12), (20, 34)]
    for x, y in corners:
        go_to(hand, x, y)
        press(hand, "Space")
    press(hand, "Enter")
    inside = polygon(SHAPE, [(x + 0.5, y + 0.5) for x, y in corners])
    assert np.array_equal(hand.mask(), np.where(inside, 1, start))
    press(hand, "Enter")
    expect(hand.page.locator(".notice")).to_contain_text("press Esc first")
    expect(hand.page.get_by_test_id("stCode")).to_have_text("none")
    press(hand, "2", "f")
    go_to(hand, 48, 48)
    press(hand, "Space")
    filled = np.where(inside, 1, start)
    assert np.array_equal(hand.mask(), np.where(start == 3, 2, filled))


def test_moves_of_a_point_in_one_go_are_one_step_back_and_one_forth(hand):
    start = hand.mask()
    press(hand, "3", "y", "F2", "Tab", *["Alt+ArrowUp"] * 6)
    pressed = hand.mask()
    hand.page.wait_for_timeout(700)
    hand.page.keyboard.down("Alt")
    for _ in range(4):  # the second and later ones are the key that is held down
        hand.page.keyboard.down("ArrowLeft")
        hand.page.wait_for_timeout(300)
    hand.page.keyboard.up("ArrowLeft")
    hand.page.keyboard.up("Alt")
    held = hand.mask()
    assert not any(map(np.array_equal, (start, pressed), (pressed, held)))
    assert np.array_equal(hand.stored(), held)
    for key, expected in (("z", pressed), ("z", start), ("y", pressed), ("y", held)):
        press(hand, f"Control+{key}")
        assert np.array_equal(hand.mask(), expected)
    hand.page.reload()
    hand.page.locator(f".editor[data-document='{hand.document}'][aria-busy='false']").wait_for()
    hand.page.locator(".editor").focus()
    press(hand, "Control+z")
    assert np.array_equal(hand.mask(), pressed)


def test_the_pointer_gets_another_key_and_keeps_it(hand):
    page = hand.page
    press(hand, "?")
    page.locator("[data-action='key-pointer']").click()
    press(hand, "b")
    page.locator("[data-action=swap-keys]").click()
    page.reload()
    page.locator(f".editor[data-document='{hand.document}'][aria-busy='false']").wait_for()
    page.locator(".editor").focus()
    assert focused(hand).endswith("its keys, B for a pointer that arrows move")
    press(hand, "e", "F2")
    heard(hand, "Drawing")
    press(hand, "b")
    heard(hand, "Keyboard pointer: arrows move it")
    press(hand, "b")
    heard(hand, "Keyboard pointer off")


def test_points_of_contours_by_keys_and_no_trap_behind_the_last(hand):
    start = hand.mask()
    press(hand, "3", "y", "F2", "Tab")
    count = hand.page.locator(".editor").evaluate(
        """(root) => root.parentElement.editor.tools.contour.shown()
            .filter((each) => each.outline === root.parentElement.editor.tools.contour.chosen.outline)[0]
            .points.length"""
    )
    press(hand, "Alt+Shift+ArrowUp")
    moved = hand.mask()
    assert (moved != start).any()
    press(hand, "Insert")
    assert focused(hand).startswith("Slice and mask")
    press(hand, "Delete")
    press(hand, "Control+z", "Control+z", "Control+z")
    assert np.array_equal(hand.mask(), start)
    for _ in range(count + 3):
        press(hand, "Tab")
        if not focused(hand).startswith("Slice and mask"):
            break
    assert not focused(hand).startswith("Slice and mask")
