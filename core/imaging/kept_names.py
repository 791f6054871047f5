"""Names out of files and tables as they may be kept: one clean line, no longer than the store takes."""

from core.imaging.deidentification.pseudonyms import readable_code
from core.records.slices import MAX_STORED_LETTERS
from core.text import cut_name, marked_line


def kept_name(text: str, most: int = MAX_STORED_LETTERS) -> str:
    """Return a name on one clean line; one that is cut ends on a code of the whole, so that no two meet.

    >>> kept_name(" Anna\\nB.\\u202e"), kept_name("a" * 300) == kept_name("a" * 299)
    ('Anna B.\ufffd', False)
    """
    line = marked_line(text)
    return cut_name(line, most, readable_code(line))
