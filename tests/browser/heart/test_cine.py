"""Phases that play in the editor: without a request, and nothing is decided on a slice that is not open."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.records.hearts import HeartFact
from core.records.slices import Status
from core.store.database import open_store
from core.store.slices.slices import slice_row
from core.workflow.hearts.choices import give_fact
from tests.browser.conftest import ROOT, OpenPage, Serve
from tests.browser.test_paging import SHOWN, approved, hand_on, open_slice, series, wait_until

N_PHASES = 6
PLAYER = "root => root.parentElement.editor.cine"
ON_SCREEN = "root => root.parentElement.editor.view.mask.reduce((sum, label) => sum + label)"
PICTURE = "canvas => canvas.toDataURL()"
NOTE_PHASES = """root => {
    const { editor } = root.parentElement;
    const { view, cine, send } = editor;
    window.asked = [];
    editor.send = (...given) => (window.asked.push(given), send(...given));
    const draw = view.setSlice.bind(view);
    window.played = [];
    view.setSlice = (...given) => (window.played.push(cine.at), draw(...given));
}"""


@pytest.fixture(scope="module")
def url(serve: Serve, home: dict[str, str]) -> str:
    return serve(ROOT / "serve.py", home)


def play(opened: Page) -> None:
    """Press C and wait until the phases play."""
    opened.keyboard.press("c")
    expect(opened.locator(".cine-text")).to_contain_text(f"of {N_PHASES}")
    wait_for(opened, "isPlaying")


def wait_for(opened: Page, state: str) -> None:
    handle = opened.locator(".editor").element_handle()
    opened.wait_for_function(f"(root) => ({PLAYER})(root).{state}", arg=handle)


def shown(opened: Page) -> int:
    """Which slice the editor shows by name."""
    document: str = opened.locator(".editor").evaluate(SHOWN)
    return int(document.split()[0].removeprefix("slice-"))


def test_c_plays_all_phases_without_a_request_and_stops_at_the_one_that_is_seen(
    url: str, page: OpenPage
) -> None:
    slices = series("plays", 2, N_PHASES)
    opened = page()
    open_slice(url, opened, slices[0])
    play(opened)
    opened.wait_for_timeout(300)  # what was asked for before has come
    opened.locator(".editor").evaluate(NOTE_PHASES)
    opened.wait_for_function(f"new Set(window.played).size === {N_PHASES}")
    assert set(opened.evaluate("window.played")) == set(range(N_PHASES))
    assert opened.evaluate("window.asked") == []  # the page itself looks now and then who else is here
    assert shown(opened) == slices[0]
    opened.keyboard.press("c")
    expect(opened.locator(".cine")).to_be_hidden()
    at: int = opened.locator(".editor").evaluate(f"root => ({PLAYER})(root).at")
    hand_on(opened, slices[at])
    opened.locator(f".editor[data-document='slice-{slices[at]} of ann'][aria-busy=false]").wait_for()
    expect(opened.locator(".st-key-bar")).to_contain_text(f"phase {at + 1} of {N_PHASES}")


def test_what_decides_or_draws_while_phases_play_only_stops_them(url: str, page: OpenPage) -> None:
    slices = series("decides", 2, N_PHASES)
    opened = page()
    hand = open_slice(url, opened, slices[0])
    ways: dict[str, Callable[[], object]] = {
        "Enter": lambda: opened.keyboard.press("Enter"),
        "X": lambda: opened.keyboard.press("x"),
        "Approve": lambda: opened.get_by_role("button", name="Approve").click(),
        "a stroke": lambda: hand.drag([(22, 22), (48, 24)]),
    }
    for way, act in ways.items():
        play(opened)
        opened.wait_for_timeout(60)
        act()
        expect(opened.locator(".notice")).to_contain_text("nothing was drawn or decided")
        expect(opened.locator(".cine")).to_be_hidden()
        opened.locator(".editor[aria-busy=false]").wait_for()
        opened.wait_for_timeout(300)
        assert {slice_row(open_store(), each).status for each in slices} == {Status.NEW}, way
        assert shown(opened) in slices[:N_PHASES]
        expect(opened.locator(".stored")).to_have_text("")
    looked_at = shown(opened)
    opened.keyboard.press("Enter")  # now it is open
    wait_until(opened, lambda: approved(slices), what="it is approved")
    assert approved(slices) == [looked_at]


def test_escape_goes_back_to_the_slice_that_was_open_with_its_strokes(url: str, page: OpenPage) -> None:
    slices = series("back", 1, N_PHASES)
    opened = page()
    hand = open_slice(url, opened, slices[0])
    hand.drag([(22, 22), (48, 24)])
    expect(opened.locator(".stored")).to_have_text("Draft stored")
    before = hand.mask().tolist()
    play(opened)
    opened.wait_for_timeout(200)
    opened.keyboard.press("Escape")
    expect(opened.locator(".cine")).to_be_hidden()
    assert shown(opened) == slices[0]
    assert hand.mask().tolist() == before
    assert opened.locator(".editor").evaluate(ON_SCREEN) == sum(map(sum, before))


def test_the_long_axis_is_seen_beside_the_slice_and_a_click_or_enter_opens_another(
    url: str, page: OpenPage
) -> None:
    slices = series("long axis", 4, N_PHASES)
    opened = page()
    opened.goto(f"{url}/Heart?slice={slices[0]}&reader=ann")
    hand_on(opened, slices[0])
    across = opened.get_by_role("slider", name="Long axis, across")
    expect(across).to_have_attribute("aria-valuetext", "slice 1, open")
    box = across.bounding_box()
    assert box is not None
    opened.mouse.click(box["x"] + box["width"] / 2, box["y"] + 2.5 * box["height"] / 4)
    hand_on(opened, slices[2 * N_PHASES])
    expect(across).to_have_attribute("aria-valuetext", "slice 3, open")
    across.focus()
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    hand = hand_on(opened, slices[3 * N_PHASES])
    expect(across).to_have_attribute("aria-valuetext", "slice 4, open")
    before = across.evaluate(PICTURE)
    hand.drag([(22, 36), (48, 36)])
    expect(opened.locator(".stored")).to_have_text("Draft stored")
    wait_until(opened, lambda: across.evaluate(PICTURE) != before, what="the stroke is seen in the long axis")


def test_the_long_axis_is_cut_where_the_reader_puts_it(url: str, page: OpenPage) -> None:
    slices = series("cut elsewhere", 3, N_PHASES)
    give_fact(slice_row(open_store(), slices[0]).series_id, HeartFact.ED_PHASE, 2, "ann")
    opened = page()
    opened.goto(f"{url}/Heart?slice={slices[0]}&reader=ann")
    hand_on(opened, slices[0])
    opened.get_by_role("application", name="ED: phase 3").focus()
    row, column = opened.locator(".views").evaluate("root => root.views.header.at")
    opened.keyboard.press("ArrowUp")
    opened.keyboard.press("ArrowRight")
    handle = opened.locator(".views").element_handle()
    opened.wait_for_function(
        "([root, row, column]) => String(root.views.header.at) === `${row},${column}`",
        arg=[handle, row - 1, column + 1],
    )
