"""A draft between a hand, a page and a store that are late: what a window says it shows is what it shows."""

from pathlib import Path

import pytest

from tests.in_node import in_node

TWO_WINDOWS = Path(__file__).with_name("two_windows.js").read_text(encoding="utf-8")
N_STEPS = 5000
# A draft of two pixels in the window "own", with a stroke of the LV on the first of them.
DRAFT = """
    import { Draft, Stroke } from "./strokes/draft.js";
    import { acknowledgedRecord, draftOf, isLost, recordOf } from "./strokes/draft_record.js";
    const slice = { width: 2, height: 1, fingerprint: "" };
    const draft = new Draft({ document: "a", revision: 1, slice, mask: new Uint8Array(2) });
    const stroke = (index, label) => {
        const one = new Stroke(draft, { label });
        one.put(index);
        return one;
    };
    stroke(0, 3).commit();
    const shown = { revision: 1, discards: 0, seconds: 0 };
"""


@pytest.mark.parametrize("seed", range(12))
def test_no_approval_would_take_another_mask_than_the_window_shows(seed):
    answer = in_node(TWO_WINDOWS, {"seed": seed, "nSteps": N_STEPS, "shared": seed % 2 == 0})
    assert isinstance(answer, dict)
    assert answer["unseen"] is None
    assert answer["possible"] > 100


def test_a_number_of_another_window_says_nothing_of_the_strokes_of_this_one():
    script = (
        DRAFT
        + """
    draft.meet({ ...shown, mask: new Uint8Array(2), acknowledged: 1, tab: "two" }, "own");
    const answer = { mask: [...draft.mask], stored: draft.stored };
    """
    )
    assert in_node(script) == {"mask": [3, 0], "stored": False}


def test_a_stroke_in_the_hand_outlives_a_page_that_brings_the_one_before_it():
    script = (
        DRAFT
        + """
    const second = stroke(1, 2);
    draft.meet({ ...shown, mask: Uint8Array.from([3, 0]), acknowledged: 1, tab: "own" }, "own");
    const answer = { done: second.commit(), mask: [...draft.mask], seq: draft.seq };
    """
    )
    assert in_node(script) == {"done": True, "mask": [3, 2], "seq": 2}


def test_a_stroke_that_is_begun_takes_back_one_that_is_still_in_the_hand():
    script = (
        DRAFT
        + """
    const torn = stroke(1, 2);
    stroke(0, 1).commit();
    const sent = [...draft.mask];
    torn.put(1);
    torn.cancel();
    const answer = { sent, mask: [...draft.mask], done: torn.commit() };
    """
    )
    assert in_node(script) == {"sent": [1, 0], "mask": [1, 0], "done": False}


def test_a_mask_that_is_taken_over_ends_the_stroke_in_the_hand_and_undo_brings_back_what_was_numbered():
    script = (
        DRAFT
        + """
    const torn = stroke(1, 2);
    draft.adopt({ mask: Uint8Array.from([0, 1]), revision: 1, acknowledged: 4, tab: "two" });
    torn.put(0, 2);
    const answer = { done: torn.commit(), mask: [...draft.mask] };
    draft.undo();
    answer.undone = [...draft.mask];
    """
    )
    assert in_node(script) == {"done": False, "mask": [0, 1], "undone": [3, 0]}


def test_what_another_window_stored_does_not_make_strokes_of_this_one_stored():
    script = (
        DRAFT
        + """
    const record = recordOf(draft, "own");
    const heard = (tab) => draftOf(acknowledgedRecord(record, { revision: 1, seq: 1, tab }), slice);
    const answer = {
        stored: ["own", "two"].map((tab) => heard(tab).stored),
        lost: ["own", "two"].map((tab) => isLost(draftOf(record, slice), { ...shown, acknowledged: 5, tab })),
        seen: draftOf(record, slice).seen,
    };
    """
    )
    assert in_node(script) == {
        "stored": [True, False],
        "lost": [False, True],
        "seen": {"tab": "", "seq": 0},
    }
