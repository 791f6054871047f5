"""What a reader may do on Review next: each a step with its weight, which waits for nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from playwright.sync_api import Page

from benchmarks.fault_rounds.on_screen import SHAPE
from tests.browser.drawing import Hand

MIDDLES = """all => all.filter((each) => each.checkVisibility()).map((each) => {
    const box = each.getBoundingClientRect();
    return [box.left, box.top, box.width, box.height];
})"""
LOST_S = 1.5  # in which the canvas comes up
N_HELD = (4, 12)  # repeats of a key that is held


@dataclass
class Tab:
    """A browser tab with Review in it."""

    page: Page
    name: str
    reader: str
    errors: list[str] = field(default_factory=list)

    def boxes(self, selector: str) -> list[tuple[float, float, float, float]]:
        """Return left, top, width and height of what is drawn of a selector now."""
        found: list[tuple[float, float, float, float]] = self.page.locator(selector).evaluate_all(MIDDLES)
        return found

    def click(self, selector: str, which: int = 0) -> bool:
        """Click where it lies now, if it is there; returns whether it was."""
        boxes = self.boxes(selector)
        if which >= len(boxes):
            return False
        left, top, width, height = boxes[which]
        self.page.mouse.click(left + width / 2, top + height / 2)
        return True

    def hand(self) -> Hand | None:
        """Return a hand in the editor, None where the whole contours are open instead."""
        drawn = self.boxes(".editor")
        return Hand(self.page, Path(), "", SHAPE) if len(drawn) == 1 else None

    def press(self, key: str) -> None:
        """Press a key in the picture, if there is one: the pointer lies on it as a reader's does."""
        if not self.boxes(".editor"):
            return
        self.page.keyboard.press(key)


Step = Callable[[Tab, Random], object]


def draw(tab: Tab, chance: Random) -> None:
    """One stroke of the brush."""
    hand = tab.hand()
    if hand is not None:
        tab.press("b")
        tab.press(str(chance.randint(0, 3)))
        hand.drag([(chance.uniform(15, 60), chance.uniform(15, 55)) for _ in range(2)], steps=2)


def pull_contour(tab: Tab, chance: Random) -> None:
    """Pull the line of a contour in the painter."""
    hand = tab.hand()
    if hand is not None:
        tab.press("y")
        x, y = chance.choice(((20, 35), (50, 35), (35, 20), (27, 35), (43, 35), (35, 43)))
        hand.drag([(x, y), (x + chance.uniform(-5, 5), y + chance.uniform(-5, 5))], steps=3)


def polygon(tab: Tab, chance: Random) -> None:
    """A polygon, most often closed with Enter, and sometimes an Enter more."""
    hand = tab.hand()
    if hand is not None:
        tab.press("p")
        tab.press(str(chance.randint(1, 3)))
        hand.click([(chance.uniform(10, 70), chance.uniform(10, 60)) for _ in range(chance.randint(2, 4))])
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            tab.press("Enter")


def hold_arrow(tab: Tab, chance: Random) -> None:
    """Hold an arrow down, now and then with Enter at its end."""
    key = chance.choice(("ArrowDown", "ArrowUp"))
    if not tab.boxes(".editor"):
        return
    for _ in range(chance.randint(*N_HELD)):
        tab.page.keyboard.down(key)
        tab.page.wait_for_timeout(30)
    if chance.random() < 0.3:
        tab.page.keyboard.press("Enter")
    tab.page.keyboard.up(key)


def whole_contours(tab: Tab, chance: Random) -> None:
    """Go over to the whole contours, move one, and go on by whatever comes next, at once or not."""
    tab.click("[class*='st-key-way'] button", 1)
    for _ in range(int(10 * LOST_S)):
        if tab.boxes("canvas.upper-canvas"):
            break
        tab.page.wait_for_timeout(100)
    tab.page.wait_for_timeout(400)
    for left, top, width, height in tab.boxes("canvas.upper-canvas"):

        def at(x: float, y: float) -> tuple[float, float]:
            return left + x * width / SHAPE[1], top + y * height / SHAPE[0]  # noqa: B023

        tab.page.mouse.move(*at(35, 35))
        tab.page.get_by_role("button", name="Edit", exact=True).click(timeout=500)
        tab.page.mouse.move(*at(35, 35))
        tab.page.mouse.down()
        tab.page.mouse.move(*at(35 + chance.uniform(-6, 6), 35 + chance.uniform(-6, 6)), steps=3)
        tab.page.mouse.up()
    leave = chance.choice((approve, paint, row, reject, no_step))
    tab.page.wait_for_timeout(chance.choice((0, 50, 150, 300, 700)))
    leave(tab, chance)


