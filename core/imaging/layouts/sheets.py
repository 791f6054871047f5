"""Tables as text: which encoding and delimiter, which of their columns we know, and their rows."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.imaging.layouts.facts import letters
from core.text import marked

MAX_BYTES = 16 << 20  # of a table; half a million patients in ten columns
MAX_ROWS = 100_000
MAX_LINE_LETTERS = 1 << 20
DELIMITERS = ";\t,"
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

# Each of our columns by the names that tables give it, the plainest first: where several are there, it wins.
# ACDC, M&Ms (External code, VendorName), M&Ms-2 (SUBJECT_CODE, DISEASE, FIELD) and BIDS (participant_id).
COLUMNS = {
    "image": "image imagename imagefile imagepath imageid file filename filepath path",
    "patient": "patient patientid patientcode subject subjectid subjectcode externalcode participantid"
    " participant case caseid pid eid",
    "split": "split courseworksplit set subset partition",
    "spacing": "spacingmm pixelspacingmm pixelsizemm pixelspacing pixelsize spacing",
    "group": "group pathology diagnosis disease cohort",
    "phase": "phase phasename cardiacphase",
    "ed frame": "edframe framered frameofed",
    "es frame": "esframe framees frameofes",
    "ed": "ed",
    "es": "es",
    "sex": "sex gender",
    "age": "age ageyears ageatscan",
    "height": "height heightcm heightm",
    "weight": "weight weightkg",
    "vendor": "vendorname manufacturer vendor",
    "field": "field fieldstrength fieldstrengtht magneticfieldstrength",
}
WEAK_COLUMNS = {"image": "name", "patient": "id"}  # which may mean anything else, too


@dataclass(frozen=True)
class Row:
    """One row: the line that it ends on, its cells by our names of the columns, or why it cannot be used."""

    line: int
    cells: dict[str, str]
    fault: str = ""


def table_text(data: bytes) -> str:
    """Return the text of a table as spreadsheets save it: UTF-8, UTF-16, or else Western European."""
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if encoding is None and len(data) > 3 and not any(data[1:8:2]):
        encoding = "utf-16-le"
    try:
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return data.decode(encoding or "cp1252", errors="replace")


def read_rows(text: str) -> Iterator[Row]:
    """The rows of a table, none where it has neither an image's nor a patient's column.

    Raises:
        csv.Error: when it cannot be taken apart any further.
    """
    lines = io.StringIO(text, newline="")
    header, skipped = _header(lines)
    if len(header) > MAX_LINE_LETTERS:
        return
    delimiter, columns = _columns(header)
    if not columns.keys() & {"image", "patient"}:
        return
    if columns.keys() & {"ed", "es"} and "externalcode" not in map(letters, _cells(header, delimiter)):
        columns = {ours: index for ours, index in columns.items() if ours not in ("ed", "es")}
        yield Row(
            1,
            {},
            "its columns ED and ES do not say whether they count from 0 or 1; from 1 it is ed_frame",
        )
    width = len(_cells(header, delimiter))
    reader = csv.reader(_bounded(lines), delimiter=delimiter, skipinitialspace=True)
    for number, cells in enumerate(reader):
        if number >= MAX_ROWS:
            raise csv.Error(f"it has more than {MAX_ROWS:,} rows")
        line = skipped + reader.line_num
        if not any(map(str.strip, cells)):
            continue
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            yield Row(line, {}, f"it has {len(cells)} cells where the header has {width}")
        else:
            yield Row(line, {ours: marked(cells[index]).strip() for ours, index in columns.items()})


def _header(lines: io.StringIO) -> tuple[str, int]:
    """Return the first line that says something, and how many lines that took."""
    for number, line in enumerate(lines, 1):
        # Excel may name the delimiter before all else.
        if line.strip("\ufeff \t\r\n;,") and not re.match(r"\ufeff?sep=", line, re.IGNORECASE):
            return line, number
    return "", 0


def _columns(header: str) -> tuple[str, dict[str, int]]:
    """Return the delimiter that finds most of our columns, and where each of them is."""
    columns = {delimiter: _known(_cells(header, delimiter)) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: len(columns[delimiter]))
    return best, columns[best]


def _known(names: list[str]) -> dict[str, int]:
    """Return where each of our columns is among names of columns."""
    indices = {letters(name): index for index, name in reversed(list(enumerate(names)))}
    columns = {}
    for ours, synonyms in COLUMNS.items():
        theirs = next((name for name in synonyms.split() if name in indices), WEAK_COLUMNS.get(ours))
        if theirs in indices:
            columns[ours] = indices[theirs]
    return columns


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    """The lines, as long as they are of a length that a table has."""
    for line in lines:
        if len(line) > MAX_LINE_LETTERS:
            raise csv.Error(f"it has a line of {len(line):,} letters")
        yield line
