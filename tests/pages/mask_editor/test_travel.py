"""Keys that lead to another slice, without a browser: what is shown, and what the page is asked for."""

import pytest

from tests.in_node import in_node

# A cine of 2 positions x 4 phases whose documents are named "position phase", an editor that notes what it is
# told to show, and a page that answers when `answer_page()` is called.
STAGE = """
globalThis.window = globalThis;
window.addEventListener ??= () => {};
window.requestAnimationFrame = (draw) => draw();
const { Travel } = await import("./following/travel.js");
const { keepSeries } = await import("./following/series_places.js");
const { keepAhead, keepWays } = await import("./following/ahead.js");
const { tabMemory } = await import("./messages/tab_memory.js");

function message(document, label = 0) {
    const texts = [{ document, group: "heart", revision: 1 },
        { height: 1, width: 1, planes: [{ name: "pixels", type: "uint8", offset: 0 }],
            mask: [label, 1], neighbours: {} }];
    const parts = texts.map((text) => {
        const bytes = new TextEncoder().encode(JSON.stringify(text));
        return [...new Uint8Array(new Uint32Array([bytes.length]).buffer), ...bytes];
    });
    return Uint8Array.from([...parts.flat(), 0]);
}

const row = (position, phase) => [`${position} ${phase}`, position, phase, 5];
const rows = [0, 1].flatMap((position) => [0, 1, 2, 3].map((phase) => row(position, phase)));
keepSeries("heart", rows, 4);
const told = [];
const asked = []; // what the page was asked for: name and document
const shown = [];
const editor = {
    data: message("0 0"),
    fetching: { next() {}, first(document) { told.push(`wants ${document}`); } },
    options: { document: "0 0", group: "heart", revision: 1 },
    slice: { mask: Uint8Array.from([0]) },
    ready: true,
    mask: () => editor.travel.mask ?? editor.slice.mask,
    mayDraw: () => editor.ready,
    isUnfinished: () => false,
    view: { unseen: false },
    preferences: { hidden: [], difference: false, outline: false, opacity: 0.45 },
    leave() {},
    setReady(ready) { editor.ready = ready; },
    tell(text) { told.push(text); },
    open({ options, slice }) {
        Object.assign(editor, { options, slice });
        shown.push(options.document);
        editor.setReady(editor.travel.mask === null);
    },
    give(name, goal) {
        tabMemory().commandSeq += 1;
        asked.push(`${name} ${goal ?? editor.options.document}`);
    },
};
const travel = (editor.travel = new Travel(editor));
// The page has opened a slice, and heard all commands so far.
function answer_page(document, label = 0) {
    editor.data = message(document, label);
    travel.arrived();
    travel.caughtUp({ document, handled: { [tabMemory().tab]: tabMemory().commandSeq } });
    travel.giveDeferred();
}
const send = (...documents) => documents.forEach((document) => keepAhead(message(document)));
const done = () => travel.destroy();
"""


def played(script: str) -> dict[str, object]:
    """What was shown, asked for and told while the script played on the stage."""
    frame = (
        f"{STAGE}\n{script}\ndone();\nconst answer = {{ asked, shown, told, now: editor.options.document }};"
    )
    answer = in_node(frame)
    assert isinstance(answer, dict)
    return answer


def test_a_held_key_moves_in_the_browser_alone_and_the_page_is_asked_once():
    seen = played(
        """
        send("0 1", "0 2", "0 3", "0 0");
        travel.step("next_phase", false);
        for (let repeat = 0; repeat < 1800; repeat++) travel.step("next_phase", true);
        const while_held = asked.length;
        answer_page("0 1");
        told.push(`asked ${while_held}`);
        travel.release();
        """
    )
    assert seen["told"] == ["asked 1"]
    assert seen["asked"] == ["open 0 1"]  # 1,801 steps over 4 phases end where the page is by now
    assert seen["shown"][:5] == ["0 1", "0 2", "0 3", "0 0", "0 1"]


def test_the_newest_of_many_quick_keys_wins_and_one_request_is_on_its_way():
    seen = played(
        """
        send("0 1", "0 2", "0 3");
        for (let press = 0; press < 3; press++) travel.step("next_phase", false);
        told.push(asked.join());
        answer_page("0 1");
        told.push(asked.join());
        answer_page("0 3");
        told.push(`${travel.isAhead} ${editor.ready}`);
        """
    )
    assert seen["told"] == ["open 0 1", "open 0 1,open 0 3", "false true"]
    assert seen["now"] == "0 3"
    assert seen["shown"] == ["0 1", "0 2", "0 3", "0 3"]  # nothing goes back in between


def test_a_picture_that_is_not_here_is_asked_for_first_while_a_key_is_held():
    seen = played(
        """
        send("0 1");
        travel.step("next_phase", true);
        travel.step("next_phase", true);
        send("0 2");
        travel.step("next_phase", true);
        """
    )
    assert seen["told"] == ["wants 0 2"]
    assert seen["shown"] == ["0 1", "0 2"]
    assert seen["asked"] == []


def test_a_slice_that_nobody_sent_is_shown_when_the_page_has_it():
    seen = played('travel.step("next_slice", false); answer_page("1 0");')
    assert seen["asked"] == ["open 1 0"]
    assert seen["now"] == "1 0"


def test_at_an_end_nothing_happens_and_it_is_told_why():
    seen = played('travel.step("previous_slice", false); travel.step("previous_slice", true);')
    assert (seen["asked"], seen["shown"], seen["told"]) == ([], [], ["This is the first slice."])


@pytest.mark.parametrize("decision", ["approve", "reject", "save"])
def test_a_decision_waits_until_the_page_has_the_slice_that_is_shown(decision):
    seen = played(
        f"""
        send("0 1", "0 2");
        travel.step("next_phase", true);
        travel.step("next_phase", true);
        travel.decide("{decision}");
        told.push(asked.join());
        answer_page("0 2");
        """
    )
    assert seen["told"] == ["open 0 2"]
    assert seen["asked"] == ["open 0 2", f"{decision} 0 2"]


def test_a_decision_on_a_slice_that_was_left_again_is_none():
    seen = played(
        """
        send("0 1", "0 2");
        travel.step("next_phase", false);
        travel.decide("approve");
        travel.step("next_phase", false);
        answer_page("0 1");
        answer_page("0 2");
        """
    )
    assert seen["asked"] == ["open 0 1", "open 0 2"]


def test_a_decision_on_a_picture_that_turns_out_to_be_old_is_none_and_is_told():
    seen = played(
        """
        send("0 1");
        travel.step("next_phase", false);
        travel.decide("approve");
        answer_page("0 1", 3);
        """
    )
    assert seen["asked"] == ["open 0 1"]
    assert "picture changed" in seen["told"][0]


def test_a_page_that_will_not_go_there_is_followed():
    seen = played(
        """
        send("0 1");
        travel.step("next_phase", false);
        answer_page("0 0");
        """
    )
    assert seen["asked"] == ["open 0 1"]
    assert seen["now"] == "0 0"


def test_a_decision_shows_the_slice_that_follows_and_a_refusal_brings_the_first_one_back():
    seen = played(
        """
        keepWays("0 0", { approve: "1 0" }, { "1 0": 5 });
        send("1 0");
        travel.decide("approve");
        told.push(editor.options.document);
        answer_page("0 0");
        """
    )
    assert seen["told"] == ["1 0"]
    assert seen["now"] == "0 0"
    assert seen["asked"] == ["approve 0 0"]
