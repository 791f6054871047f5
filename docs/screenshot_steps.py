"""What is done on a page before its picture is taken."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import FilePayload, Page

from core.imaging.phantom.cine import beating_heart
from tests.workflow.small import png

CHART = ".js-plotly-plot .main-svg"
CURVES = ".volume-curves svg"
# On the small picture of the first demo heart, as shares of its sides.
INSERTIONS = ((0.69, 0.35), (0.49, 0.78))


def drop_files(page: Page) -> None:
    """Drop two slices, cut to the heart as in the course data, and a file that is no image; list them."""
    slices = beating_heart(7, n_phases=1).series.slices[3:5]
    files = [(f"patient7_slice_{item.position}.png", png(cut(item.pixels))) for item in slices]
    files.append(("notes.png", b"not an image"))
    page.locator("input[type=file]").set_input_files(
        [FilePayload(name=name, mimeType="", buffer=data) for name, data in files]
    )


def cut(pixels: np.ndarray, side: int = 96) -> np.ndarray:
    """The middle of a slice, (side, side)."""
    row, column = ((length - side) // 2 for length in pixels.shape)
    return pixels[row : row + side, column : column + side]


def open_contours(page: Page) -> None:
    """The second way to correct, its points shown."""
    name = "Whole contours"
    page.get_by_role("button", name=name).or_(page.get_by_role("radio", name=name)).click()


def show_runs(page: Page) -> None:
    """Runs beside each other."""
    part = page.get_by_role("button", name="Runs", exact=True).or_(page.get_by_role("radio", name="Runs"))
    part.first.click()


def play(page: Page) -> None:
    """Phases playing over the picture."""
    page.locator(CURVES).first.wait_for()
    page.locator(".editor [data-action=cine]").first.click()
    page.locator(".floating.cine:not([hidden])").wait_for()


def show_section(name: str) -> Callable[[Page], None]:
    """Return what opens a section beside the picture of a heart."""

    def show(page: Page) -> None:
        page.locator(".st-key-heart-section").get_by_text(name, exact=True).click()

    return show


def mark_insertions(page: Page) -> None:
    """The wall, once both insertions of the demo's heart are marked."""
    show_section("Wall")(page)
    picture = page.locator(".insertions .place")
    for number, (x, y) in enumerate(INSERTIONS, 1):
        box = picture.bounding_box()
        assert box is not None
        picture.click(position={"x": x * box["width"], "y": y * box["height"]})
        page.locator(".insertions path.mark").nth(number - 1).wait_for()


def open_hearts(page: Page) -> None:
    """The list of hearts over the page."""
    page.locator(".st-key-hearts button").first.click()


def carry(page: Page) -> None:
    """Masks carried through the beat, not kept yet."""
    page.locator(".st-key-carry button").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Carry to").click()
