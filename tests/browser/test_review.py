"""The Review page: a reader's strokes become versions, and two readers never overwrite each other."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.editing.contours import Outline, fill_polygon, outlines
from core.editing.hint import Hint
from core.labels import Label
from core.network.correction.corrector import cached_corrector
from core.records.masks import Origin, Version
from core.records.slices import Geometry, Series, Slice, Split, Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks import drafts, masks
from core.store.masks.reader_view import view_slice
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, set_status, slice_pixels, slice_row
from tests.browser.conftest import ROOT, OpenPage, Serve
from tests.browser.drawing import Hand, stroke
from tests.browser.editor.test_editor_keyboard import go_to, press

SHAPE = (64, 80)
HEART = np.zeros(SHAPE, np.uint8)
HEART[20:50, 20:50] = 2
HEART[27:43, 27:43] = 3


@dataclass
class Desk:
    """The app on a store of its own, with no model at all."""

    url: str
    page: OpenPage

    def series(self, patient: str) -> list[int]:
        """Ids of three slices with reference masks, as imported."""
        pixels = np.add.outer(np.arange(SHAPE[0]), np.arange(SHAPE[1])).astype(np.uint16)
        slices = tuple(Slice(place, 0, pixels + place, mask=HEART.copy()) for place in range(3))
        geometry = Geometry("npy", (3, *SHAPE), (1.5, 1.5))
        series = Series(patient, "cine", geometry, slices, split=Split.TRAIN)
        added = add_series(open_store(), series).series_id
        return [row.id for row in list_slices(open_store(), Filter(series_id=added))]

    def open(self, slice_id: int, reader: str, opened: Page | None = None) -> Hand:
        """A reader's hand on a slice, with all slices on the list: references come approved."""
        opened = opened or self.page()
        opened.goto(f"{self.url}/Review?slice={slice_id}&reader={reader}&filter=all")
        return self.hand(opened, slice_id, reader)

    def hand(self, opened: Page, slice_id: int, reader: str) -> Hand:
        """The hand on the slice that the page shows, once it does."""
        document = f"slice-{slice_id} of {reader}"
        opened.locator(f".editor[data-document='{document}'][aria-busy='false']").wait_for()
        # What was shown before is hidden at once, but gone only when the whole page stands.
        expect(opened.locator(".editor")).to_have_count(1)
        return Hand(opened, ROOT, document, SHAPE)


@pytest.fixture
def desk(serve: Serve, page: OpenPage, home: dict[str, str]) -> Desk:
    return Desk(serve(ROOT / "serve.py", home), page)


def draw(hand: Hand) -> np.ndarray:
    """One stroke of LV across the myocardium, stored; returns the mask that NumPy makes of it."""
    points = hand.drag([(22, 22), (48, 24)])
    expected = hand_mask(points)
    expect(hand.page.locator(".stored")).to_have_text("Draft stored")
    return expected


def hand_mask(points: list[tuple[float, float]]) -> np.ndarray:
    expected = HEART.copy()
    expected[stroke(SHAPE, points, 5)] = 3
    return expected


def newest(slice_id: int) -> Version:
    return masks.newest_version(open_store(), slice_id)


def wait_for_author(slice_id: int, author: str, opened: Page) -> Version:
    """The newest version, once it is the author's."""
    for _ in range(300):
        if (found := newest(slice_id)).author == author:
            return found
        opened.wait_for_timeout(100)
    raise AssertionError(f"{author} saved no version of slice {slice_id}")


def wait_for_status(slice_id: int, status: Status, opened: Page) -> None:
    """Until the slice is so far."""
    for _ in range(300):
        if slice_row(open_store(), slice_id).status == status:
            return
        opened.wait_for_timeout(100)
    raise AssertionError(f"slice {slice_id} is not {status}")


