"""Phases that play, without a browser: when which is shown, what is asked for, what may be done."""

import pytest

from tests.in_node import in_node

# A position of four phases "0 0" to "0 3", of which the first is open, and clocks that a test turns.
STAGE = """
globalThis.window = globalThis;
window.addEventListener ??= () => {};
window.removeEventListener ??= () => {};
let frame = null;
window.requestAnimationFrame = (draw) => (frame = draw, 1);
window.cancelAnimationFrame = () => (frame = null);
window.setTimeout = () => 1;
let clock = 0;
performance.now = () => clock;
const quiet = () => new Proxy(function () {}, {
    get: (_, name) => (name === Symbol.toPrimitive ? () => "" : name === "then" ? undefined : quiet()),
    apply: () => quiet(),
    set: () => true,
});
globalThis.document = quiet();
const { Cine } = await import("./cine/cine.js");
const { keepSeries } = await import("./following/series_places.js");
const { keepAhead } = await import("./following/ahead.js");

function message(document) {
    const texts = [{ document, group: "heart", revision: 1 },
        { height: 1, width: 1, planes: [{ name: "pixels", type: "uint8", offset: 0 }],
            mask: [0, 1], neighbours: {} }];
    const parts = texts.map((text) => {
        const bytes = new TextEncoder().encode(JSON.stringify(text));
        return [...new Uint8Array(new Uint32Array([bytes.length]).buffer), ...bytes];
    });
    return Uint8Array.from([...parts.flat(), 0]);
}

const names = ["0 0", "0 1", "0 2", "0 3"];
keepSeries("heart", names.map((name, phase) => [name, 0, phase, 5]), given?.nPhases ?? 4);
const told = [], asked = [], shown = [], opened = [];
const open = { own: true, width: 1, height: 1 };
const editor = {
    options: { document: "0 0", group: "heart", labels: [] },
    slice: open,
    ready: true,
    lost: { isOpen: false },
    tool: { pending: false },
    pointer: { gesture: null },
    keyPointer: { on: false },
    travel: { isAhead: false, goal: null, goTo: (document) => opened.push(document) },
    fetching: { first: (...documents) => asked.push(documents) },
    announcer: { tell() {} },
    toolbar: { refresh() {} },
    preferences: { pace: given?.pace ?? "25" },
    window: { low: 0, high: 1 },
    well: quiet(),
    mask: () => "the open mask",
    view: { turn: "0", invalidate() {}, setWindow() {},
        setSlice: (slice, colours, mask) => shown.push(slice === open ? `open ${mask}` : "other") },
    tell: (text) => told.push(text),
    focus() {},
};
const cine = (editor.cine = new Cine(editor));
cine.panel = { show() {}, hide() {}, tell() {} };
const send = (...documents) => documents.forEach((document) => keepAhead(message(document)));
const pass = (ms) => { clock += ms; frame?.(clock); };
"""


def played(script: str, **given: object) -> dict[str, object]:
    """What was shown, asked for, told and opened while the script played on the stage."""
    answer = in_node(
        f"{STAGE}\n{script}\nconst answer = {{ told, asked, shown, opened, at: cine.at, on: cine.isOn, "
        "playing: cine.isPlaying };",
        given,
    )
    assert isinstance(answer, dict)
    return answer


PLAYING = 'send("0 1", "0 2", "0 3"); cine.toggle(); pass(0);'


def test_each_phase_stays_as_long_as_the_pace_says_and_the_heart_goes_round():
    seen = played(f"{PLAYING} for (let frame = 0; frame < 10; frame++) pass(20);")
    assert (seen["at"], seen["playing"]) == (1, True)  # 200 ms are five phases of 40 ms
    assert len(seen["shown"]) == 5
    assert seen["asked"] == seen["told"] == []


@pytest.mark.parametrize(("phase_ms", "stay"), [(100, 100), (None, 40)])
def test_the_hearts_own_pace_is_taken_where_the_source_tells_it(phase_ms, stay):
    script = 'import { stayOf } from "./cine/beat.js"; const answer = stayOf("heart", given.phaseMs);'
    assert in_node(script, {"phaseMs": phase_ms}) == stay


def test_another_pace_goes_on_from_the_phase_that_is_shown():
    seen = played(
        f'{PLAYING} pass(40); pass(40); editor.preferences.pace = "5"; pass(10); pass(190); pass(20);'
    )
    assert seen["at"] == 3


