"""A series that is shown another way round: strokes, outlines, scale and menu are right, no pixel moves."""

import time

import numpy as np
import pytest
from playwright.sync_api import expect

from core.records.orientation import TURNS
from tests.browser.drawing import Hand, polygon, stroke

SHAPE = (72, 120)


def full_opacity(hand: Hand) -> None:
    for _ in range(12):
        hand.page.keyboard.press("d")


@pytest.mark.parametrize("turn", TURNS[1:], ids=lambda turn: turn.key)
def test_what_is_drawn_on_a_turned_picture_is_stored_as_the_source_lies(editor, turn):
    hand = editor(SHAPE, turn=turn.key)
    expected = np.zeros(SHAPE, np.uint8)
    hand.set_size(5)
    expected[stroke(SHAPE, hand.drag([(20, 10), (70, 30), (30, 60)]), 5)] = 3
    hand.page.keyboard.press("p")
    hand.page.keyboard.press("1")
    corners = hand.click([(80, 20), (110, 40), (85, 65)])
    hand.page.keyboard.press("Enter")
    expected[polygon(SHAPE, corners)] = 1
    assert (hand.stored() != expected).sum() == 0
    full_opacity(hand)
    assert (hand.seen() != expected).sum() == 0


def test_zoom_and_odd_places_change_nothing_of_that(editor):
    hand = editor(SHAPE, turn="270m")
    page = hand.page
    expected = np.zeros(SHAPE, np.uint8)
    page.mouse.move(*hand.to_screen([(60, 30)])[0])
    for turns, size in ((-430, 4), (-200, 9), (500, 12)):
        hand.zoom(turns)
        hand.set_size(size)
        expected[stroke(SHAPE, hand.drag([(58, 28), (66, 33), (61, 40)]), size)] = 3
        assert (hand.mask() != expected).sum() == 0
    page.keyboard.press("Home")
    full_opacity(hand)
    assert (hand.seen() != expected).sum() == 0


def test_outlines_lie_inside_their_own_pixels_on_every_side(editor):
    hand = editor(SHAPE, turn="90m", start="heart")
    drawn = hand.mask()
    full_opacity(hand)
    hand.page.keyboard.press("o")
    assert not hand.seen()[drawn == 0].any()
    for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        edge = (np.roll(drawn, (-down, -across), axis=(0, 1)) != drawn) & (drawn > 0)
        seen = hand.seen(offset=(0.36 * across, 0.36 * down))
        assert (seen[edge] == drawn[edge]).all()
        assert not seen[drawn == 0].any()


def test_the_menu_turns_what_is_seen_and_fits_it(editor):
    hand = editor(SHAPE, start="heart")
    page = hand.page
    before = hand.mask()
    for action, key in (
        ("right", "90"),
        ("mirror", "270m"),
        ("left", "180m"),
        ("usual", "90"),
        ("source", "0"),
    ):
        page.locator("[data-action=turn]").click()
        menu = page.locator(".menu")
        expect(menu).to_contain_text("For all of this series")
        menu.locator(f"[data-action=turn-{action}]").click()
        deadline = time.monotonic() + 60
        while hand.place()["turn"] != key and time.monotonic() < deadline:
            page.wait_for_timeout(30)
        assert hand.place()["turn"] == key
        at, well = hand.place(), page.locator(".well").bounding_box()
        wide, high = SHAPE[::-1] if key in ("0", "180m") else SHAPE
        assert at["panX"] + wide * at["zoom"] / 2 == pytest.approx(well["width"] / 2, abs=1)
        assert at["panY"] + high * at["zoom"] / 2 == pytest.approx(well["height"] / 2, abs=1)
    assert (hand.mask() == before).all()


BAR = """root => {
    const calls = [];
    const noted = (name) => (...values) => calls.push([name, ...values]);
    const context = new Proxy({}, { get: (_, name) => noted(name), set: () => true });
    root.parentElement.editor.drawMarks(context);
    const text = calls.find(([name]) => name === "fillText")[1];
    const across = calls.filter(([name]) => name === "lineTo").map((call) => call[1]);
    return { mm: parseFloat(text), length: Math.max(...across) - Math.min(...across) };
}"""


@pytest.mark.parametrize(("turn", "mm"), [("0", 1.5), ("90", 3), ("180m", 1.5)])
def test_the_scale_is_of_the_direction_that_lies_across(editor, turn, mm):
    hand = editor(SHAPE, turn=turn, spacing="3x1.5")
    bar = hand.page.locator(".editor").evaluate(BAR)
    assert bar["length"] / hand.place()["zoom"] * mm == pytest.approx(bar["mm"])
