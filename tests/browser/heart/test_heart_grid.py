"""The grid of a heart in the browser: a click and keys open slices; a stroke redraws its own cell alone."""

from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.slices import slices_at
from tests.browser.conftest import ROOT, OpenPage, Serve
from tests.browser.drawing import Hand
from tests.workflow.hearts.phantom_files import N_PHASES, N_POSITIONS, SIZE, heart

READER = "ann"
DRAWN = "cells => cells.map((cell) => Number(cell.dataset.drawn ?? 0))"
# Milliseconds from the end of the next stroke until the cell of a slice is another picture.
FOLLOWED = """async (root, id) => {
    const { grid } = root;
    const picture = () => grid.cells.get(id).canvas.toDataURL();
    const before = picture();
    const began = await new Promise((resolve) =>
        window.addEventListener("septum-drawn", () => resolve(performance.now()), { once: true }));
    while (picture() === before && performance.now() - began < 5000) await new Promise(requestAnimationFrame);
    return performance.now() - began;
}"""

BAR = ("Hearts", "Carry", "Report")
SCALE_BAR = 34  # CSS pixels of the picture, with its words

IN_SIGHT = """cell => {
    const [box, view] = [cell, cell.closest(".scroller")].map((one) => one.getBoundingClientRect());
    return box.left >= view.left && box.right <= view.right + 1 && box.bottom <= view.bottom + 1;
}"""

# How far the rows and columns that are seen stand out of the view, in CSS pixels.
CUT = """scroller => {
    const outer = scroller.getBoundingClientRect();
    const right = outer.left + scroller.clientLeft + scroller.clientWidth;
    const bottom = outer.top + scroller.clientTop + scroller.clientHeight;
    const boxOf = (part) => part.getBoundingClientRect();
    const [corner, ...heads] = scroller.querySelectorAll(".heads th");
    const [top, left] = [boxOf(corner).bottom, boxOf(corner).right];
    const rows = [...scroller.querySelectorAll("tr:not(.heads)")].map(boxOf);
    const columns = heads.map(boxOf);
    const over = (start, end, from, to) =>
        end <= from + 2 || start >= to - 2 ? 0 : Math.max(0, from - start, end - to);
    return [
        Math.max(...rows.map((row) => over(row.top, row.bottom, top, bottom))),
        Math.max(...columns.map((column) => over(column.left, column.right, left, right))),
    ];
}"""


@pytest.fixture(scope="module")
def heart_ids(home: dict[str, str]) -> dict[tuple[int, int], int]:
    """Slices of a phantom by place from the base and phase."""
    added = add_series(open_store(), replace(heart(), patient="grid")).series_id
    places = [(place, phase) for place in range(N_POSITIONS) for phase in range(N_PHASES)]
    return {(row.from_base, row.phase): row.id for row in slices_at(open_store(), added, places)}


def hand_on(opened: Page, slice_id: int) -> Hand:
    """The hand on the slice that is open, once it can be drawn on."""
    document = f"slice-{slice_id} of {READER}"
    opened.locator(f".editor[data-document='{document}'][aria-busy='false']").wait_for()
    expect(opened.locator(".editor")).to_have_count(1)
    return Hand(opened, ROOT, document, (SIZE, SIZE))


def settle(opened: Page) -> None:
    """Until the page stands and every picture of the grid is drawn."""
    opened.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(opened.locator(".heart-grid td[data-drawn]")).to_have_count(N_POSITIONS * N_PHASES)


def cell(opened: Page, slice_id: int) -> Locator:
    return opened.locator(f"#heart-slice-{slice_id}")


