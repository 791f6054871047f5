"""What was refused is still to be read after a page has drawn itself anew."""

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    """Refuse what is clicked, and draw anew as where a run ends; a trouble that stays is told each time."""
    import streamlit as st

    from core.errors import BadInput
    from pages.shared.clicks import button
    from pages.shared.frame import errors_shown
    from pages.shared.messages import draw_anew, tell_again

    with errors_shown():
        if button("Remove", key="remove") or st.session_state.get("stays"):
            raise BadInput("a run is at work; stop it first")
    tell_again()
    if st.session_state.pop("run ends", False):
        draw_anew()


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page).run()


def test_a_refusal_is_told_at_the_edge_once_the_page_has_drawn_itself_anew(app):
    app.button(key="remove").click().run()
    assert [box.value for box in app.error] == ["A run is at work; stop it first."]
    app.session_state["run ends"] = True
    app.run()
    assert not app.error
    assert [box.value for box in app.toast] == ["A run is at work; stop it first."]
    assert not app.run().toast


def test_what_the_page_tells_now_is_not_told_twice(app):
    app.session_state["stays"] = app.session_state["run ends"] = True
    app.run()
    assert len(app.error) == 1
    assert not app.toast


def test_a_message_that_has_been_there_for_long_is_not_told_again(app, monkeypatch):
    monkeypatch.setattr("pages.shared.messages.READ_WITHIN", 0.0)
    app.button(key="remove").click().run()
    app.session_state["run ends"] = True
    assert not app.run().toast