def test_a_stroke_and_enter_make_an_approved_version_and_open_the_next_slice(desk):
    first, second, _ = desk.series("enter")
    hand = desk.open(first, "ann")
    hand.drag([(30, 22), (32, 22)])  # the first also gives the editor the keyboard
    points = hand.drag([(22, 22), (48, 24)])
    hand.page.keyboard.press("Control+s")
    expect(hand.page.get_by_text("Saved as version")).to_be_visible()
    drawn = hand.mask()
    assert (drawn[stroke(SHAPE, points, 5)] == 3).all()
    hand.page.locator(".well").hover()
    hand.page.keyboard.press("Enter")
    desk.hand(hand.page, second, "ann")
    assert f"slice={second}" in hand.page.url
    version = newest(first)
    assert (version.origin, version.author) == (Origin.READER, "ann")
    assert version.seconds > 0
    assert np.array_equal(version.mask, drawn)
    assert slice_row(open_store(), first).status == Status.APPROVED


HAS_SLICES = """([document, count]) => {
    const { ahead } = window[Symbol.for("septum.editor")];
    return ahead.ways.has(document) && ahead.slices.size >= count;
}"""
PRESS_AND_LOOK = """(root, key) => {
    root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    const { document, revision } = root.dataset;
    return { document, revision, busy: root.ariaBusy, mask: Array.from(root.parentElement.editor.mask()) };
}"""


def test_a_click_in_the_queue_opens_a_slice_and_the_keys_are_the_editors_at_once(desk):
    first, *_, third = desk.series("quinn")
    opened = desk.page()
    opened.goto(f"{desk.url}/Review?slice={first}&reader=ada&filter=all")  # a reference comes approved
    desk.hand(opened, first, "ada")
    opened.get_by_role("button", name="Filter and sort").click()
    opened.get_by_label("Patient", exact=True).fill("quinn")
    opened.get_by_label("Patient", exact=True).press("Enter")
    expect(opened.get_by_text("3 slices", exact=True)).to_be_visible()
    opened.keyboard.press("Escape")
    opened.locator(".queue .row").nth(2).click()  # the first click counts
    desk.hand(opened, third, "ada")
    opened.keyboard.press("e")
    expect(opened.locator("[data-action=tool-erase][aria-pressed=true]")).to_be_visible()


def test_the_whole_editor_fits_a_small_window_below_a_long_name(desk):
    first, *_ = desk.series("a patient of a rather long name")
    opened = desk.page(size=(1024, 768))
    box = desk.open(first, "ada", opened).page.locator(".editor").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768
    assert opened.get_by_role("button", name="Approve").bounding_box()["y"] < 120  # beside the name


def wait_for_slices_ahead(hand: Hand, count: int) -> None:
    """Until the browser has what the keys lead to from this slice."""
    hand.page.wait_for_function(HAS_SLICES, arg=[hand.document, count])


def press_and_look(hand: Hand, key: str) -> dict[str, object]:
    """Press a key and say what the editor shows in that very moment, before the page can have answered."""
    found: dict[str, object] = hand.page.locator(".editor").evaluate(PRESS_AND_LOOK, key)
    return found


def test_the_next_slice_is_drawn_before_the_page_has_answered(desk):
    first, second, third = desk.series("ahead")
    hand = desk.open(first, "ann")
    wait_for_slices_ahead(hand, 2)
    seen = press_and_look(hand, "ArrowDown")
    assert (seen["document"], seen["busy"]) == (f"slice-{second} of ann", "true")
    assert np.array_equal(np.reshape(seen["mask"], SHAPE), HEART)
    hand = desk.hand(hand.page, second, "ann")  # the page has followed
    assert f"slice={second}" in hand.page.url
    expected = draw(hand)
    assert np.array_equal(drafts.load_draft(open_store(), second, "ann").mask, expected)
    wait_for_slices_ahead(hand, 3)
    seen = press_and_look(hand, "Enter")
    assert seen["document"] == f"slice-{third} of ann"
    hand = desk.hand(hand.page, third, "ann")
    assert np.array_equal(newest(second).mask, expected)
    seen = press_and_look(hand, "ArrowUp")  # what was drawn there is seen at once, too
    assert np.array_equal(np.reshape(seen["mask"], SHAPE), expected)


