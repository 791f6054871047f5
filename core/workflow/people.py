"""People: the name that stands beside what somebody does, and who may decide against the hold-out."""

import getpass
import unicodedata
from dataclasses import dataclass

from core.settings import settings
from core.store.names import stored_name
from core.text import one_line

MAX_NAME_LETTERS = 80  # letters of a name; the columns of the database take 255


@dataclass(frozen=True)
class Reader:
    """Who is at work."""

    name: str  # as `reader_name` gives it; "" while nobody has said who it is
    signed_in: bool = False  # whether a sign-in vouches for the name; else anybody could have typed it


def reader_name(text: str) -> str:
    """The text as a name: one line of at most `MAX_NAME_LETTERS` letters without marks that nobody sees.

    Letters that are made of parts are put together, so that one spelling is one person. A longer name keeps
    its beginning and a digest of the whole, so that two long ones stay two people.

    >>> reader_name("  Ann\\n Lee\\u202e ")
    'Ann Lee'
    """
    line = unicodedata.normalize("NFC", one_line(text))
    return stored_name(line, MAX_NAME_LETTERS) if line else ""


def default_reader() -> str:
    """The name that the settings give to whoever says none; "" where they give none."""
    return reader_name(settings().reader)


def reader_at_the_shell() -> Reader:
    """Who types a command: the one of the settings, else the account of the operating system.

    It counts as signed in: whoever has a shell beside the store could as well change the settings.
    """
    try:
        return Reader(default_reader() or reader_name(getpass.getuser()) or "command line", signed_in=True)
    except (OSError, KeyError):  # an account without a name, as containers have
        return Reader("command line", signed_in=True)


def administrators() -> tuple[str, ...]:
    """Names of those who may promote against the hold-out; empty where the settings name nobody."""
    names = (reader_name(name) for name in settings().administrators.split(","))
    return tuple(name for name in names if name)


def override_refusal(reader: Reader, deed: str = "promote against the hold-out") -> str:
    """Why the reader may not do what is an administrator's, as a sentence; "" for one who may.

    Where nobody is named, everybody may who has a name. A name that anybody can type is no administrator's.
    """
    if not reader.name:
        return "Nobody has said who decides; give your name first."
    if not administrators():
        return ""
    if not reader.signed_in:
        return (
            "Administrators are named, but nobody signs in here, so anybody could type their names: nobody "
            f"may {deed} until SEPTUM_READER_HEADER names the header of a sign-in."
        )
    if reader.name not in administrators():
        return f"Only an administrator may {deed}."
    return ""