def test_a_click_and_keys_open_slices_and_a_stroke_redraws_its_own_cell_alone(
    serve: Serve, page: OpenPage, home: dict[str, str], heart_ids: dict[tuple[int, int], int]
):
    opened = page()
    first = heart_ids[0, 0]
    opened.goto(f"{serve(ROOT / 'serve.py', home)}/Heart?slice={first}&reader={READER}")
    hand_on(opened, first)
    settle(opened)
    expect(cell(opened, first)).to_have_attribute("aria-selected", "true")
    expect(opened.locator(".says")).to_contain_text("Slice 1 of 5, ED (phase 1 of 8), approved")
    expect(opened.locator(".says")).to_contain_text("mm²")

    cell(opened, heart_ids[1, 1]).click()
    hand = hand_on(opened, heart_ids[1, 1])
    expect(cell(opened, heart_ids[1, 1])).to_have_attribute("aria-selected", "true")
    settle(opened)

    # A stroke: the cell follows at once, without a run of the page, and no other one is drawn.
    grid, cells = opened.locator(".heart-grid"), opened.locator(".heart-grid td[data-slice]")
    before = np.array(cells.evaluate_all(DRAWN))
    words = cell(opened, heart_ids[1, 1]).get_attribute("aria-label")
    grid.evaluate(f"(root, id) => {{ window.followed = ({FOLLOWED})(root, id); }}", heart_ids[1, 1])
    hand.drag([(24, 32), (42, 32)], steps=4)  # within the part of the slice that the grid shows
    assert opened.evaluate("window.followed") < 1000  # a frame or two, on a machine that is not busy
    expect(opened.locator(".stored")).to_have_text("Draft stored")
    expect(cell(opened, heart_ids[1, 1])).to_contain_text("✎")  # the page has run since
    settle(opened)
    assert cell(opened, heart_ids[1, 1]).get_attribute("aria-label") != words
    ids = [int(one) for one in cells.evaluate_all("cells => cells.map((cell) => cell.dataset.slice)")]
    changed = np.array(cells.evaluate_all(DRAWN)) - before
    assert {ids[at] for at in np.flatnonzero(changed)} == {heart_ids[1, 1]}

    # Keys: arrows move a mark, Enter opens; the focus stays, and what was drawn is still shown.
    grid.get_by_role("grid").focus()
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("ArrowDown")
    expect(opened.locator(".says")).to_contain_text("Slice 3 of 5, phase 3 of 8")
    expect(cell(opened, heart_ids[1, 1])).to_have_attribute("aria-selected", "true")
    opened.keyboard.press("Enter")
    hand_on(opened, heart_ids[2, 2])
    settle(opened)
    expect(cell(opened, heart_ids[2, 2])).to_have_attribute("aria-selected", "true")
    expect(cell(opened, heart_ids[1, 1])).to_contain_text("✎")
    expect(grid.get_by_role("grid")).to_be_focused()
    after = cell(opened, heart_ids[1, 1]).get_attribute("aria-label")
    assert "approved, changed since" in after
    assert after.split(", RV ")[1] != words.split(", RV ")[1]  # the stroke's area

    # Large, over the window, from where a slice is opened, too.
    opened.get_by_role("button", name="Larger").click()
    expect(opened.get_by_role("dialog", name="The whole heart")).to_be_visible()
    cell(opened, heart_ids[4, 7]).click()
    hand_on(opened, heart_ids[4, 7])
    expect(opened.get_by_role("dialog", name="The whole heart")).to_have_count(0)
    assert f"slice={heart_ids[4, 7]}" in opened.url
    assert cell(opened, heart_ids[4, 7]).evaluate(IN_SIGHT)


def test_in_a_small_window_no_slice_is_cut_and_a_notice_leaves_the_scale_bar_free(
    serve: Serve, page: OpenPage, home: dict[str, str], heart_ids: dict[tuple[int, int], int]
):
    opened = page(size=(1024, 768))
    last = heart_ids[4, 7]
    opened.goto(f"{serve(ROOT / 'serve.py', home)}/Heart?slice={last}&reader={READER}")
    hand_on(opened, last)
    settle(opened)
    tops = {opened.get_by_role("button", name=name, exact=True).bounding_box()["y"] for name in BAR}
    assert len(tops) == 1
    scroller = opened.locator(".heart-grid .scroller")
    for height in (768, 600):  # the last slice is at the end of what scrolls, and so is none in between
        opened.set_viewport_size({"width": 1024, "height": height})
        for key in ("End", "ArrowUp", "Home", "PageUp", "PageDown", "ArrowRight"):
            scroller.get_by_role("grid").press(key)
            assert max(scroller.evaluate(CUT)) <= 2, (height, key)  # the space beside a picture
    opened.set_viewport_size({"width": 1024, "height": 768})
    opened.locator("[data-action='eye-3']").click()
    opened.get_by_role("button", name="Approve").click()
    notice, well = opened.locator(".notice"), opened.locator(".well").bounding_box()
    expect(notice).to_contain_text("Not all of the mask was in sight")
    said = notice.bounding_box()
    assert said["y"] + said["height"] <= well["y"] + well["height"] - SCALE_BAR
    assert said["width"] > well["width"] / 2  # and in as few lines as there is room for