def test_keys_in_quick_succession_lead_where_they_say_and_none_approves_what_was_not_open(desk):
    first, second, third = desk.series("quick keys")
    for slice_id in (first, second, third):  # a reference comes approved
        set_status(open_store(), slice_id, Status.NEW)
    hand = desk.open(first, "ann")
    wait_for_slices_ahead(hand, 2)
    press_and_look(hand, "ArrowDown")
    press_and_look(hand, "ArrowDown")  # from a slice that the page has not opened yet
    hand = desk.hand(hand.page, third, "ann")
    wait_for_slices_ahead(hand, 3)
    press_and_look(hand, "ArrowUp")
    seen = press_and_look(hand, "ArrowDown")
    assert seen["document"] == f"slice-{third} of ann"
    hand = desk.hand(hand.page, third, "ann")  # back again, where the page may have been all along
    press_and_look(hand, "ArrowUp")
    press_and_look(hand, "Enter")  # on the second, before the page has opened it
    wait_for_status(second, Status.APPROVED, hand.page)
    assert slice_row(open_store(), third).status != Status.APPROVED
    assert slice_row(open_store(), first).status != Status.APPROVED


def test_an_approval_that_is_refused_brings_the_slice_back(desk):
    first, *_ = desk.series("refused")
    set_status(open_store(), first, Status.NEW)  # a reference comes approved
    ann = desk.open(first, "ann")
    drawn = draw(ann)
    masks.save_version(
        open_store(), first, 3 - HEART, origin=Origin.READER, author="bob", parent_id=newest(first).id
    )
    wait_for_slices_ahead(ann, 2)
    seen = press_and_look(ann, "Enter")
    assert seen["document"] != ann.document
    expect(ann.page.get_by_text(re.compile("bob saved version .* after you began")).first).to_be_visible()
    ann = desk.hand(ann.page, first, "ann")
    ann.wait_for(drawn)
    assert slice_row(open_store(), first).status != Status.APPROVED


def test_what_is_seen_is_what_is_saved_to_the_pixel(desk):
    first, *_ = desk.series("exact")
    hand = desk.open(first, "ann")
    expected = draw(hand)
    assert np.array_equal(drafts.load_draft(open_store(), first, "ann").mask, expected)
    hand.page.get_by_role("button", name="Approve").click()
    assert np.array_equal(wait_for_author(first, "ann", hand.page).mask, expected)


def test_a_draft_outlives_a_reload_another_page_and_another_slice(desk):
    first, second, _ = desk.series("reload")
    hand = desk.open(first, "ann")
    expected = draw(hand)
    hand.page.reload()
    hand = desk.hand(hand.page, first, "ann")
    hand.wait_for(expected)
    hand.page.get_by_role("link", name="Home").click()
    expect(hand.page.get_by_text("Active model")).to_be_visible()
    hand.page.locator(".st-key-menu").get_by_role("link", name="Review", exact=True).click()
    desk.hand(hand.page, first, "ann").wait_for(expected)
    hand.page.locator(".well").hover()
    hand.page.keyboard.press("ArrowDown")
    desk.hand(hand.page, second, "ann")
    hand.page.keyboard.press("ArrowUp")
    hand = desk.hand(hand.page, first, "ann")
    hand.wait_for(expected)
    hand.page.keyboard.press("Control+z")
    hand.wait_for(HEART)


def test_strokes_are_discarded_on_request_and_undo_brings_them_back(desk):
    first, *_ = desk.series("discard")
    hand = desk.open(first, "ann")
    expected = draw(hand)
    hand.page.reload()
    hand = desk.hand(hand.page, first, "ann")
    hand.page.get_by_role("button", name="Save", exact=True).click()
    hand.page.get_by_role("button", name="Discard the strokes").click()
    expect(hand.page.get_by_role("button", name="Discard the strokes")).to_have_count(0)
    assert drafts.load_draft(open_store(), first, "ann") is None
    hand.wait_for(HEART)
    hand.page.keyboard.press("Escape")
    hand.page.get_by_role("button", name="Undo").click()
    hand.wait_for(expected)


