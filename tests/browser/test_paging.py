"""Moving through a cine on Review: held keys, decisions on what is shown, broken lines, buttons that stay."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from core.records.slices import Geometry, Series, Slice, Split, Status
from core.store.database import open_store
from core.store.masks import drafts
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, set_status, slice_row
from tests.browser.conftest import ROOT, OpenPage, Serve, end, start_server
from tests.browser.drawing import Hand, stroke
from tests.servers.ports import free_port

SHAPE = (64, 80)
N_POSITIONS, N_PHASES = 12, 20
HEART = np.zeros(SHAPE, np.uint8)
HEART[20:50, 20:50] = 2
HEART[27:43, 27:43] = 3
REPEAT_MS = 33  # between two repeats of a key that is held

SHOWN = "root => root.dataset.document"
GIVEN = "root => window[Symbol.for('septum.editor')].commandSeq"
KEPT = "([count]) => window[Symbol.for('septum.editor')]?.ahead.slices.size >= count"
KEY = """(root, [kind, key, repeat = false]) => root.dispatchEvent(
    new KeyboardEvent(kind, { key, repeat, bubbles: true, composed: true }))"""
HOLD = f"""async (root, [key, milliseconds, count]) => {{
    const began = performance.now();
    const seen = new Set();
    for (let repeat = false; performance.now() - began < milliseconds || seen.size < count; repeat = true) {{
        ({KEY})(root, ["keydown", key, repeat]);
        seen.add(root.dataset.document);
        await new Promise((resolve) => setTimeout(resolve, {REPEAT_MS}));
    }}
    return [...seen];
}}"""
DRAWN = """while (root.parentElement.editor.view.unseen) await new Promise(requestAnimationFrame);"""
DECIDED_ON = f"""async root => {{
    {DRAWN}
    const shown = ({SHOWN})(root);
    ({KEY})(root, ["keydown", "Enter"]);
    return shown;
}}"""
MOVE_AND_CLICK = f"""async (root, [key, name]) => {{
    root.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true, composed: true }}));
    {DRAWN}
    document.querySelector(`.st-key-${{name}} button`).click();
}}"""
CLICK_APPROVE = "document.querySelector('.st-key-approve button').click()"
OPENED_IN = """async (name) => {
    const began = performance.now();
    const label = [...document.querySelectorAll("[data-testid=stPopoverButton]")];
    label.find((button) => button.textContent.includes(name)).click();
    while (!document.querySelector("[data-testid=stPopoverBody]")) await new Promise(requestAnimationFrame);
    const opened = performance.now() - began;
    const grey = new Set();
    while (performance.now() - began < 600) {
        await new Promise(requestAnimationFrame);
        for (const part of document.querySelectorAll("[data-stale=true]")) grey.add(part.textContent);
    }
    return [opened, [...grey]];
}"""


@pytest.fixture(scope="module")
def url(serve: Serve, home: dict[str, str]) -> str:
    return serve(ROOT / "serve.py", home)


def series(patient: str, n_positions: int = N_POSITIONS, n_phases: int = N_PHASES) -> list[int]:
    """Ids of slices with masks that nobody has approved, phase by phase of each position."""
    pixels = np.add.outer(np.arange(SHAPE[0]), np.arange(SHAPE[1])).astype(np.uint16)
    slices = tuple(
        Slice(position, phase, pixels + 100 * position + phase, mask=HEART.copy())
        for position in range(n_positions)
        for phase in range(n_phases)
    )
    geometry = Geometry("npy", (n_positions * n_phases, *SHAPE), (1.5, 1.5))
    one = Series(patient, "cine", geometry, slices, split=Split.TRAIN)
    added = add_series(open_store(), one).series_id
    rows = list_slices(open_store(), Filter(series_id=added), limit=None)
    for row in rows:
        set_status(open_store(), row.id, Status.NEW)
    return [row.id for row in sorted(rows, key=lambda row: (row.position, row.phase))]


def open_slice(url: str, opened: Page, slice_id: int) -> Hand:
    """Ann's hand on a slice, once it can be drawn on."""
    opened.goto(f"{url}/Review?slice={slice_id}&reader=ann")
    return hand_on(opened, slice_id)


def hand_on(opened: Page, slice_id: int) -> Hand:
    document = f"slice-{slice_id} of ann"
    opened.locator(f".editor[data-document='{document}'][aria-busy='false']").wait_for()
    expect(opened.locator(".editor")).to_have_count(1)
    return Hand(opened, ROOT, document, SHAPE)


def wait_for_pictures(opened: Page, count: int) -> None:
    """Until the browser has so many slices."""
    opened.wait_for_function(KEPT, arg=[count])


def hold(opened: Page, key: str, seconds: float, n_slices: int = 1) -> set[str]:
    """Hold a key down so long, and until so many slices were seen, and leave it down; returns those."""
    return set(opened.locator(".editor").evaluate(HOLD, [key, 1000 * seconds, n_slices]))


