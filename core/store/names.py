"""Words from outside as they may stand in a row: one line, nothing hidden, no longer than its column."""

import hashlib

from core.text import cut_name, one_line

NAME_LETTERS = 255  # of a name that a person gives to a run or a sweep, as in the tables
TEXT_LETTERS = 2000  # of a note or a reason; the pages offer fields of 500 to 1,000
DIGEST = 8  # hexadecimal digits that keep two long names apart once both are cut


def stored_text(text: str, most: int = TEXT_LETTERS) -> str:
    """Return a note or a reason of at most so many characters: its lines, without what nobody sees.

    >>> stored_text(" first\\x00\\n second\\u202e "), stored_text("a" * 9, 5)
    ('first\\nsecond', 'aaaa…')
    """
    lines = "\n".join(one_line(line) for line in text.splitlines()).strip()
    return lines if len(lines) <= most else f"{lines[: most - 1]}…"


def stored_name(text: str, most: int) -> str:
    """Return one line of at most so many characters; what is cut, or hidden, has a digest of the whole.

    >>> stored_name("SAX\\tcine", 255), stored_name("a" * 300, 20)
    ('SAX cine', 'aaaaaaaaaaa~9835fa6b')
    """
    line = one_line(text)
    if len(line) <= most and (line or not text):
        return line
    digest = hashlib.sha256((line or text).encode(errors="replace")).hexdigest()[:DIGEST]
    return cut_name(line, most, digest) or f"~{digest}"