def test_a_note_is_kept_and_an_old_version_is_looked_at_and_restored(desk):
    first, *_ = desk.series("restore")
    reference = newest(first).id
    hand = desk.open(first, "ann")
    draw(hand)
    opened = hand.page
    opened.get_by_role("button", name="Save", exact=True).click()
    opened.get_by_label("Note").fill("base")
    opened.get_by_label("Note").press("Enter")
    opened.get_by_role("button", name="Save a version").click()
    expect(opened.get_by_text("Saved as version")).to_be_visible()
    expect(opened.get_by_label("Note")).to_have_count(0)  # the list is closed
    assert newest(first).note == "base"
    opened.get_by_role("button", name="Save", exact=True).click()
    expect(opened.get_by_label("Note")).to_have_value("")  # no note goes with a second version unasked
    opened.keyboard.press("Escape")
    opened.get_by_role("button", name="Versions").click()
    expect(opened.get_by_text("Dice with the one before: RV absent, Myo", exact=False)).to_be_visible()
    opened.get_by_role("button", name="Look").click()
    opened.locator(f".editor[data-document='version-{reference}']").wait_for()
    opened.get_by_role("button", name="Restore it").click()
    hand = desk.hand(opened, first, "ann")
    hand.wait_for(HEART)
    assert newest(first).note.startswith(f"version {reference} of")


def test_two_readers_see_each_other_and_the_second_save_shows_both_masks(desk):
    first, *_ = desk.series("conflict")
    ann = desk.open(first, "ann")
    drawn = draw(ann)
    bob = desk.open(first, "bob")
    expect(bob.page.get_by_text("ann has it open, too")).to_be_visible()
    bob.drag([(60, 10), (60, 50)])
    expect(bob.page.locator(".stored")).to_have_text("Draft stored")
    bob.page.get_by_role("button", name="Approve").click()
    theirs = wait_for_author(first, "bob", bob.page)

    ann.page.get_by_role("button", name="Approve").click()
    expect(ann.page.get_by_text(re.compile("bob saved version .* after you began"))).to_be_visible()
    assert ann.page.get_by_role("img").count() >= 3
    assert np.array_equal(newest(first).mask, theirs.mask)
    ann.wait_for(drawn)
    ann.page.get_by_role("button", name="Merge by painting").click()
    ann.page.locator(f".editor[data-revision='{theirs.id}']").wait_for()
    settle(ann.page)
    ann.wait_for(drawn)
    ann.page.get_by_role("button", name="Approve").click()
    mine = wait_for_author(first, "ann", ann.page)
    assert mine.parent_id == theirs.id
    assert np.array_equal(mine.mask, drawn)


def test_two_windows_under_one_name_are_both_told_and_lose_no_stroke(desk):
    first, *_ = desk.series("two windows")
    one = desk.open(first, "ann")
    two = desk.open(first, "ann", desk.page(theme="dark"))  # another browser, so to speak
    draw(two)
    two.page.keyboard.press("Control+s")
    version = wait_for_author(first, "ann", two.page)
    two.page.locator(f".editor[data-revision='{version.id}']").wait_for()
    for row in (5, 15, 55):
        two.drag([(60, row), (75, row)])
    expect(two.page.locator(".stored")).to_have_text("Draft stored")
    theirs = two.mask()

    points = one.drag([(5, 5), (5, 50)])  # on the mask from before
    expect(one.page.get_by_text("Another window of yours drew on this slice")).to_be_visible()
    assert np.array_equal(drafts.load_draft(open_store(), first, "ann").mask, theirs)
    one.page.locator(f".editor[data-revision='{version.id}']").wait_for()
    one.wait_for(theirs)
    one.page.locator(".well").hover()
    one.page.keyboard.press("Control+z")
    mine = hand_mask(points)
    one.wait_for(mine)
    expect(one.page.locator(".stored")).to_have_text("Draft stored")
    assert np.array_equal(drafts.load_draft(open_store(), first, "ann").mask, mine)

    two.page.bring_to_front()
    two.drag([(40, 5), (50, 5)])
    expect(two.page.get_by_text("Another window of yours drew on this slice")).to_be_visible()
    expect(two.page.get_by_text("ann has it open in another window, too")).to_be_visible()
    assert np.array_equal(drafts.load_draft(open_store(), first, "ann").mask, mine)
    two.wait_for(mine)
    two.page.locator(".well").hover()
    two.page.keyboard.press("Control+z")
    back = two.mask()
    assert (back[theirs != HEART] == theirs[theirs != HEART]).all()


