"""What the editor's page hears and sends, without a browser: commands once, edits once, the picture once."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def host() -> None:
    import numpy as np
    import streamlit as st

    from core.editing.editor_codec import pack_slice
    from pages.shared.mask_editor import acknowledge, mask_editor

    mask = np.zeros((4, 5), np.uint8)
    mask[1, 1 : st.session_state.get("painted", 1)] = 3
    pixels = np.arange(20, dtype=np.uint16).reshape(4, 5) + st.session_state.get("brighter", 0)
    result = mask_editor(
        pack_slice(pixels, mask),
        document="slice-7",
        revision=st.session_state.get("revision", 1),
        key="editor",
        acknowledged=st.session_state.get("painted", 0),
    )
    acknowledge(document="slice-7", revision=1, tab="a", seq=0, key="editor")
    heard = st.session_state.setdefault("heard", [])
    heard.extend(f"{command.name} {command.document} {command.edit_seq}" for command in result.commands)
    if result.edit:
        heard.append(f"edit {result.edit.get('seq')}")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(host, default_timeout=30).run()


def sent(app: AppTest) -> bytes:
    """The bytes that the browser would get for the editor."""
    return app.get("bidi_component")[0].proto.bytes


def give(app: AppTest, **state: object) -> list[str]:
    """What the page has heard after the browser set this state."""
    app.session_state["editor"] = state
    app.run()
    assert not app.exception
    return app.session_state["heard"]


def command(seq: int, name: str) -> dict[str, object]:
    return {"seq": seq, "name": name, "document": "slice-7", "revision": 1, "edit_seq": 4}


def test_each_command_is_heard_once_and_none_is_skipped(app):
    first, second, third = command(1, "next_slice"), command(2, "next_slice"), command(3, "approve")
    assert give(app, commands={"tab": "a", "list": [first]}) == ["next_slice slice-7 4"]
    heard = give(app, commands={"tab": "a", "list": [first, second, third]})
    assert heard == ["next_slice slice-7 4", "next_slice slice-7 4", "approve slice-7 4"]
    assert give(app, commands={"tab": "a", "list": [first, second, third]}) == heard
    assert len(give(app, commands={"tab": "b", "list": [first]})) == 4  # another tab counts for itself


@pytest.mark.parametrize(
    "junk",
    [
        "x" * 1000,
        {"tab": "a"},
        {"tab": "a", "list": 7},
        {"tab": "a", "list": [{"seq": "1", "name": "approve"}, None, 3]},
        {"tab": "a", "list": [{"seq": 1, "name": ["approve"], "document": 1, "revision": 1, "edit_seq": 1}]},
    ],
)
def test_junk_for_commands_is_no_command(app, junk):
    assert give(app, commands=junk) == []


def test_an_edit_is_handed_over_once_and_again_when_it_is_sent_again(app):
    edit = {"document": "slice-7", "revision": 1, "tab": "a", "seq": 5, "attempt": 1}
    assert give(app, edit=edit) == ["edit 5"]
    assert give(app, edit=edit) == ["edit 5"]
    assert give(app, edit={**edit, "attempt": 2}) == ["edit 5", "edit 5"]
    assert give(app, edit="junk") == ["edit 5", "edit 5"]


def test_the_picture_is_sent_again_only_when_more_than_the_draft_changed(app):
    first = sent(app)
    app.session_state["painted"] = 3
    assert sent(app.run()) == first
    app.session_state["revision"] = 2
    second = sent(app.run())
    assert second != first
    app.session_state["brighter"] = 1
    assert sent(app.run()) != second


def answered(app: AppTest) -> dict[str, int]:
    """The commands that the editor would be told have been heard."""
    return json.loads(app.get("bidi_component")[1].proto.json)["handled"]


def test_the_editor_is_told_of_a_command_once_a_run_has_shown_what_came_of_it(app):
    give(app, commands={"tab": "a", "list": [command(1, "next_slice")]})
    assert answered(app) == {}  # this run still shows the slice from before it
    assert answered(app.run()) == {"a": 1}


def asking() -> None:
    import numpy as np
    import streamlit as st

    from core.editing.editor_codec import pack_slice
    from pages.shared.mask_editor import SeriesPlaces, mask_editor, send_ahead, send_ways

    packed = pack_slice(np.zeros((4, 5), np.uint16), np.zeros((4, 5), np.uint8))
    wanted = mask_editor(packed, document="a", revision=1, key="editor").wanted
    st.session_state.setdefault("heard", []).append(wanted)
    send_ahead([document.encode() for document in wanted], key="editor")
    places = SeriesPlaces("series-1", 2, (("a", 0, 0, "4 0"), ("b", 0, 1, "None 0")))
    send_ways(document="a", ways={"approve": "b"}, versions={"b": "None 0"}, places=places, key="editor")


def test_pictures_are_sent_once_for_each_request_of_the_browser():
    app = AppTest.from_function(asking, default_timeout=30).run()
    request = {"tab": "a", "request": 1, "documents": ["b", "c"]}
    app.session_state["editor"] = {"wanted": request}
    app.run()
    parts = app.get("bidi_component")[1].proto.bytes
    length = int.from_bytes(parts[:4], "little")
    assert json.loads(parts[4 : 4 + length]) == {"lengths": [1, 1]}
    assert parts[4 + length :] == b"bc"
    app.run()
    app.session_state["editor"] = {"wanted": {**request, "request": 2, "documents": ["x"] * 1000}}
    app.run()
    app.session_state["editor"] = {"wanted": {"tab": "a", "request": "3", "documents": 7}}
    app.run()
    assert app.session_state["heard"] == [(), ("b", "c"), (), ("x",) * 8, ()]
    told = json.loads(app.get("bidi_component")[2].proto.json)
    assert told["slices"] == [["a", 0, 0, "4 0"], ["b", 0, 1, "None 0"]]
    assert not app.exception


def test_pictures_wait_for_the_run_after_a_command():
    app = AppTest.from_function(asking, default_timeout=30).run()
    request = {"tab": "a", "request": 1, "documents": ["b"]}
    app.session_state["editor"] = {"wanted": request, "commands": {"tab": "a", "list": [command(1, "open")]}}
    app.run()
    app.run()
    assert app.session_state["heard"] == [(), (), ("b",)]
