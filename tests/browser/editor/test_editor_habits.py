"""Habits of other programs: wheel, own keys, windows, measuring, crosshair, a status line to read."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing import Hand

SHAPE = (96, 96)
CUT = """root => [...root.querySelectorAll(".status .cell")]
    .filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)"""


@pytest.fixture
def hand(editor) -> Hand:
    """The editor on 96 x 96 pixels of 1.5 mm: LV within 20 pixels of the middle, myocardium within 30."""
    return editor(SHAPE, start="heart")


def reopened(hand: Hand) -> Page:
    """The page after a reload, with the same slice."""
    hand.page.reload()
    hand.page.locator(f".editor[data-document='{hand.document}'][aria-busy='false']").wait_for()
    return hand.page


def active(page: Page) -> str:
    """What has the focus: the action of a button, or the class of what has none."""
    found: str = page.evaluate(
        """() => {
            let at = document.activeElement;
            while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            return at.dataset.action ?? at.className;
        }"""
    )
    return found


def test_a_notch_turns_one_slice_and_by_choice_it_zooms_and_two_fingers_zoom_always(hand):
    page, case = hand.page, hand.document.removesuffix("-1")
    page.mouse.move(*hand.to_screen([(48, 48)])[0])
    page.mouse.wheel(0, 100)
    page.locator(f".editor[data-document='{case}-2'][aria-busy='false']").wait_for()
    page.mouse.wheel(0, -100)
    page.locator(f".editor[data-document='{case}-1'][aria-busy='false']").wait_for()
    assert "next_slice" in page.locator("code").inner_text()
    page.keyboard.press("y")
    hand.click([(8, 8)])
    page.mouse.wheel(0, 100)  # a shape that is open stays, and so does its slice
    expect(page.get_by_text("What you draw is still open")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    zoom = hand.place()["zoom"]
    # As a browser reports two fingers on a trackpad: with Ctrl, although nobody holds it.
    turned = "{ deltaY: -100, ctrlKey: true, cancelable: true }"
    pinch = f"well => well.dispatchEvent(new WheelEvent('wheel', {turned}))"
    page.locator(".well").evaluate(pinch)
    assert hand.place()["zoom"] > zoom * 1.1
    page.keyboard.press("?")
    page.get_by_label("The wheel").select_option("zoom")
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    page.mouse.wheel(0, -100)
    expect(page.locator(".scale")).not_to_have_text(f"Zoom {zoom * 100:.0f} %")
    zoom = hand.place()["zoom"]
    page.locator(".well").evaluate(pinch)
    assert hand.place()["zoom"] > zoom * 1.1
    hand.turn_wheel_with_control(100)  # the slices now
    page.locator(f".editor[data-document='{case}-2']").wait_for()


def test_a_key_is_changed_with_its_conflict_told_and_stays_after_a_reload(hand):
    page = hand.page
    page.keyboard.press("?")
    said = page.locator(".help-said")
    page.locator("[data-action='key-tool:lasso']").click()
    page.keyboard.press("Control+z")
    expect(said).to_contain_text('Ctrl + Z stays "Undo')
    page.keyboard.press("b")
    expect(said).to_contain_text('B is already used for "Brush"')
    page.get_by_role("button", name="Cancel").click()
    assert active(page) == "key-tool:lasso"
    page.keyboard.press("Enter")
    page.keyboard.press("b")
    page.keyboard.press("Enter")  # Swap has the focus
    expect(said).to_contain_text("have swapped their keys")
    page.keyboard.press("Escape")
    assert active(page) == "editor"
    page.keyboard.press("b")
    expect(page.locator("[data-action=tool-lasso]")).to_have_attribute("aria-pressed", "true")
    page = reopened(hand)
    page.keyboard.press("l")
    expect(page.locator("[data-action=tool-brush]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-action=tool-brush]")).to_have_attribute("title", "Brush (L)")
    page.keyboard.press("?")
    page.get_by_label("Lasso: back to the usual key").click()
    page.get_by_role("button", name="Swap").click()
    expect(page.locator("[data-action=tool-brush]")).to_have_attribute("aria-label", "Brush (B)")
    page.get_by_label("Keys of").select_option("itk_snap")
    expect(page.locator("[data-action=tool-brush]")).to_have_attribute("aria-label", "Brush (4)")
    expect(page.locator("[data-action=label-3] kbd")).to_have_text("9")
    assert page.locator("code").inner_text() == "none"  # no key in the dialog has reached the page


def test_the_page_of_keys_keeps_the_focus_and_its_keys_to_itself(hand):
    page = hand.page
    start = hand.mask()
    page.keyboard.press("?")
    assert active(page) == "close-help"
    page.keyboard.press("Shift+Tab")
    last = active(page)
    assert last.startswith("key-")
    page.keyboard.press("Tab")
    assert active(page) == "close-help"
    for key in ("g", "x", "ArrowDown", "s"):
        page.keyboard.press(key)
    page.mouse.move(*hand.to_screen([(48, 48)])[0])
    assert active(page) == "close-help"
    page.keyboard.press("Enter")  # presses Close
    expect(page.locator(".help")).to_be_hidden()
    assert active(page) == "editor"
    assert np.array_equal(hand.mask(), start)
    assert page.locator("code").inner_text() == "none"


def test_a_line_an_ellipse_and_a_label_are_measured_and_nothing_is_drawn(hand):
    page = hand.page
    start = hand.mask()
    measured = page.locator(".measured")
    page.keyboard.press("Shift+M")
    (x0, y0), (x1, y1) = hand.drag([(38.5, 48), (58.5, 33)])
    expect(measured).to_have_text(f"{np.hypot(x1 - x0, y1 - y0) * 1.5:.1f} mm")
    page.get_by_label("Area and mean in an ellipse").click()
    (x0, y0), (x1, y1) = hand.drag([(40, 40), (56, 52)])
    expect(measured).to_contain_text(f"{np.pi / 4 * abs((x1 - x0) * (y1 - y0)) * 2.25:.0f} mm², mean ")
    page.get_by_label("Area and mean in a polygon").click()
    hand.click([(10, 10), (30, 10), (30, 30)])
    page.keyboard.press("Enter")
    expect(measured).to_contain_text(re.compile(r"^4[345]\d mm², mean"))
    page.mouse.move(*hand.to_screen([(48, 48)])[0])
    expect(page.locator(".tool")).to_contain_text(f"{(start == 3).sum() * 2.25:.0f} mm², mean")
    figures = "root => root.parentElement.editor.measure.figures.length"
    assert page.locator(".editor").evaluate(figures) == 3
    page.keyboard.press("Escape")
    assert page.locator(".editor").evaluate(figures) == 0
    hand.click([(10, 10)])
    page.keyboard.press("b")
    expect(measured).to_be_hidden()
    assert np.array_equal(hand.mask(), start)
    expect(page.locator(".stored")).to_have_text("")
    assert page.locator("code").inner_text() == "none"


def test_a_window_with_a_name_stays_from_slice_to_slice_and_for_the_next_visit(hand):
    page = hand.page
    window = page.locator("[data-action=window]")
    automatic = window.inner_text()
    window.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-action=window-full]")).to_have_count(1)
    page.keyboard.press("Escape")
    assert active(page) == "window"
    window.click()
    page.get_by_role("button", name="Blood").click()
    expect(window).not_to_have_text(automatic)
    page.keyboard.press("ArrowDown")
    page.locator(f".editor[data-document='{hand.document[:-1]}2']").wait_for()
    name = "root => root.parentElement.editor.greyWindow.name"
    assert page.locator(".editor").evaluate(name) == "blood"
    reopened(hand)
    assert page.locator(".editor").evaluate(name) == "blood"


def test_a_crosshair_stays_with_its_readout_where_the_cursor_left_the_picture(hand):
    page = hand.page
    page.keyboard.press("Shift+C")
    page.mouse.move(*hand.to_screen([(48.5, 60.5)])[0])
    expect(page.locator(".pixel")).to_have_text("x 48  y 60 px")
    page.mouse.move(4, 4)
    expect(page.locator(".pixel")).to_have_text("x 48  y 60 px")
    page.locator("[data-action=crosshair]").click()
    expect(page.locator("[data-action=crosshair]")).to_have_attribute("aria-pressed", "false")
    page.mouse.move(4, 4)
    expect(page.locator(".pixel")).to_have_text("96 × 96 px")


def test_the_status_line_is_not_cut_beside_empty_space_and_its_zoom_follows_the_window(hand):
    page = hand.page
    editor = page.locator(".editor")
    page.mouse.move(4, 4)
    assert editor.evaluate(CUT) == []
    page.keyboard.press("y")
    page.keyboard.press("1")
    hand.click([(8, 8)])
    expect(page.locator(".tool")).to_contain_text("Backspace drops the last one, Esc all")
    assert editor.evaluate(CUT) == []
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.keyboard.press("b")
    page.set_viewport_size({"width": 1024, "height": 768})
    expect(page.locator(".tool")).to_have_text("Drawing Left ventricle")
    expect(page.locator(".tool")).to_be_visible()
    assert editor.evaluate(CUT) == []
    expect(page.locator(".scale")).to_have_text(f"Zoom {hand.place()['zoom'] * 100:.0f} %")
