"""The editor on a tablet: one finger or a pen draws, two zoom, and everything can be hit."""

from collections.abc import Sequence

import numpy as np
import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import OpenPage
from tests.browser.drawing import Hand, Point, stroke

SHAPE = (96, 96)
LEAST, WANTED = 24, 44  # CSS pixels of a target: what WCAG 2.2 AA asks, what a finger hits
TARGETS = """(root) => [...root.querySelectorAll("button, input")]
    .filter((part) => part.checkVisibility() && !part.closest("[hidden]"))
    .map((part) => [part.ariaLabel ?? part.textContent, part.getBoundingClientRect()])
    .map(([name, box]) => [name, box.width, box.height, box.bottom])"""


class Fingers:
    """Fingers on the screen, as the browser itself has them from a touch screen."""

    def __init__(self, hand: Hand) -> None:
        """On the page of a hand."""
        self.hand = hand
        self.session: CDPSession = hand.page.context.new_cdp_session(hand.page)

    def touch(self, kind: str, *points: Point) -> None:
        """Put fingers down, move or lift them; `points` are of the screen."""
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def draw(self, image: Sequence[Point]) -> list[Point]:
        """Draw with one finger along points of the image; return them as the editor sees them."""
        screen = self.hand.to_screen(image)
        self.touch("touchStart", screen[0])
        for point in screen[1:]:
            self.touch("touchMove", point)
        self.touch("touchEnd")
        return self.hand.to_image(screen)


@pytest.fixture
def hand(editor, page: OpenPage) -> Hand:
    """The editor on a heart, on a tablet held across."""
    opened = editor(SHAPE, page(size=(1024, 768), touch=True), start="heart")
    opened.set_size(5)
    return opened


def test_one_finger_draws_and_two_zoom_without_a_stroke(hand):
    start, fingers = hand.mask(), Fingers(hand)
    hand.page.keyboard.press("1")
    path = fingers.draw([(12, 12), (30, 14), (34, 30)])
    drawn = np.where(stroke(SHAPE, path, 5), 1, start)
    assert np.array_equal(hand.mask(), drawn)
    assert np.array_equal(hand.stored(), drawn)
    before = hand.place()["zoom"]
    (x0, y0), (x1, y1) = hand.to_screen([(40, 40), (56, 56)])
    fingers.touch("touchStart", (x0, y0))
    fingers.touch("touchStart", (x0, y0), (x1, y1))
    fingers.touch("touchMove", (x0 - 40, y0 - 40), (x1 + 40, y1 + 40))
    fingers.touch("touchEnd")
    assert hand.place()["zoom"] > 1.3 * before
    assert np.array_equal(hand.mask(), drawn)
    assert hand.page.evaluate("window.visualViewport.scale") == 1  # the picture was zoomed and not the page


def test_a_pen_draws(hand):
    start = hand.mask()
    session = hand.page.context.new_cdp_session(hand.page)

    def pen(kind: str, point: Point, buttons: int) -> None:
        event = {"type": kind, "x": point[0], "y": point[1], "pointerType": "pen", "force": 0.5}
        button = "left" if kind != "mouseMoved" else "none"
        session.send(
            "Input.dispatchMouseEvent", event | {"button": button, "buttons": buttons, "clickCount": 1}
        )

    hand.page.keyboard.press("1")
    screen = hand.to_screen([(10, 80), (40, 84)])
    pen("mousePressed", screen[0], 1)
    pen("mouseMoved", screen[1], 1)
    pen("mouseReleased", screen[1], 0)
    assert np.array_equal(hand.mask(), np.where(stroke(SHAPE, hand.to_image(screen), 5), 1, start))


def test_everything_can_be_hit_and_lies_in_sight(hand):
    height = hand.page.viewport_size["height"]
    targets = hand.page.locator(".editor").evaluate(TARGETS)
    assert [name for name, width, tall, _ in targets if min(width, tall) < LEAST] == []
    tools = [target for target in targets if target[0].startswith(("Brush", "Eraser", "Undo", "Contours"))]
    assert len(tools) == 4
    assert all(width >= WANTED and tall >= WANTED - 4 for _, width, tall, _ in tools)
    assert all(bottom <= height for *_, bottom in targets)
    expect(hand.page.locator(".tools")).to_have_js_property(
        "scrollHeight", hand.page.locator(".tools").evaluate("(tools) => tools.clientHeight")
    )
