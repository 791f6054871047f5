"""Whose name stands beside what is saved: the one that a sign-in vouches for, or one that was given."""

import pytest
from streamlit.runtime.context import StreamlitHeaders

from core.settings import settings
from core.workflow.people import MAX_NAME_LETTERS, Reader, override_refusal, reader_at_the_shell, reader_name
from pages.shared.frame import MENU
from tests.pages.conftest import problems, words
from tests.workflow.small import cine, stored

REVIEW = "pages/2_Review.py"


@pytest.fixture
def set_up(monkeypatch):
    """Set the app up as `set_up(SEPTUM_READER="")`."""

    def set_up(**given: str) -> None:
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    return set_up


@pytest.fixture
def send(monkeypatch):
    """Have the browser send headers as `send(("X-User", "ann"), ...)`."""

    def send(*headers: tuple[str, str]) -> None:
        sent = StreamlitHeaders(headers)
        monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", property(lambda _: sent))

    return send


def names(app) -> list[str]:
    """What the menu's name field holds."""
    return [field.value for field in app.text_input if field.key == "reader name"]


def field(app, key: str):
    return next(each for each in app.text_input if each.key == key)


def keys(app) -> set[str]:
    return {button.key for button in app.button}


def test_the_settings_name_the_reader_until_somebody_says_otherwise(open_page, set_up):
    set_up(SEPTUM_READER="bench 3")
    app = open_page()
    assert problems(app) == []
    assert names(app) == ["bench 3"]


def test_the_address_names_the_reader_and_a_field_changes_it(open_page):
    app = open_page(reader="Ann Lee")
    assert names(app) == ["Ann Lee"]
    field(app, "reader name").set_value("  Bob\tRay ").run()
    assert app.session_state["reader"] == "Bob Ray"
    assert app.query_params["reader"] in ("Bob Ray", ["Bob Ray"])


def test_nobody_is_anybody_before_a_name_was_given_and_the_address_keeps_it(open_page, set_up):
    stored(cine("anna", 1, 1, masked=True))
    set_up(SEPTUM_READER="")
    app = open_page(REVIEW)
    assert problems(app) == []
    assert "Give your name" in words(app)
    assert not {"approve", "save", "reject"} & keys(app)
    app = field(app, "asked name").set_value(" Ann ").run()
    assert problems(app) == []
    assert "Give your name" not in words(app)
    assert {"approve", "save", "reject"} <= keys(app)
    assert app.query_params["reader"] in ("Ann", ["Ann"])
    again = open_page(REVIEW, reader="Ann")  # as after a reload
    assert "approve" in keys(again)
    assert names(again.switch_page("app.py").run()) == ["Ann"]


@pytest.mark.parametrize(
    ("cookie", "named"),
    [("Zo%C3%AB%20Lee", "Zo\xeb Lee"), ("%00%E2%80%AE", ""), ("%", "%"), ("%ff", "\ufffd")],
)
def test_the_browser_remembers_a_name_that_was_given_where_the_settings_name_nobody(
    open_page, set_up, cookies, cookie, named
):
    cookies["septum-reader"] = cookie
    set_up(SEPTUM_READER="bench 3")
    assert names(open_page()) == ["bench 3"]
    set_up(SEPTUM_READER="")
    app = open_page()
    assert problems(app) == []
    assert names(app) == [named]
    kept = {component.key for component in app.get("bidi_component")} - {"line", "landmarks"}
    assert bool(kept) == bool(named)


def test_an_old_version_is_restored_by_nobody_without_a_name(open_page, set_up):
    stored(cine("anna", 1, 1, masked=True))
    set_up(SEPTUM_READER="")
    app = open_page(REVIEW)
    app.session_state["looked at"] = 1
    app.run()
    assert problems(app) == []
    assert "leave version" in keys(app)
    assert "restore version" not in keys(app)