def let_go(opened: Page, key: str) -> None:
    opened.locator(".editor").evaluate(KEY, ["keyup", key])


def approved(slice_ids: list[int]) -> list[int]:
    return [each for each in slice_ids if slice_row(open_store(), each).status == Status.APPROVED]


def wait_until(opened: Page, found: object, *, what: str) -> None:
    """Until `found()` is true."""
    for _ in range(300):
        if found():  # type: ignore[operator]
            return
        opened.wait_for_timeout(100)
    raise AssertionError(f"waited in vain until {what}")


def test_a_held_arrow_plays_the_cine_in_the_browser_and_the_page_follows(url: str, page: OpenPage) -> None:
    slices = series("held")
    opened = page()
    open_slice(url, opened, slices[0])
    wait_for_pictures(opened, N_PHASES + N_POSITIONS - 1)
    before = opened.locator(".editor").evaluate(GIVEN)
    assert len(hold(opened, "ArrowRight", 6, N_PHASES)) == N_PHASES
    assert opened.locator(".editor").evaluate(GIVEN) - before <= 1  # the first press; no repeat asks for more
    let_go(opened, "ArrowRight")
    hold(opened, "ArrowDown", 1, N_POSITIONS - 1)  # the first press has left the first one
    let_go(opened, "ArrowDown")
    expect(opened.locator(".st-key-bar")).to_contain_text(f"slice {N_POSITIONS} of {N_POSITIONS}")
    opened.locator(".editor[aria-busy='false']").wait_for()
    shown = int(re.findall(r"\d+", opened.locator(".editor").evaluate(SHOWN))[0])
    assert slices.index(shown) // N_PHASES == N_POSITIONS - 1
    expect(opened).to_have_url(re.compile(f"slice={shown}"))
    expect(opened.get_by_role("dialog")).to_have_count(0)


def test_enter_while_an_arrow_is_held_approves_what_is_on_the_screen_and_nothing_else(
    url: str, page: OpenPage
) -> None:
    slices = series("decided", 2, 6)
    opened = page()
    open_slice(url, opened, slices[0])
    wait_for_pictures(opened, 6)
    hold(opened, "ArrowRight", 1)
    shown = opened.locator(".editor").evaluate(DECIDED_ON)
    let_go(opened, "ArrowRight")
    wait_until(opened, lambda: approved(slices), what="something is approved")
    assert approved(slices) == [int(re.findall(r"\d+", shown)[0])]


def test_a_button_counts_for_the_slice_that_is_shown_although_the_page_is_behind(
    url: str, page: OpenPage
) -> None:
    slices = series("button", 3, 1)
    opened = page()
    open_slice(url, opened, slices[0])
    wait_for_pictures(opened, 3)
    opened.locator(".editor").evaluate(MOVE_AND_CLICK, ["ArrowDown", "approve"])
    wait_until(opened, lambda: approved(slices), what="the second slice is decided")
    assert approved(slices) == [slices[1]]


@pytest.mark.parametrize("name", ["approve", "Enter"])
def test_what_no_frame_has_shown_yet_is_not_decided_on(url: str, page: OpenPage, name: str) -> None:
    slices = series(f"unseen {name}", 2, 1)
    opened = page()
    open_slice(url, opened, slices[0])
    wait_for_pictures(opened, 2)
    decide = f'({KEY})(root, ["keydown", "Enter"])' if name == "Enter" else CLICK_APPROVE
    told = opened.locator(".editor").evaluate(
        f"""root => {{
            ({KEY})(root, ["keydown", "ArrowDown"]);
            {decide};
            return root.querySelector(".notice").textContent;
        }}"""
    )
    assert "Look again, then decide" in told
    hand_on(opened, slices[1])
    assert approved(slices) == []


def test_reasons_to_reject_one_slice_reject_no_other(url: str, page: OpenPage) -> None:
    slices = series("reasons", 3, 1)
    opened = page()
    open_slice(url, opened, slices[0])
    wait_for_pictures(opened, 3)
    opened.locator(".st-key-bar").get_by_role("button", name="Reject").click()
    opened.locator(".st-key-reject button").wait_for()
    opened.locator(".editor").evaluate(MOVE_AND_CLICK, ["ArrowDown", "reject"])
    hand_on(opened, slices[1])
    expect(opened.locator(".notice")).to_contain_text("Look again, then decide")
    assert {slice_row(open_store(), each).status for each in slices} == {Status.NEW}


@pytest.mark.parametrize("pressed_for", [0, 100])  # ms; in the longer time the next slice is drawn
def test_a_double_click_on_approve_approves_one_slice(url: str, page: OpenPage, pressed_for: int) -> None:
    slices = series(f"double click {pressed_for}", 3, 1)
    opened = page()
    open_slice(url, opened, slices[0])
    wait_for_pictures(opened, 3)
    opened.get_by_role("button", name="Approve").dblclick(delay=pressed_for)
    hand_on(opened, slices[1])
    opened.wait_for_timeout(1500)
    assert approved(slices) == [slices[0]]
    expect(opened).to_have_url(re.compile(f"slice={slices[1]}"))


