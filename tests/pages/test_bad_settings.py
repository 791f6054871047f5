"""A setting that cannot be used is told on every page in one sentence, and nothing else is drawn."""

import pytest

from core.settings import settings
from pages.shared.frame import MENU


@pytest.mark.parametrize("file", [file for file, _, _ in MENU])
def test_a_bad_setting_is_told_on_the_page(open_page, monkeypatch, file):
    monkeypatch.setenv("SEPTUM_MAX_PIXELS", "abc")
    settings.cache_clear()
    app = open_page(file)
    assert not app.exception
    assert [error.value for error in app.error] == [
        "SEPTUM_MAX_PIXELS is 'abc', but should be a whole number."
    ]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SEPTUM_DATABASE", "mysql://host/septum", "cannot use"),
        ("SEPTUM_DATABASE", "postgresql+psycopg2://host/septum", "is missing"),
        ("SEPTUM_ARRAYS", "memory://images", "in memory"),
        ("SEPTUM_ARRAYS", "foo://images", "Protocol not known"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_on_the_page(open_page, monkeypatch, name, value, told):
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    app = open_page("app.py")
    assert not app.exception
    (error,) = app.error
    assert told in error.value
    assert "\n" not in error.value