def test_a_machine_that_cannot_keep_up_leaves_phases_out_and_stays_in_time():
    seen = played(f"{PLAYING} pass(120);")
    assert (seen["at"], len(seen["shown"])) == (3, 1)


def test_missing_phases_are_asked_for_together_and_then_it_plays():
    seen = played(
        """
        send("0 1");
        cine.toggle();
        told.push(cine.isPlaying);
        send("0 2", "0 3");
        cine.look();
        """
    )
    assert seen["asked"] == [["0 2", "0 3"]]
    assert (seen["told"], seen["playing"]) == ([False], True)


def test_a_phase_that_never_comes_is_left_out_and_without_any_it_is_told():
    some = played('send("0 1", "0 3"); cine.toggle(); clock = 9000; cine.look();')
    assert (some["playing"], some["told"]) == (True, [])
    none = played("cine.toggle(); clock = 9000; cine.look();")
    assert not none["on"]
    assert "could not be fetched" in none["told"][0]


def test_one_phase_does_not_play():
    seen = played("cine.toggle();", nPhases=1)
    assert not seen["on"]
    assert "one phase" in seen["told"][0]


def test_nothing_plays_over_something_that_is_not_in_the_mask_yet():
    seen = played('editor.tool.pending = true; send("0 1", "0 2", "0 3"); cine.toggle();')
    assert not seen["on"]
    assert "not in the mask yet" in seen["told"][0]


def test_it_waits_for_the_page_to_have_the_slice_open_that_is_shown():
    seen = played('editor.travel.isAhead = true; send("0 1", "0 2", "0 3"); cine.toggle();')
    assert (seen["on"], seen["playing"]) == (True, False)


@pytest.mark.parametrize(
    "action", ["command:approve", "command:reject", "command:save", "undo", "grow", "copy", "save", "drawing",
               "page button", "command:turn 90"]
)  # fmt: skip
def test_what_would_change_or_decide_stops_it_and_is_not_done(action):
    seen = played(f"{PLAYING} pass(80); told.push(cine.lets('{action}'));")
    assert seen["told"][-1] is False
    assert "nothing was drawn or decided" in seen["told"][0]
    assert (seen["on"], seen["opened"]) == (False, ["0 2"])
    assert seen["shown"][-1] == "open the open mask"  # until its slice is opened, the open one is shown again


@pytest.mark.parametrize("action", ["command:next_phase", "command:previous_slice", "tool:brush", "label:2"])
def test_what_only_leads_on_stops_it_and_is_done(action):
    seen = played(f"{PLAYING} pass(80); told.push(cine.lets('{action}'));")
    assert (seen["told"], seen["on"], seen["opened"]) == ([True], False, ["0 2"])


@pytest.mark.parametrize("action", ["hide", "zoomIn", "outline", "autoWindow", "cine"])
def test_what_only_looks_leaves_it_playing(action):
    seen = played(f"{PLAYING} told.push(cine.lets('{action}'));")
    assert (seen["told"], seen["playing"], seen["opened"]) == ([True], True, [])


def test_while_it_waits_everything_may_be_done_and_ends_the_waiting():
    seen = played("cine.toggle(); told.push(cine.lets('drawing'));")
    assert (seen["told"], seen["on"], seen["opened"]) == ([True], False, [])


def test_going_back_opens_nothing():
    seen = played(f"{PLAYING} pass(80); cine.leave();")
    assert (seen["on"], seen["opened"], seen["shown"][-1]) == (False, [], "open the open mask")


def test_another_slice_that_the_page_opens_ends_it():
    seen = played(f"{PLAYING} pass(80); cine.opened('1 0');")
    assert (seen["on"], seen["opened"]) == (False, [])


def test_the_open_slice_sent_again_by_the_page_leaves_it_playing_with_its_new_mask():
    seen = played(f"{PLAYING} editor.mask = () => 'the new mask'; cine.opened('0 0'); pass(80); pass(80);")
    assert seen["playing"]
    assert seen["shown"][-1] == "open the new mask"


def test_it_waits_for_the_slice_that_the_page_is_on_its_way_to():
    seen = played(
        """
        Object.assign(editor.travel, { isAhead: true, goal: "0 2" });
        cine.toggle();
        editor.options = { ...editor.options, document: "0 2" };
        cine.opened("0 2");
        Object.assign(editor.travel, { isAhead: false, goal: null });
        send("0 0", "0 1", "0 3");
        cine.look();
        """
    )
    assert seen["playing"]
