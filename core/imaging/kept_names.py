"""Names out of files and tables as they may be kept: one clean line, no longer than the store takes."""

from core.imaging.decoding import one_line
from core.imaging.deidentification import readable_code
from core.records import MOST_LETTERS


def kept_name(text: str, most: int = MOST_LETTERS) -> str:
    """The text on one line without control letters; one that is cut ends on a code of the whole: no two meet.

    >>> kept_name(" Anna\\nB.\\u202e"), kept_name("a" * 300) == kept_name("a" * 299)
    ('Anna B.\ufffd', False)
    """
    line = one_line(text)
    if len(line) <= most:
        return line
    code = readable_code(line)
    return f"{line[: most - len(code) - 1]}~{code}"