@pytest.mark.parametrize("nobody", ["\x00\x01", "\u202e", "\t\n"])
def test_an_address_in_which_no_name_can_be_read_is_told_and_forgotten(open_page, nobody):
    app = open_page(reader=nobody)
    assert problems(app) == []
    assert names(app) == ["reader"]
    assert any("left out" in toast.value for toast in app.toast)
    assert "reader" not in app.query_params


def test_a_header_is_believed_only_where_the_settings_name_it(open_page, set_up, send):
    send(("X-Forwarded-User", "carol"))
    assert names(open_page()) == [settings().reader]
    set_up(SEPTUM_READER_HEADER="X-Forwarded-User")
    app = open_page(reader="mallory")
    assert problems(app) == []
    assert names(app) == []  # nobody can change a name that a sign-in vouches for
    assert any("carol" in badge.value for badge in app.markdown)


@pytest.mark.parametrize("page", [file for file, _, _ in MENU])
@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ((), "is missing or empty"),
        ((("X-User", " "),), "is missing or empty"),
        ((("X-User", "\u202e\x00"),), "is missing or empty"),
        ((("X-Other", "chief"),), "is missing or empty"),
        ((("X-User", "chief"), ("x-user", "carol")), "came several times"),
        ((("X-User", ""), ("x-user", "chief")), "came several times"),
    ],
)
def test_whoever_comes_without_the_sign_in_sees_a_sentence_and_nothing_else(
    open_page, set_up, send, page, sent, told
):
    set_up(SEPTUM_READER_HEADER="X-User")
    send(*sent)
    app = open_page(page, reader="chief")
    (sentence,) = problems(app)
    assert sentence.startswith("Nobody is signed in")
    assert told in sentence
    assert not app.button
    assert not app.text_input
    assert "reader" not in app.session_state


def test_one_name_that_was_sent_twice_is_one_name(open_page, set_up, send):
    set_up(SEPTUM_READER_HEADER="X-User")
    send(("X-User", "carol"), ("X-User", " carol "))
    assert problems(open_page()) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" a \n b ", "a b"),
        ("\t", ""),
        ("a\x00b\u202ec\ud800d", "abcd"),
        ("e\u0301va", "\xe9va"),
        ("x" * MAX_NAME_LETTERS, "x" * MAX_NAME_LETTERS),
    ],
)
def test_names_are_one_line_of_letters_that_are_seen(given, kept):
    assert reader_name(given) == kept


def test_two_long_names_stay_two_people():
    one, other = reader_name("x" * 200 + "a"), reader_name("x" * 200 + "b")
    assert one != other
    assert len(one) == len(other) == MAX_NAME_LETTERS
    assert reader_name(one) == one  # as it comes back from the address


@pytest.mark.parametrize(
    ("reader", "administrators", "told"),
    [
        (Reader("ann"), "", ""),
        (Reader(""), "", "give your name"),
        (Reader("chief"), "chief", "until SEPTUM_READER_HEADER"),
        (Reader("chief", signed_in=True), "anna, chief ", ""),
        (Reader("carol", signed_in=True), "anna, chief ", "Only an administrator"),
        (Reader("", signed_in=True), "anna", "give your name"),
    ],
)
def test_a_name_that_anybody_can_type_is_no_administrators(home, set_up, reader, administrators, told):
    set_up(SEPTUM_ADMINISTRATORS=administrators)
    reason = override_refusal(reader)
    assert (told in reason) if told else reason == ""


def test_whoever_types_a_command_has_the_name_of_the_settings_or_of_the_account(home, set_up, monkeypatch):
    set_up(SEPTUM_READER="bench 3")
    assert reader_at_the_shell() == Reader("bench 3", signed_in=True)
    set_up(SEPTUM_READER="")
    monkeypatch.setattr("getpass.getuser", lambda: "carol")
    assert reader_at_the_shell().name == "carol"

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert reader_at_the_shell().name == "command line"
