"""Whose name stands beside what is saved."""

import pytest

from core.settings import settings
from pages.shared.reader import LONGEST, tidy
from tests.pages.conftest import problems


def names(app) -> list[str]:
    """What the menu's name field holds."""
    return [field.value for field in app.text_input if field.key == "reader name"]


def test_the_settings_name_the_reader_until_somebody_says_otherwise(open_page, monkeypatch):
    monkeypatch.setenv("SEPTUM_READER", "bench 3")
    settings.cache_clear()
    app = open_page()
    assert problems(app) == []
    assert names(app) == ["bench 3"]


def test_the_address_names_the_reader_and_a_field_changes_it(open_page):
    app = open_page(reader="Ann Lee")
    assert names(app) == ["Ann Lee"]
    field = next(field for field in app.text_input if field.key == "reader name")
    field.set_value("  Bob\tRay ").run()
    assert app.session_state["reader"] == "Bob Ray"
    assert app.query_params["reader"] in ("Bob Ray", ["Bob Ray"])


def test_a_header_is_believed_only_where_the_settings_name_it(open_page, monkeypatch):
    sent = {"X-Forwarded-User": "carol"}
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", property(lambda _: sent))
    assert names(open_page()) == [settings().reader]
    monkeypatch.setenv("SEPTUM_READER_HEADER", "X-Forwarded-User")
    settings.cache_clear()
    app = open_page(reader="mallory")
    assert names(app) == []  # nobody can change a name that a sign-in vouches for
    assert any("carol" in badge.value for badge in app.markdown)


@pytest.mark.parametrize(("given", "kept"), [(" a \n b ", "a b"), ("x" * 200, "x" * LONGEST), ("\t", "")])
def test_names_are_one_short_line(given, kept):
    assert tidy(given) == kept