def test_a_stroke_right_after_enter_is_not_dropped_without_a_sign(url: str, page: OpenPage) -> None:
    slices = series("sign", 3, 1)
    opened = page()
    hand = open_slice(url, opened, slices[0])
    wait_for_pictures(opened, 2)
    x, y = hand.to_screen([(35, 35)])[0]
    told = opened.locator(".editor").evaluate(
        """(root, [x, y]) => {
            root.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, composed: true }));
            const place = { clientX: x, clientY: y, button: 0, buttons: 1, pointerId: 1, bubbles: true };
            root.querySelector(".well").dispatchEvent(new PointerEvent("pointerdown", place));
            root.querySelector(".well").dispatchEvent(new PointerEvent("pointerup", place));
            return root.querySelector(".notice").textContent;
        }""",
        [x, y],
    )
    assert "still opening" in told
    hand_on(opened, slices[1])
    expect(opened.locator(".notice")).to_be_hidden()


class Line:
    """The line between a page and its server, in a test's hand."""

    def __init__(self, opened: Page) -> None:
        self.silent = False  # nothing of the browser arrives
        self.opened: list[WebSocketRoute] = []
        opened.route_web_socket(re.compile("_stcore/stream"), self.connect)

    def connect(self, browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        self.opened.append(browser)
        self.silent = False
        browser.on_message(lambda message: None if self.silent else server.send(message))

    def tear(self) -> None:
        """Let Streamlit give the line up for good."""
        self.opened[-1].send("no message of the server's")


def test_a_line_that_breaks_for_good_is_taken_up_again_with_every_stroke(url: str, page: OpenPage) -> None:
    slices = series("torn", 2, 1)
    opened = page().context.new_page()  # no other test may find its line routed
    try:
        line = Line(opened)
        hand = open_slice(url, opened, slices[0])
        line.silent = True
        points = hand.drag([(22, 22), (48, 24)])
        opened.locator(".editor").evaluate("root => root.parentElement.editor.store.written")
        line.tear()
        expect(opened.locator(".septum-line")).to_contain_text("Your strokes are safe")
        opened.wait_for_function("performance.now() < 5000 && !document.querySelector('.septum-line')")
        hand = hand_on(opened, slices[0])
        expected = HEART.copy()
        expected[stroke(SHAPE, points, 5)] = 3
        expect(opened.locator(".stored")).to_have_text("Draft stored")
        hand.wait_for(expected)
        assert np.array_equal(drafts.load_draft(open_store(), slices[0], "ann").mask, expected)
        assert len(line.opened) == 2
    finally:
        opened.close()


def test_while_the_server_is_gone_the_page_says_that_strokes_are_safe(
    home: dict[str, str], page: OpenPage
) -> None:
    slices = series("gone", 2, 1)
    port = free_port()
    process, url = start_server(ROOT / "serve.py", home, port)
    opened = page()
    hand = open_slice(url, opened, slices[0])
    end(process)
    try:
        message = opened.locator(".septum-line")
        expect(message).to_contain_text("Your strokes are safe in this browser")
        points = hand.drag([(22, 22), (48, 24)])
        opened.wait_for_timeout(8000)  # by then Streamlit has asked often enough to show a box of its own
        expect(opened.get_by_role("dialog")).to_be_hidden()
        process, _ = start_server(ROOT / "serve.py", home, port)
        expect(message).to_have_count(0)
        expect(opened.locator(".stored")).to_have_text("Draft stored")
        expected = HEART.copy()
        expected[stroke(SHAPE, points, 5)] = 3
        assert np.array_equal(drafts.load_draft(open_store(), slices[0], "ann").mask, expected)
    finally:
        end(process)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)])
def test_buttons_stay_where_they_are_whatever_the_patient_and_the_status(
    url: str, page: OpenPage, size: tuple[int, int]
) -> None:
    short, *_ = series(f"p{size[0]}", 1, 1)
    long, *_ = series(f"a patient whose name is long enough for three lines of the bar {size[0]}", 12, 20)
    set_status(open_store(), long, Status.IN_PROGRESS)
    opened = page(size=size)
    found = []
    for slice_id in (short, long):
        open_slice(url, opened, slice_id)
        names = ("Save", "Reject", "Approve")
        buttons = [opened.locator(".st-key-bar").get_by_role("button", name=name) for name in names]
        found.append([*(button.bounding_box() for button in buttons), opened.locator(".well").bounding_box()])
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ["Save", "Versions", "Filter and sort"])
def test_a_popover_opens_at_once_and_nothing_goes_grey(url: str, page: OpenPage, name: str) -> None:
    slices = series(f"popover {name}", 2, 1)
    opened = page()
    open_slice(url, opened, slices[0])
    wait_for_pictures(opened, 2)
    opened.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    milliseconds, grey = opened.evaluate(OPENED_IN, name)
    assert milliseconds < 200
    assert grey == []
