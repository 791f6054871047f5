"""The worklist in a browser: mere focus opens and approves nothing, and what was decided can be undone."""

import pytest
from playwright.sync_api import Page, expect

from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.slices import set_status, slice_row
from tests.browser.test_review import Desk, desk, draw, settle, wait_for_status

__all__ = ["desk"]
SHOWN = ".editor[aria-busy='false'][data-document='slice-{} of ann']"


def waiting(desk: Desk, patient: str) -> list[int]:
    """Three slices with masks that nobody has decided on, alone on the list."""
    ids = desk.series(patient)
    for slice_id in ids:
        set_status(open_store(), slice_id, Status.IN_PROGRESS)
    return ids


def review(desk: Desk, patient: str, slice_id: int, opened: Page | None = None) -> Page:
    opened = opened or desk.page()
    opened.goto(f"{desk.url}/Review?reader=ann&filter=todo&patient={patient}&slice={slice_id}")
    opened.locator(SHOWN.format(slice_id)).wait_for()
    settle(opened)
    return opened


def test_to_have_the_focus_opens_nothing_and_enter_stays_in_the_list(desk):
    first, second, third = waiting(desk, "focus")
    opened = review(desk, "focus", second)
    listbox = opened.get_by_role("listbox")
    expect(listbox.get_by_role("option")).to_have_count(3)
    expect(listbox.get_by_role("option", selected=True)).to_contain_text("2")
    opened.get_by_role("button", name="Filter and sort").focus()
    for _ in range(12):
        opened.keyboard.press("Tab")
        if listbox.evaluate("(list) => list.getRootNode().activeElement === list"):
            break
    expect(listbox).to_be_focused()
    settle(opened)
    assert f"slice={second}" in opened.url
    opened.keyboard.press("j")
    opened.keyboard.press("k")
    opened.keyboard.press("ArrowDown")
    settle(opened)
    assert f"slice={second}" in opened.url
    opened.keyboard.press("Enter")
    opened.locator(SHOWN.format(third)).wait_for()
    expect(listbox).to_be_focused()
    opened.keyboard.press("Enter")  # opens what is open already, and approves nothing
    settle(opened)
    assert {slice_row(open_store(), one).status for one in (first, second, third)} == {Status.IN_PROGRESS}


def test_a_chip_and_a_filter_outlive_a_reload_and_another_page(desk):
    first, second, _ = waiting(desk, "reload list")
    set_status(open_store(), second, Status.APPROVED)
    opened = review(desk, "reload list", first)
    expect(opened.get_by_text("2 slices to do")).to_be_visible()
    opened.get_by_role("radio", name="All").or_(opened.get_by_role("button", name="All")).first.click()
    expect(opened.get_by_role("option")).to_have_count(3)
    assert "filter=all" in opened.url
    opened.reload()
    expect(opened.get_by_role("option")).to_have_count(3)
    opened.get_by_role("link", name="Home").click()
    expect(opened.get_by_text("Active model")).to_be_visible()
    opened.locator(".st-key-menu").get_by_role("link", name="Review", exact=True).click()
    expect(opened.get_by_role("option")).to_have_count(3)
    assert "patient=reload" in opened.url
    opened.get_by_role("button", name="Clear").click()
    expect(opened.get_by_role("button", name="Clear")).to_have_count(0)
    assert "patient=" not in opened.url


@pytest.mark.parametrize("way", ["button", "key"])
def test_an_approval_is_undone_by_its_button_and_by_a_key(desk, way):
    first, second, _ = waiting(desk, f"undo {way}")
    opened = review(desk, f"undo {way}", first)
    opened.locator(".well").hover()
    opened.keyboard.press("Enter")
    opened.locator(SHOWN.format(second)).wait_for()
    wait_for_status(first, Status.APPROVED, opened)
    undo = opened.locator(".st-key-undo-decision button")
    expect(undo).to_be_visible()
    settle(opened)
    if way == "button":
        undo.click()
    else:
        opened.keyboard.press("Alt+z")
    opened.locator(SHOWN.format(first)).wait_for()
    assert slice_row(open_store(), first).status == Status.IN_PROGRESS
    expect(undo).to_have_count(0)


def test_a_stroke_on_an_approved_slice_is_told_and_an_approval_is_taken_back(desk):
    first, *_ = desk.series("changed")
    hand = desk.open(first, "ann")
    opened = hand.page
    bar = opened.locator(".st-key-bar")
    expect(bar).to_contain_text("approved")
    expected = draw(hand)
    expect(bar).to_contain_text("approved, changed since")
    opened.get_by_role("button", name="Changed since approved").or_(
        opened.get_by_role("radio", name="Changed since approved")
    ).first.click()
    expect(opened.get_by_role("option", selected=True)).to_contain_text("✓✎")
    assert (hand.mask() == expected).all()
    opened.get_by_role("button", name="Take back").click()
    expect(bar).not_to_contain_text("approved")
    assert slice_row(open_store(), first).status == Status.IN_PROGRESS
    assert masks.newest_version(open_store(), first).author != "ann"
    assert (hand.mask() == expected).all()


def test_the_open_slice_is_in_sight_in_a_long_list(desk):
    many = [slice_id for number in range(12) for slice_id in waiting(desk, f"long {number:02}")]
    opened = review(desk, "long", many[-1])
    row = opened.get_by_role("option", selected=True)
    expect(row).to_be_in_viewport()
    box, around = row.bounding_box(), opened.get_by_role("listbox").bounding_box()
    assert box is not None
    assert around is not None
    assert around["y"] <= box["y"] <= box["y"] + box["height"] <= around["y"] + around["height"]
