"""A series shown the usual way up and counted from its base: kept for the series, and no pixel is turned."""

import time

import numpy as np
from playwright.sync_api import Page, expect

from core.records.orientation import BaseTold, Turn
from core.records.slices import Geometry, Series, Slice, Split
from core.store.database import open_store
from core.store.masks import drafts
from core.store.series.series import add_series, series_row
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, slice_row
from tests.browser.drawing import Hand, stroke
from tests.browser.test_review import HEART, SHAPE, desk, settle

__all__ = ["desk"]
# Columns run to the feet, rows to the right, slices from the apex: a quarter to the right is the usual way.
AFFINE = ((0.1, 0.9, 5.0, 0.0), (-0.4, 0.8, -5.0, 0.0), (-1.1, -0.2, 2.4, 0.0), (0.0, 0.0, 0.0, 1.0))


def apex_first(patient: str) -> list[int]:
    """Ids of three slices whose last is the base."""
    pixels = np.add.outer(np.arange(SHAPE[0]), np.arange(SHAPE[1])).astype(np.uint16)
    slices = tuple(Slice(place, 0, pixels + place, mask=HEART.copy()) for place in range(3))
    geometry = Geometry("nifti", (SHAPE[1], SHAPE[0], 3), (1.2, 1.2), 7.4, AFFINE)
    added = add_series(open_store(), Series(patient, "sa", geometry, slices, split=Split.TRAIN)).series_id
    return [row.id for row in list_slices(open_store(), Filter(series_id=added))]


def choose(hand: Hand, item: str) -> None:
    hand.page.locator("[data-action=turn]").click()
    hand.page.locator(f"[data-action=turn-{item}]").click()


def wait_for_turn(hand: Hand, turn: Turn) -> None:
    deadline = time.monotonic() + 60
    while hand.place()["turn"] != turn.key and time.monotonic() < deadline:
        hand.page.wait_for_timeout(30)
    assert hand.place()["turn"] == turn.key


def slice_words(opened: Page, words: str) -> None:
    expect(opened.locator(".st-key-bar")).to_contain_text(words)


def test_the_usual_way_up_is_kept_and_what_is_drawn_on_it_lies_right_in_the_source(desk):
    first, second, third = apex_first("turned")
    hand = desk.open(second, "ann")
    assert hand.place()["turn"] == "0"  # nothing turns by itself
    choose(hand, "usual")
    wait_for_turn(hand, Turn(1))
    expected = HEART.copy()
    expected[stroke(SHAPE, hand.drag([(60, 10), (70, 25)]), 5)] = 3
    expect(hand.page.locator(".stored")).to_have_text("Draft stored")
    assert np.array_equal(drafts.load_draft(open_store(), second, "ann").mask, expected)
    hand.page.keyboard.press("ArrowUp")
    hand = desk.hand(hand.page, third, "ann")
    wait_for_turn(hand, Turn(1))
    hand.page.reload()
    hand = desk.hand(hand.page, third, "ann")
    wait_for_turn(hand, Turn(1))
    choose(hand, "source")
    wait_for_turn(hand, Turn())
    assert series_row(open_store(), slice_row(open_store(), first).series_id).turn == Turn()


def test_above_is_towards_the_base_and_a_reader_may_count_from_the_other_end(desk):
    first, second, third = apex_first("counted")
    hand = desk.open(second, "ann")
    slice_words(hand.page, "slice 2 of 3")
    hand.page.keyboard.press("ArrowUp")
    hand = desk.hand(hand.page, third, "ann")
    slice_words(hand.page, "slice 1 of 3")
    choose(hand, "ends")
    slice_words(hand.page, "slice 3 of 3")
    settle(hand.page)  # the keys know the new order when the page stands
    hand.page.keyboard.press("ArrowUp")
    desk.hand(hand.page, second, "ann")
    hand.page.keyboard.press("ArrowUp")
    hand = desk.hand(hand.page, first, "ann")
    slice_words(hand.page, "slice 1 of 3")
    row = slice_row(open_store(), first)
    assert series_row(open_store(), row.series_id).base_told is BaseTold.READER
    assert (row.position, row.number) == (0, 1)