def paint(tab: Tab, chance: Random) -> None:
    """Go back to painting."""
    tab.click("[class*='st-key-way'] button", 0)


def approve(tab: Tab, chance: Random) -> None:
    """Click Approve."""
    tab.click(of_page("approve"))


def reject(tab: Tab, chance: Random) -> None:
    """Reject in its list of reasons."""
    popover(tab, "rejecting", of_page("reject"))


def discard(tab: Tab, chance: Random) -> None:
    """Give the strokes up."""
    popover(tab, "saving", of_page("discard"))


def popover(tab: Tab, name: str, button: str) -> None:
    """Open a list of the bar and press a button in it, or leave it open."""
    tab.click(f"[class*='st-key-{name}'] button")
    tab.page.wait_for_timeout(250)
    if not tab.click(button):
        tab.page.keyboard.press("Escape")


def row(tab: Tab, chance: Random) -> None:
    """Click a row of the list."""
    rows = tab.boxes(".queue .row")
    if rows:
        tab.click(".queue .row", chance.randrange(len(rows)))


def list_keys(tab: Tab, chance: Random) -> None:
    """Give the list the focus, move its mark, and open what is marked."""
    listbox = tab.page.locator(".queue .list")
    if tab.boxes(".queue .list"):
        listbox.focus()
        for key in chance.choices(("j", "k", "ArrowDown", "ArrowUp"), k=2):
            tab.page.keyboard.press(key)
        for _ in range(chance.choice((0, 1, 1, 2))):
            tab.page.keyboard.press("Enter")


def reload(tab: Tab, chance: Random) -> None:
    """Load the page anew, and wait for the editor, or not quite."""
    tab.page.reload(wait_until="domcontentloaded", timeout=10_000)
    tab.page.locator(".editor").first.wait_for(timeout=10_000)


def versions(tab: Tab, chance: Random) -> None:
    """Look at an old version, and restore it or go back."""
    tab.click("[class*='st-key-versions'] button")
    tab.page.wait_for_timeout(500)
    if not tab.click("[class*='st-key-look'] button"):
        tab.page.keyboard.press("Escape")
        return
    tab.page.wait_for_timeout(chance.choice((100, 700)))
    tab.click(chance.choice((".st-key-restore-version button", ".st-key-leave-version button")))


def conflict(tab: Tab, chance: Random) -> None:
    """Choose one of the ways out of a conflict, where there is one."""
    tab.click(of_page(chance.choice(("keep-mine", "merge", "keep-theirs"))))


def key(name: str) -> Step:
    """Return the step that presses a key in the picture."""
    return lambda tab, chance: tab.press(name)


def button(name: str) -> Step:
    """Return the step that clicks a button of the page, where it is there."""
    return lambda tab, chance: tab.click(of_page(name))


def of_page(name: str) -> str:
    """Return where a button of the page lies, which over the canvas is called after its slice, too."""
    return f".st-key-{name} button, [class*='st-key-{name}-over-'] button"


def no_step(tab: Tab, chance: Random) -> None:
    """Do nothing."""


STEPS: dict[str, tuple[int, Step]] = {
    "draws": (16, draw),
    "pulls a contour": (6, pull_contour),
    "draws a polygon": (6, polygon),
    "presses Enter": (12, key("Enter")),
    "presses X": (3, key("x")),
    "goes down": (6, key("ArrowDown")),
    "goes up": (6, key("ArrowUp")),
    "holds an arrow": (4, hold_arrow),
    "undoes": (5, key("Control+z")),
    "does again": (3, key("Control+y")),
    "saves": (4, key("Control+s")),
    "undoes by Alt+Z": (3, key("Alt+z")),
    "clicks Approve": (7, approve),
    "clicks a row": (7, row),
    "uses the list": (4, list_keys),
    "takes back": (4, button("take-back")),
    "undoes a decision": (3, button("undo-decision")),
    "discards": (3, discard),
    "rejects": (2, reject),
    "decides a conflict": (8, conflict),
    "moves whole contours": (4, whole_contours),
    "goes back to painting": (8, paint),
    "looks at a version": (2, versions),
    "reloads": (2, reload),
}
