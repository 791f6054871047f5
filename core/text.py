"""Text that people read: numbers with their nouns, and words from outside on one line.

What a person types loses what nobody sees, so that one name is one person. What a file says keeps a mark in
its place, so that two names never become one.
"""

import re
import unicodedata

UNSEEN = ("Cc", "Cf", "Cs")  # control characters, turns of the writing direction, halves of characters
# Control characters, separators of lines, marks that turn the direction of reading, halves of letters.
UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def plural(number: int, noun: str) -> str:
    """A number with its noun.

    >>> plural(1, "slice"), plural(20, "slice")
    ('1 slice', '20 slices')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def one_line(text: str) -> str:
    """Return the text without line breaks, control characters and marks that turn the writing direction.

    >>> one_line("anna\\n b\\x00\\u202ec")
    'anna bc'
    """
    spaced = re.sub(r"\s+", " ", text)
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in UNSEEN).strip()


def marked_line(text: str) -> str:
    """Return the text on one line, as `marked` has it.

    >>> marked_line("a\\n b\\x00c\\udcff")
    'a b�c�'
    """
    return marked(re.sub(r"\s+", " ", text).strip())


def marked(text: str) -> str:
    """Return the text with a mark for each line break, control character, turn of direction and half letter.

    >>> marked("cmr\\u202egnp.1"), marked("two  blanks")
    ('cmr�gnp.1', 'two  blanks')
    """
    return UNFIT.sub("\ufffd", text)


def cut_name(line: str, most: int, code: str) -> str:
    """Return a name of at most so many characters; one that is cut ends on a code of the whole.

    >>> cut_name("anna", 8, "7b"), cut_name("annabella", 8, "7b")
    ('anna', 'annab~7b')
    """
    return line if len(line) <= most else f"{line[: most - len(code) - 1]}~{code}"
