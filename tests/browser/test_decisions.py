"""What is decided is what is on the screen, and a moment ago it can be undone: keys, buttons, contours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from core.labels import Label
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import drafts
from core.store.models.models import register_model
from core.store.slices.slices import set_status, slice_row
from tests.browser.drawing import Hand
from tests.browser.test_review import (
    HEART,
    Desk,
    desk,
    drag_a_point,
    draw,
    followed,
    newest,
    open_contours,
    settle,
    wait_for_status,
)
from tests.store.predicted import save_prediction

__all__ = ["desk"]
SQUARE = [(60.0, 10.0), (72.0, 10.0), (72.0, 24.0)]


def undecided(desk: Desk, patient: str) -> list[int]:
    """Three slices with masks that nobody has decided on."""
    ids = desk.series(patient)
    for slice_id in ids:
        set_status(open_store(), slice_id, Status.IN_PROGRESS)
    return ids


def predict_nothing(slice_id: int) -> None:
    """Have a model see no heart in a slice."""
    store, name = open_store(), f"model of slice {slice_id}"
    model = register_model(store, name=name, sha256=name, path=f"{name}.safetensors", card="{}")
    said = np.zeros((len(Label), *HEART.shape), np.float32)
    said[0] = 1
    save_prediction(store, slice_id, np.zeros_like(HEART), said, 0.0, model.id, name)


def corners(hand: Hand) -> None:
    """Set the corners of a polygon, and leave it open."""
    hand.page.keyboard.press("p")
    hand.page.keyboard.press("1")
    hand.click(SQUARE)


def test_an_enter_more_than_closes_a_polygon_approves_nothing(desk):
    first, *_ = undecided(desk, "enter twice")
    hand = desk.open(first, "ann")
    corners(hand)
    hand.page.keyboard.press("Enter")
    hand.page.keyboard.press("Enter")
    expect(hand.page.locator(".notice")).to_contain_text("Press it once more to approve")
    assert (hand.mask() == Label.RIGHT_VENTRICLE).any()
    drawn = hand.mask()
    settle(hand.page)
    assert slice_row(open_store(), first).status == Status.IN_PROGRESS
    hand.page.keyboard.press("Enter")
    wait_for_status(first, Status.APPROVED, hand.page)
    assert (newest(first).mask == drawn).all()


def test_a_shape_that_is_still_open_is_neither_approved_without_it_nor_lost(desk):
    first, *_ = undecided(desk, "open shape")
    hand = desk.open(first, "ann")
    corners(hand)
    hand.page.get_by_role("button", name="Approve").click()
    expect(hand.page.locator(".notice")).to_contain_text("not in the mask yet")
    hand.page.keyboard.press("Control+s")
    settle(hand.page)
    assert slice_row(open_store(), first).status == Status.IN_PROGRESS
    hand.page.locator(".well").hover()
    hand.page.locator(".editor").press("Enter")
    assert (hand.mask() == Label.RIGHT_VENTRICLE).any()
    drawn = hand.mask()
    hand.page.get_by_role("button", name="Approve").click()
    wait_for_status(first, Status.APPROVED, hand.page)
    assert (newest(first).mask == drawn).all()


def hide_a_label(opened: Page) -> None:
    opened.locator(f"[data-action='eye-{int(HEART.max())}']").click()


def fade_the_mask(opened: Page) -> None:
    for _ in range(10):
        opened.locator(".editor").press("a")


def show_differences_alone(opened: Page) -> None:
    opened.locator("[data-action='difference']").click()
    expect(opened.locator("[data-action='difference']")).to_have_attribute("aria-pressed", "true")


def hold_the_key_that_hides(opened: Page) -> None:
    opened.locator(".editor").focus()
    opened.keyboard.down("s")  # up only when the test is over


COVERS = (hide_a_label, fade_the_mask, show_differences_alone, hold_the_key_that_hides)


@pytest.mark.parametrize("cover", COVERS)
@pytest.mark.parametrize("approve", ["Enter", "Approve"])
def test_a_mask_of_which_something_is_hidden_is_shown_whole_before_it_is_approved(desk, cover, approve):
    first, *_ = undecided(desk, f"hidden {cover.__name__} {approve}")
    if cover is show_differences_alone:
        predict_nothing(first)
    hand = desk.open(first, "ann")
    cover(hand.page)
    button = hand.page.get_by_role("button", name="Approve")
    act = button.click if approve == "Approve" else lambda: hand.page.locator(".editor").press("Enter")
    act()
    expect(hand.page.locator(".notice")).to_contain_text("It is shown now")
    settle(hand.page)
    assert slice_row(open_store(), first).status == Status.IN_PROGRESS
    hidden, difference, opacity, hiding = hand.page.locator(".editor").evaluate(
        """root => {
            const { preferences, hiding, view } = root.parentElement.editor;
            return [preferences.hidden, preferences.difference, Number(view.labels.style.opacity), hiding];
        }"""
    )
    assert (hidden, difference, opacity > 0.1, hiding) == ([], False, True, False)
    act()
    wait_for_status(first, Status.APPROVED, hand.page)
    hand.page.keyboard.up("s")


@pytest.mark.parametrize(("key", "status"), [("Enter", Status.APPROVED), ("x", Status.REJECTED)])
def test_ctrl_z_undoes_what_was_just_decided_and_then_the_strokes_before_it(desk, key, status):
    first, second, _ = undecided(desk, f"ctrl z {status}")
    hand = desk.open(first, "ann")
    drawn = draw(hand)
    hand.page.keyboard.press(key)
    hand = desk.hand(hand.page, second, "ann")
    wait_for_status(first, status, hand.page)
    expect(hand.page.locator(".st-key-undo-decision button")).to_be_visible()
    hand.page.keyboard.press("Control+z")
    hand = desk.hand(hand.page, first, "ann")
    assert slice_row(open_store(), first).status == Status.IN_PROGRESS
    assert (hand.mask() == drawn).all()
    settle(hand.page)
    hand.page.keyboard.press("Control+z")
    assert (hand.mask() == HEART).all()


def test_ctrl_z_takes_a_stroke_back_and_not_the_decision_before_it(desk):
    first, second, _ = undecided(desk, "ctrl z strokes")
    hand = desk.open(first, "ann")
    hand.page.keyboard.press("Enter")
    hand = desk.hand(hand.page, second, "ann")
    wait_for_status(first, Status.APPROVED, hand.page)
    draw(hand)
    for _ in range(3):
        hand.page.keyboard.press("Control+z")
    assert (hand.mask() == HEART).all()
    settle(hand.page)
    assert slice_row(open_store(), first).status == Status.APPROVED
    desk.hand(hand.page, second, "ann")


def leave_by_row(opened: Page) -> None:
    opened.locator(".queue .row[aria-selected=true] + .row").click()


def leave_by_paint(opened: Page) -> None:
    opened.get_by_role("radio", name="Paint").or_(opened.get_by_role("button", name="Paint")).first.click()


@pytest.mark.parametrize("leave", [leave_by_row, leave_by_paint])
def test_a_point_dragged_a_moment_before_the_canvas_is_left_is_not_lost(desk, leave):
    first, second, _ = desk.series(f"leave {leave.__name__}")
    opened, at = open_contours(desk, first)
    drag_a_point(opened, at)
    leave(opened)  # sooner than the canvas tells
    mask = followed(first, opened)
    assert (mask == Label.LEFT_VENTRICLE).sum() > (HEART == Label.LEFT_VENTRICLE).sum()
    if leave is leave_by_row:
        expect(opened).to_have_url(re.compile(f"slice={second}&"))
    else:
        assert (desk.hand(opened, first, "ann").mask() == mask).all()
    assert drafts.load_draft(open_store(), second, "ann") is None


@dataclass
class Line:
    """What comes from the server, which may be late."""

    browser: WebSocketRoute | None = None
    held: list[str | bytes] | None = None  # what has not arrived

    def connect(self, browser: WebSocketRoute) -> None:
        self.browser, server = browser, browser.connect_to_server()
        server.on_message(self.hear)

    def hear(self, message: str | bytes) -> None:
        if self.held is not None:
            self.held.append(message)
        elif self.browser is not None:
            self.browser.send(message)

    def hold(self) -> None:
        self.held = []

    def let_go(self) -> None:
        late, self.held = self.held or [], None
        for message in late:
            self.hear(message)


@pytest.fixture
def slow(desk) -> Iterator[tuple[Page, Line]]:
    """A page whose line may be slow; no other test may find its line routed."""
    opened, line = desk.page().context.new_page(), Line()
    opened.route_web_socket(re.compile("_stcore/stream"), line.connect)
    yield opened, line
    opened.close()


def test_a_late_click_over_the_canvas_decides_nothing_on_the_slice_that_follows(desk, slow):
    first, second, _ = undecided(desk, "late click")
    opened, line = slow
    open_contours(desk, first, opened)
    line.hold()  # from here on the page stays as it is
    for _ in range(2):
        opened.get_by_role("button", name="Approve").click()
        wait_for_status(first, Status.APPROVED, opened)
    opened.wait_for_timeout(2000)
    assert slice_row(open_store(), second).status == Status.IN_PROGRESS


def discard_on_a_slow_line(desk: Desk, slow: tuple[Page, Line], patient: str) -> tuple[int, Hand]:
    """A slice whose strokes the reader gave up, and the page has not heard of it yet."""
    first, *_ = undecided(desk, patient)
    opened, line = slow
    hand = desk.open(first, "ann", opened)
    draw(hand)
    opened.reload()  # the page offers to give up what it had when it was drawn
    hand = desk.hand(opened, first, "ann")
    settle(opened)
    opened.get_by_role("button", name="Save", exact=True).click()
    opened.get_by_role("button", name="Discard the strokes").hover()
    line.hold()
    opened.get_by_role("button", name="Discard the strokes").click()
    for _ in range(100):
        if drafts.load_draft(open_store(), first, "ann") is None:
            break
        opened.wait_for_timeout(100)
    return first, hand


def approve_what_is_shown(first: int, hand: Hand) -> None:
    """Click Approve, and see that it was the mask on the screen."""
    shown = hand.mask()
    hand.page.get_by_role("button", name="Approve").click()
    wait_for_status(first, Status.APPROVED, hand.page)
    assert (newest(first).mask == shown).all()


def test_a_stroke_in_the_hand_brings_no_mask_back_that_was_given_up(desk, slow):
    first, hand = discard_on_a_slow_line(desk, slow, "in the hand")
    (x, y), (to_x, to_y) = hand.to_screen([(60, 20), (68, 25)])
    hand.page.mouse.move(x, y)
    hand.page.mouse.down()
    hand.page.mouse.move(to_x, to_y)
    slow[1].let_go()
    expect(hand.page.get_by_role("button", name="Discard the strokes")).to_have_count(0)
    hand.page.keyboard.press("Escape")
    hand.page.mouse.up()
    settle(hand.page)
    assert (hand.mask() == HEART).all()
    approve_what_is_shown(first, hand)


def test_a_stroke_on_its_way_while_strokes_are_given_up_leaves_what_is_shown_and_what_is_stored_the_same(
    desk, slow
):
    first, hand = discard_on_a_slow_line(desk, slow, "on its way")
    hand.drag([(60, 20), (68, 25)])
    for _ in range(100):
        if drafts.load_draft(open_store(), first, "ann") is not None:
            break
        hand.page.wait_for_timeout(100)
    slow[1].let_go()
    hand.wait_for(HEART)
    expect(hand.page.locator(".stored")).to_have_text("Draft stored")
    settle(hand.page)
    approve_what_is_shown(first, hand)


def test_a_click_on_approve_tells_of_the_strokes_on_the_screen_as_its_key_does(desk):
    first, *_ = undecided(desk, "click tells")
    hand = desk.open(first, "ann")
    drawn = draw(hand)
    settle(hand.page)
    # A window that has missed what became of its strokes.
    hand.page.locator(".editor").evaluate(
        """(root) => {
            const { draft, view } = root.parentElement.editor;
            draft.see("elsewhere", 1);
            draft.mask.fill(0);
            view.renderLabels();
        }"""
    )
    hand.page.get_by_role("button", name="Approve").click()
    hand.wait_for(drawn)
    assert slice_row(open_store(), first).status == Status.IN_PROGRESS
    settle(hand.page)
    approve_what_is_shown(first, hand)


def test_strokes_that_change_nothing_are_saved_and_then_approved_by_the_key(desk):
    first, *_ = undecided(desk, "changes nothing")
    hand = desk.open(first, "ann")
    draw(hand)
    hand.page.keyboard.press("Control+z")
    expect(hand.page.locator(".stored")).to_have_text("Draft stored")
    settle(hand.page)
    hand.page.keyboard.press("Control+s")
    expect(hand.page.get_by_text("Saved as version")).to_be_visible()
    settle(hand.page)
    hand.page.keyboard.press("Enter")
    wait_for_status(first, Status.APPROVED, hand.page)
