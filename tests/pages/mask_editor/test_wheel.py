"""The wheel as steps through the slices, without a browser."""

import pytest

from tests.in_node import in_node
from tests.pages.mask_editor.test_travel import played

Turn = dict[str, float]


def steps(turns: list[Turn]) -> list[int]:
    """Steps that each event adds; they come 20 ms after each other unless they say otherwise."""
    script = """
        import { Notches } from "./following/wheel.js";
        const notches = new Notches();
        let time = 0;
        const answer = given.map((turn) => {
            time += turn.after ?? 20;
            return notches.of({ ...turn, timeStamp: time }) + 0;
        });
    """
    answer = in_node(script, turns)
    assert isinstance(answer, list)
    return answer


@pytest.mark.parametrize(
    "notch",
    [
        {"deltaY": 120, "wheelDeltaY": -120},  # Chromium on Linux
        {"deltaY": 100, "wheelDeltaY": -120},  # on Windows
        {"deltaY": 80, "wheelDeltaY": -120},  # with a screen at 125 %
        {"deltaY": 4, "wheelDeltaY": -120},  # a mouse that a Mac slows down
        {"deltaY": 3, "deltaMode": 1},  # Firefox
        {"deltaY": 100},
    ],
)
def test_one_notch_is_one_step(notch):
    assert steps([notch] * 5) == [1] * 5
    back = {name: value if name == "deltaMode" else -value for name, value in notch.items()}
    assert steps([notch, back, back]) == [1, -1, -1]


def test_two_notches_in_one_event_are_two_steps():
    assert steps([{"deltaY": 200, "wheelDeltaY": -240}]) == [2]


def test_a_trackpads_small_stretches_add_up():
    assert steps([{"deltaY": 30, "wheelDeltaY": -90}] * 10) == [0, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    assert sum(steps([{"deltaY": 2.5, "wheelDeltaY": -7.5}] * 400)) == 10


def test_a_stretch_is_forgotten_when_the_fingers_rest_or_turn_back():
    stretch = {"deltaY": 60, "wheelDeltaY": -180}
    assert steps([stretch, {**stretch, "after": 2000}, stretch]) == [0, 0, 1]
    assert steps([stretch, {"deltaY": -60, "wheelDeltaY": 180}, stretch]) == [0, 0, 0]


def test_every_notch_is_a_step_and_the_page_follows_once_when_the_wheel_rests():
    seen = played(
        """
        send("0 1", "0 2", "0 3");
        editor.options.document = "0 0";
        for (let notch = 0; notch < 3; notch++) travel.turn("next_phase");
        told.push(`asked ${asked.length}`);
        await new Promise((rested) => setTimeout(rested, 260));
        told.push(asked.join());
        answer_page("0 3");
        told.push(`${travel.isAhead} ${editor.ready}`);
        """
    )
    assert seen["shown"][:3] == ["0 1", "0 2", "0 3"]
    assert seen["told"] == ["asked 0", "open 0 3", "false true"]


def test_a_notch_onto_a_picture_that_is_not_here_counts_and_asks_for_it():
    seen = played(
        """
        travel.turn("next_phase");
        send("0 2");
        travel.turn("next_phase");
        await new Promise((rested) => setTimeout(rested, 260));
        """
    )
    assert seen["told"] == ["wants 0 1"]
    assert seen["asked"] == ["open 0 2"]


def test_where_no_series_is_known_one_request_is_made_at_a_time():
    seen = played(
        """
        editor.options.group = "another";
        for (let notch = 0; notch < 8; notch++) travel.turn("next_slice");
        """
    )
    assert seen["asked"] == ["next_slice 0 0"]


def test_a_decision_after_the_wheel_waits_for_the_slice_that_is_shown():
    seen = played(
        """
        send("0 1");
        travel.turn("next_phase");
        travel.decide("approve");
        told.push(asked.join());
        answer_page("0 1");
        """
    )
    assert seen["told"] == ["open 0 1"]
    assert seen["asked"] == ["open 0 1", "approve 0 1"]