def test_a_stale_window_approves_and_discards_nothing_that_it_does_not_show(desk):
    first, *_ = desk.series("stale window")
    set_status(open_store(), first, Status.NEW)  # a reference comes approved
    one = desk.open(first, "ann")
    draw(one)
    settle(one.page)
    two = desk.open(first, "ann", desk.page(theme="dark"))
    two.drag([(60, 5), (75, 5)])
    expect(two.page.locator(".stored")).to_have_text("Draft stored")
    theirs = two.mask()
    one.page.bring_to_front()
    one.page.locator(".well").hover()
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_text("Another window of yours drew on this slice")).to_be_visible()
    assert slice_row(open_store(), first).status == Status.IN_PROGRESS
    assert np.array_equal(drafts.load_draft(open_store(), first, "ann").mask, theirs)
    one = desk.hand(one.page, first, "ann")
    one.wait_for(theirs)
    one.page.locator(".well").hover()
    one.page.keyboard.press("Enter")  # what is shown now
    wait_for_status(first, Status.APPROVED, one.page)
    assert np.array_equal(newest(first).mask, theirs)


def test_a_window_that_comes_back_shows_what_another_one_left_there(desk):
    first, second, _ = desk.series("come back")
    one = desk.open(first, "ann")
    draw(one)
    one.page.keyboard.press("ArrowDown")
    desk.hand(one.page, second, "ann")
    settle(one.page)
    seen = view_slice(open_store(), first, "ann").seen
    drafts.clear_draft(open_store(), first, "ann", seen)  # as from another window
    one.page.keyboard.press("ArrowUp")
    one = desk.hand(one.page, first, "ann")
    one.wait_for(HEART)


def test_a_name_is_asked_for_before_the_first_stroke(serve, page, home):
    desk = Desk(serve(ROOT / "app.py", {**home, "SEPTUM_READER": ""}), page)
    first, *_ = desk.series("no name")
    opened = desk.page()
    opened.goto(f"{desk.url}/Review?slice={first}")
    opened.locator(f".editor[data-document='slice-{first} of '] .well").hover()
    expect(opened.get_by_role("button", name="Approve")).to_have_count(0)
    opened.keyboard.press("Enter")
    field = opened.locator(".st-key-asked-name input")
    field.fill(" Zoe ")
    field.press("Enter")
    hand = desk.hand(opened, first, "Zoe")
    assert "reader=Zoe" in opened.url
    points = hand.drag([(22, 22), (48, 24)])
    expect(opened.locator(".stored")).to_have_text("Draft stored")
    assert np.array_equal(drafts.load_draft(open_store(), first, "Zoe").mask, hand_mask(points))
    opened.get_by_role("link", name="Home").click()
    expect(opened.get_by_text("Active model")).to_be_visible()
    assert "reader=Zoe" in opened.url
    opened.reload()
    expect(opened.get_by_role("button", name="Zoe")).to_be_visible()
    opened.goto(desk.url)  # an address that names nobody
    expect(opened.get_by_role("button", name="Zoe")).to_be_visible()
    opened.goto("about:blank")  # else the page could write the name once more
    opened.context.clear_cookies()
    opened.goto(f"{desk.url}/Train")
    expect(opened.get_by_role("button", name="Your name")).to_be_visible()


