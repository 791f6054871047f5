"""Words from outside as they may stand in a row: one line, nothing hidden, no longer than its column."""

import hashlib
import re
import unicodedata

UNSEEN = ("Cc", "Cf", "Cs")  # control characters, turns of the writing direction, halves of characters
NAME_LETTERS = 255  # of a name that a person gives to a run or a sweep, as in the tables
TEXT_LETTERS = 2000  # of a note or a reason; the pages offer fields of 500 to 1,000
DIGEST = 8  # hexadecimal digits that keep two long names apart once both are cut


def one_line(text: str) -> str:
    """The text without line breaks, control characters and marks that turn the writing direction.

    >>> one_line("anna\\n b\\x00\\u202ec")
    'anna bc'
    """
    spaced = re.sub(r"\s+", " ", text)
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in UNSEEN).strip()


def stored_text(text: str, most: int = TEXT_LETTERS) -> str:
    """A note or a reason of at most so many characters: its lines, each without what nobody sees.

    >>> stored_text(" first\\x00\\n second\\u202e "), stored_text("a" * 9, 5)
    ('first\\nsecond', 'aaaa…')
    """
    lines = "\n".join(one_line(line) for line in text.splitlines()).strip()
    return lines if len(lines) <= most else f"{lines[: most - 1]}…"


def stored_name(text: str, most: int) -> str:
    """One line of at most so many characters; what is cut, or nothing else, has a digest of the whole.

    >>> stored_name("SAX\\tcine", 255), stored_name("a" * 300, 20)
    ('SAX cine', 'aaaaaaaaaaa~9835fa6b')
    """
    line = one_line(text)
    if len(line) <= most and (line or not text):
        return line
    digest = hashlib.sha256((line or text).encode(errors="replace")).hexdigest()[:DIGEST]
    return f"{line[: most - DIGEST - 1]}~{digest}"
