"""Drafts stay: through reruns, other slices, a reload, and a store that does not answer."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import end, start_server
from tests.browser.drawing import Hand
from tests.servers.ports import free_port

SHAPE = (96, 96)


@pytest.fixture
def refusing(draft_folder):
    """Make the host page leave edits unacknowledged, as a lost server does."""
    file = draft_folder / "refuse"

    def refuse(on: bool) -> None:
        if on:
            file.touch()
        else:
            file.unlink(missing_ok=True)

    yield refuse
    refuse(False)


def draw_three(hand: Hand) -> list[np.ndarray]:
    """Three strokes; the mask before and after each."""
    hand.set_size(6)
    states = [hand.mask()]
    for row in (20, 40, 60):
        hand.drag([(20, row), (70, row + 5)])
        states.append(hand.mask())
    return states


def undo_to_the_start(hand: Hand, states: list[np.ndarray]) -> None:
    for earlier in reversed(states[:-1]):
        hand.page.keyboard.press("Control+z")
        assert np.array_equal(hand.mask(), earlier)


def full_collections(hand: Hand) -> int:
    return int(hand.page.get_by_text("full collections").inner_text().split()[-1])


def test_no_stroke_waits_for_a_full_collection_of_garbage(editor):
    hand = editor(SHAPE)
    before = full_collections(hand)
    for row in range(10, 80, 7):
        hand.drag([(20, row), (70, row + 5)])
        hand.stored()
    # Streamlit's own choice is one after each run of the page, and the strokes alone are ten.
    assert full_collections(hand) - before < 5


def test_a_rerun_a_resize_and_a_theme_leave_the_draft_alone(editor):
    hand = editor(SHAPE)
    states = draw_three(hand)
    page = hand.page
    page.get_by_text("Another widget").click()
    page.set_viewport_size({"width": 1024, "height": 768})
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    assert np.array_equal(hand.mask(), states[-1])
    assert np.array_equal(hand.stored(), states[-1])
    page.locator(".well").hover()
    undo_to_the_start(hand, states)


def test_going_to_another_slice_and_back_keeps_drafts_and_undo_apart(editor):
    hand = editor(SHAPE)
    page = hand.page
    states = draw_three(hand)
    page.keyboard.press("ArrowDown")
    other = hand.document[:-1] + "2"
    page.locator(f".editor[data-document='{other}']").wait_for()
    assert not hand.mask().any()
    hand.drag([(50, 50), (60, 60)])
    page.keyboard.press("ArrowUp")
    page.locator(f".editor[data-document='{hand.document}']").wait_for()
    assert np.array_equal(hand.mask(), states[-1])
    assert np.array_equal(hand.stored(), states[-1])
    undo_to_the_start(hand, states)
    assert np.array_equal(hand.stored(), states[0])


def test_an_editor_that_was_unmounted_comes_back_as_it_was(editor):
    hand = editor(SHAPE)
    page = hand.page
    hand.page.mouse.move(*hand.to_screen([(30, 30)])[0])
    hand.zoom(-200)
    states = draw_three(hand)
    before = hand.place()
    page.get_by_text("Put the editor away").click()
    expect(page.locator(".editor")).to_have_count(0)
    page.get_by_text("Put the editor away").click()
    page.locator(f".editor[data-document='{hand.document}']").wait_for()
    assert np.array_equal(hand.mask(), states[-1])
    assert np.array_equal(hand.stored(), states[-1])
    assert hand.place() == pytest.approx(before)
    page.locator(".well").hover()
    undo_to_the_start(hand, states)


def test_a_reload_keeps_the_mask_and_its_undo(editor):
    hand = editor(SHAPE)
    states = draw_three(hand)
    assert np.array_equal(hand.stored(), states[-1])
    hand.page.reload()
    hand.page.locator(f".editor[data-document='{hand.document}']").wait_for()
    hand.page.wait_for_function("() => !document.hidden")
    expect(hand.page.locator("[data-action=undo]")).to_be_enabled()
    assert np.array_equal(hand.mask(), states[-1])
    hand.page.locator(".well").hover()
    undo_to_the_start(hand, states)
    assert np.array_equal(hand.stored(), states[0])


def test_strokes_that_no_store_acknowledged_are_sent_again(editor, refusing):
    hand = editor(SHAPE)
    refusing(True)
    states = draw_three(hand)
    expect(hand.page.locator(".stored")).to_have_text("Not stored yet, trying again", timeout=15_000)
    refusing(False)
    expect(hand.page.locator(".stored")).to_have_text("Draft stored", timeout=25_000)
    assert np.array_equal(hand.stored(), states[-1])


@pytest.mark.parametrize("choice", ["restore", "discard"])
def test_unacknowledged_strokes_are_offered_after_a_reload(editor, refusing, choice):
    hand = editor(SHAPE)
    page = hand.page
    states = draw_three(hand)
    assert np.array_equal(hand.stored(), states[-1])
    refusing(True)
    hand.drag([(10, 80), (80, 80)])
    lost = hand.mask()
    page.locator(".editor").evaluate("root => root.parentElement.editor.store.written")
    page.reload()
    banner = page.locator(".banner")
    expect(banner).to_contain_text("never reached the store")
    assert np.array_equal(hand.mask(), states[-1])
    hand.drag([(10, 10), (20, 10)])  # nothing is drawn while the question is open
    assert np.array_equal(hand.mask(), states[-1])
    refusing(False)
    page.locator(f"[data-action={choice}]").click()
    expect(banner).to_have_count(0)
    kept = lost if choice == "restore" else states[-1]
    assert np.array_equal(hand.mask(), kept)
    assert np.array_equal(hand.stored(), kept)
    page.keyboard.press("Control+z")
    assert np.array_equal(hand.mask(), states[-1] if choice == "restore" else lost)
    page.reload()
    page.locator(f".editor[data-document='{hand.document}']").wait_for()
    expect(page.locator("[data-action=undo]")).to_be_enabled()
    expect(banner).to_have_count(0)


def test_a_saved_version_keeps_undo_and_a_restored_one_is_a_step(editor):
    hand = editor(SHAPE)
    page = hand.page
    states = draw_three(hand)
    assert np.array_equal(hand.stored(), states[-1])
    page.get_by_role("button", name="Save").click()
    page.locator(".editor[data-revision='2']").wait_for()
    assert np.array_equal(hand.mask(), states[-1])
    page.locator(".well").hover()
    page.keyboard.press("Control+z")
    assert np.array_equal(hand.mask(), states[-2])
    assert np.array_equal(hand.stored(revision=2), states[-2])
    page.get_by_role("button", name="Restore").click()
    page.locator(".editor[data-revision='3']").wait_for()
    assert (hand.mask() == 1).all()
    page.locator(".well").hover()
    page.keyboard.press("Control+z")
    assert np.array_equal(hand.mask(), states[-2])


def test_approve_comes_after_the_newest_stroke(editor):
    hand = editor(SHAPE)
    hand.drag([(20, 20), (40, 40)])
    hand.drag([(20, 40), (40, 20)])
    hand.page.keyboard.press("Enter")
    # 2 where the second stroke was still on its way, 0 where the store had it already
    expect(hand.page.locator("code")).to_have_text(re.compile(f"^approve {hand.document} [02]$"))
    assert np.array_equal(hand.stored(), hand.mask())


def test_twenty_strokes_without_a_pause_all_arrive(editor):
    hand = editor(SHAPE)
    hand.set_size(3)
    for number in range(20):
        hand.drag([(5 + 4 * number, 10), (8 + 4 * number, 60)])
    assert np.array_equal(hand.stored(), hand.mask())
    assert (hand.mask() == 3).sum() > 20 * 100


def test_strokes_drawn_while_the_server_was_dead_reach_the_next_one(page, tmp_path):
    host, port = Path(__file__).with_name("editor_host.py"), free_port()
    process, url = start_server(host, {"HOST_FOLDER": str(tmp_path)}, port)
    try:
        opened = page()
        opened.goto(f"{url}/?shape=96x96&case=killed")
        opened.locator(".editor[data-document='killed-1']").wait_for()
        hand = Hand(opened, tmp_path, "killed-1", SHAPE)
        hand.drag([(20, 20), (70, 20)])
        assert np.array_equal(hand.stored(), hand.mask())
        process.kill()
        process.wait()
        hand.drag([(20, 40), (70, 40)])
        hand.drag([(20, 60), (70, 60)])
        drawn = hand.mask()
        process, _ = start_server(host, {"HOST_FOLDER": str(tmp_path)}, port)
        expect(opened.locator(".stored")).to_have_text("Draft stored", timeout=40_000)
        assert np.array_equal(hand.mask(), drawn)
        assert np.array_equal(hand.stored(), drawn)
    finally:
        end(process)