def test_keeping_theirs_gives_the_strokes_up(desk):
    first, *_ = desk.series("theirs")
    ann = desk.open(first, "ann")
    draw(ann)
    masks.save_version(
        open_store(),
        first,
        3 - HEART,
        origin=Origin.READER,
        author="bob",
        parent_id=newest(first).id,
    )
    ann.page.reload()
    ann.page.get_by_role("button", name="Keep bob's").click()
    ann.page.locator(f".editor[data-revision='{newest(first).id}']").wait_for()
    ann.wait_for(3 - HEART)
    assert drafts.load_draft(open_store(), first, "ann") is None


def corrected(slice_id: int, *hints: Hint) -> np.ndarray:
    """What the network makes of the references and the hints."""
    pixels = slice_pixels(open_store(), slice_row(open_store(), slice_id))
    return cached_corrector(settings().correction_model).correct(pixels, HEART, hints, (1.5, 1.5))


def test_a_click_is_answered_shown_and_taken_with_enter(desk):
    first, *_ = desk.series("smart")
    hand = desk.open(first, "ann")
    opened = hand.page
    opened.get_by_role("button", name="Smart correction").click()
    [(x, y)] = hand.click([(60, 10)])
    expect(opened.get_by_text("Smart correction: Enter takes it")).to_be_visible()
    assert np.array_equal(hand.mask(), HEART)  # only shown so far
    expected = corrected(first, Hint(((int(y), int(x)),), Label.LEFT_VENTRICLE, adds=True))
    assert expected[int(y), int(x)] == Label.LEFT_VENTRICLE
    opened.keyboard.press("Enter")
    expect(opened.locator(".stored")).to_have_text("Draft stored")
    hand.wait_for(expected)
    assert np.array_equal(drafts.load_draft(open_store(), first, "ann").mask, expected)
    opened.keyboard.press("Control+z")
    hand.wait_for(HEART)


def test_shift_draws_a_box_outside_of_which_nothing_is_the_label(desk):
    first, *_ = desk.series("smart box")
    hand = desk.open(first, "ann")
    opened = hand.page
    opened.get_by_role("button", name="Smart correction").click()
    opened.keyboard.down("Shift")
    (left, top), (right, bottom) = hand.drag([(30.5, 31.5), (40.5, 38.5)], steps=4)
    opened.keyboard.up("Shift")
    expect(opened.get_by_text("Smart correction: Enter takes it")).to_be_visible()
    corners = ((int(top), int(left)), (int(bottom), int(right)))
    expected = corrected(first, Hint(corners, Label.LEFT_VENTRICLE, adds=True, box=True))
    outside = np.ones(SHAPE, bool)
    outside[corners[0][0] : corners[1][0] + 1, corners[0][1] : corners[1][1] + 1] = False
    assert (HEART[outside] == Label.LEFT_VENTRICLE).any()
    assert not (expected[outside] == Label.LEFT_VENTRICLE).any()
    opened.keyboard.press("Enter")
    hand.wait_for(expected)


def test_a_box_is_drawn_by_keys_and_dropped_without_what_was_clicked_before(desk):
    first, *_ = desk.series("smart box by keys")
    hand = desk.open(first, "ann")
    press(hand, "F2", "u", "0", "Shift+Enter")
    expect(hand.page.get_by_text("The background has no box")).to_be_visible()
    press(hand, "3")
    go_to(hand, 31, 31)
    press(hand, "Shift+Enter", "ArrowRight")
    expect(hand.page.get_by_text("Box: move to the other corner").first).to_be_visible()
    press(hand, "Escape")
    go_to(hand, 30, 31)
    press(hand, "Shift+Enter")
    go_to(hand, 40, 38)
    press(hand, "Enter")
    expect(hand.page.get_by_text("Smart correction: Enter takes it")).to_be_visible()
    expected = corrected(first, Hint(((31, 30), (38, 40)), Label.LEFT_VENTRICLE, adds=True, box=True))
    press(hand, "Shift+Enter", "ArrowRight", "Escape", "Enter")
    hand.wait_for(expected)


