"""Many slices at once in a real browser: previewed, done, seen in the editor, and undone after a reload."""

import numpy as np
import pytest
from playwright.sync_api import expect

from core.records.slices import Geometry, Series, Slice, Split
from core.store.database import open_store
from core.store.masks import drafts
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from tests.browser.conftest import ROOT, OpenPage, Serve
from tests.browser.test_review import SHAPE, Desk


@pytest.fixture
def desk(home: dict[str, str], serve: Serve, page: OpenPage) -> Desk:
    return Desk(serve(ROOT / "app.py", home), page)


def stack() -> list[int]:
    """Ids of four slices without a mask."""
    pixels = np.add.outer(np.arange(SHAPE[0]), np.arange(SHAPE[1])).astype(np.uint16)
    slices = tuple(Slice(place, 0, pixels + place) for place in range(4))
    series = Series("many", "cine", Geometry("npy", (4, *SHAPE), (1.5, 1.5)), slices, split=Split.TRAIN)
    added = add_series(open_store(), series).series_id
    return [row.id for row in list_slices(open_store(), Filter(series_id=added))]


def drawn(slice_id: int) -> np.ndarray | None:
    draft = drafts.load_draft(open_store(), slice_id, "ann")
    return None if draft is None else draft.mask


def test_strokes_are_copied_to_other_slices_by_keyboard_seen_there_and_undone(desk):
    ids = stack()
    hand = desk.open(ids[0], "ann")
    page = hand.page
    hand.drag([(22, 22), (48, 24)])
    expect(page.locator(".stored")).to_have_text("Draft stored")
    mine = drawn(ids[0])
    page.keyboard.press("Alt+m")
    dialog = page.get_by_role("dialog")
    do = dialog.get_by_role("button", name="Do it on 2 slices")
    expect(do).to_be_enabled()
    expect(dialog.locator(".septum-picture img")).to_have_count(2)
    do.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied to 2 slices")).to_be_visible()
    expect(dialog).to_have_count(0)
    assert [drawn(number) is not None for number in ids] == [True, True, True, False]
    page.locator(".editor").focus()
    page.keyboard.press("ArrowDown")
    other = desk.hand(page, ids[1], "ann")
    other.wait_for(mine)
    page.goto(f"{desk.url}/Review?slice={ids[1]}&reader=ann&filter=all")
    other = desk.hand(page, ids[1], "ann")
    other.wait_for(mine)
    page.keyboard.press("Alt+m")
    dialog.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_text("Undone: Copied to 2 slices")).to_be_visible()
    expect(dialog).to_have_count(0)
    other.wait_for(np.zeros_like(mine))
    assert [drawn(number) is not None for number in ids] == [True, False, False, False]
    assert np.array_equal(drawn(ids[0]), mine)
    page.locator(".editor").focus()
    page.keyboard.press("ArrowUp")
    desk.hand(page, ids[0], "ann").wait_for(mine)