def test_a_box_may_end_outside_of_the_picture_and_one_of_a_pixel_is_a_click(desk):
    first, *_ = desk.series("smart box at the edge")
    hand = desk.open(first, "ann")
    opened = hand.page
    opened.get_by_role("button", name="Smart correction").click()
    opened.keyboard.down("Shift")
    hand.drag([(60.5, 50.5), (SHAPE[1] + 3, 60.5)], steps=4)
    expect(opened.get_by_text("Smart correction: Enter takes it")).to_be_visible()
    opened.keyboard.press("Escape")
    [(x, y)] = hand.click([(60.5, 10.5)])
    opened.keyboard.up("Shift")
    expect(opened.get_by_text("Smart correction: Enter takes it")).to_be_visible()
    opened.keyboard.press("Enter")
    hand.wait_for(corrected(first, Hint(((int(y), int(x)),), Label.LEFT_VENTRICLE, adds=True)))


def test_a_network_that_is_missing_is_told_at_the_click_and_all_else_works(serve, page, home, tmp_path):
    missing = home | {"SEPTUM_CORRECTION_MODEL": str(tmp_path / "none.safetensors")}
    desk = Desk(serve(ROOT / "serve.py", missing), page)
    first, *_ = desk.series("smart without")
    hand = desk.open(first, "ann")
    hand.page.get_by_role("button", name="Smart correction").click()
    hand.click([(60, 10)])
    expect(hand.page.get_by_text("Smart correction needs the network")).to_be_visible()
    hand.page.keyboard.press("Escape")
    hand.page.keyboard.press("b")
    draw(hand)


def test_a_right_click_takes_a_label_away_and_escape_drops_the_preview(desk):
    first, *_ = desk.series("smart away")
    hand = desk.open(first, "ann")
    opened = hand.page
    opened.get_by_role("button", name="Smart correction").click()
    [place] = hand.to_screen([(35.5, 35.5)])
    opened.mouse.click(*place, button="right")
    expect(opened.get_by_text("Smart correction: Enter takes it")).to_be_visible()
    opened.keyboard.press("Escape")
    expect(opened.get_by_text("Smart correction: Enter takes it")).to_have_count(0)
    hand.wait_for(HEART)
    opened.mouse.click(*place, button="right")
    expect(opened.get_by_text("Smart correction: Enter takes it")).to_be_visible()
    opened.keyboard.press("Enter")
    assert hand.mask()[35, 35] != Label.LEFT_VENTRICLE


def settle(opened: Page) -> None:
    """Wait until the page's script has run to its end."""
    opened.wait_for_timeout(300)  # the canvas gathers what happens within a moment before it tells the page
    opened.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def choose(opened: Page, name: str) -> None:
    """Press a segment and wait for what follows."""
    opened.get_by_role("button", name=name).or_(opened.get_by_role("radio", name=name)).click()
    settle(opened)


def open_contours(
    desk: Desk, slice_id: int, opened: Page | None = None
) -> tuple[Page, Callable[[float, float], tuple[float, float]]]:
    """The contour view of a slice, and where its image points lie on the screen."""
    opened = desk.open(slice_id, "ann", opened).page
    choose(opened, "Whole contours")
    canvas = opened.locator("canvas.upper-canvas")
    canvas.wait_for()
    settle(opened)  # the picture is painted in after the canvas
    box = canvas.bounding_box()
    assert box is not None
    scale = box["width"] / SHAPE[1], box["height"] / SHAPE[0]
    return opened, lambda x, y: (box["x"] + x * scale[0], box["y"] + y * scale[1])


def followed(slice_id: int, opened: Page) -> np.ndarray:
    """Ann's draft, once the mask has followed the canvas."""
    for _ in range(20):
        settle(opened)
        if (draft := drafts.load_draft(open_store(), slice_id, "ann")) is not None:
            return draft.mask
    raise AssertionError(f"there is no draft of slice {slice_id}")


def test_a_contour_is_drawn_on_the_canvas_and_becomes_the_mask(desk):
    first, *_ = desk.series("contour")
    opened, at = open_contours(desk, first)
    choose(opened, "New RV")
    expect(opened.get_by_text("Click point by point")).to_be_visible()
    corners = [(60.0, 10.0), (75.0, 10.0), (75.0, 30.0), (60.0, 30.0)]
    for corner in [*corners, corners[0]]:  # the first point closes it
        opened.mouse.click(*at(*corner))
        opened.wait_for_timeout(150)
    mask = followed(first, opened)
    drawn = mask == Label.RIGHT_VENTRICLE
    expected = fill_polygon(tuple(corners), SHAPE)
    assert (drawn ^ expected).sum() <= 15 + 20  # the mouse has whole pixels: at most one row and one column
    assert np.array_equal(np.where(drawn, 0, mask), np.where(drawn, 0, HEART))
    choose(opened, "Paint")
    desk.hand(opened, first, "ann").wait_for(mask)


def drag_a_point(opened: Page, at: Callable[[float, float], tuple[float, float]]) -> None:
    """Drag the lower right point of the endocardium outwards."""
    opened.mouse.move(*at(35, 35))
    opened.get_by_role("button", name="Edit").click()
    for _ in range(2):  # the first click takes the contour, the second its points
        opened.mouse.click(*at(35, 35))
        opened.wait_for_timeout(400)
    corner = max(outlines(HEART)[Outline.ENDOCARDIUM][0], key=sum)
    opened.mouse.move(*at(*corner))
    opened.mouse.down()
    opened.mouse.move(*at(corner[0] + 4, corner[1] + 4), steps=4)
    opened.mouse.up()


def test_a_point_of_a_contour_is_dragged_and_the_canvas_stays_for_the_next(desk):
    first, *_ = desk.series("drag a point")
    opened, at = open_contours(desk, first)
    drag_a_point(opened, at)
    mask = followed(first, opened)
    assert (mask == Label.LEFT_VENTRICLE).sum() > (HEART == Label.LEFT_VENTRICLE).sum()
    assert np.array_equal(mask > 0, HEART > 0)  # what the LV took was myocardium
    settle(opened)
    corner = max(outlines(HEART)[Outline.ENDOCARDIUM][0], key=sum)
    opened.mouse.move(*at(corner[0] + 4, corner[1] + 4))  # the same point again, without a click before
    opened.mouse.down()
    opened.mouse.move(*at(*corner), steps=4)
    opened.mouse.up()
    settle(opened)
    settle(opened)
    back = followed(first, opened)
    assert (back == Label.LEFT_VENTRICLE).sum() < (mask == Label.LEFT_VENTRICLE).sum()


def test_a_point_that_was_just_dragged_is_approved_with_the_slice(desk):
    first, *_ = desk.series("drag and approve")
    opened, at = open_contours(desk, first)
    drag_a_point(opened, at)
    opened.get_by_role("button", name="Approve").click()  # sooner than the canvas tells
    expect(opened.get_by_text(": approved")).to_be_visible()
    version = masks.newest_version(open_store(), first)
    assert slice_row(open_store(), first).status == Status.APPROVED
    assert (version.mask == Label.LEFT_VENTRICLE).sum() > (HEART == Label.LEFT_VENTRICLE).sum()


def test_contours_that_nobody_moved_change_nothing(desk):
    first, *_ = desk.series("no move")
    opened, at = open_contours(desk, first)
    opened.mouse.move(*at(35, 35))
    opened.get_by_role("button", name="Update the app with this drawing").click()
    settle(opened)
    settle(opened)
    assert drafts.load_draft(open_store(), first, "ann") is None
