"""The normal ranges that a lab gives as a table, checked line by line; docs/function.md has the form."""

import csv
import io
from pathlib import Path

from core.errors import BadInput
from core.imaging.layouts.facts import number
from core.metrics.function.ranges import NormalRange
from core.settings import settings

FILE_NAME = "normal-ranges.csv"  # in the store's home
COLUMNS = ("figure", "sex", "from_age", "to_age", "low", "high", "papillary_muscles", "source")
CAVITY = "cavity"  # what the column of papillary muscles must say: masks here count them so
MAX_BYTES = 1_000_000


def lab_ranges() -> tuple[NormalRange, ...]:
    """Return the ranges of the table in the store's home; none where there is no table.

    Raises:
        BadInput: when the table is none of its form.
    """
    path = settings().home / FILE_NAME
    return read_ranges(path) if path.is_file() else ()


def read_ranges(path: Path) -> tuple[NormalRange, ...]:
    """Return the ranges of a table.

    Raises:
        BadInput: when it cannot be read, a column is missing, a line says what cannot be, or two contradict.
    """
    try:
        data = path.read_bytes()[: MAX_BYTES + 1]
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} cannot be read as text; save it as CSV in UTF-8") from error
    if len(data) > MAX_BYTES:
        raise BadInput(f"{path.name} is larger than a table of normal ranges can be; check the file")
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise BadInput(f"{path.name} has no column {', '.join(missing)}, expected {', '.join(COLUMNS)}")
    ranges: list[NormalRange] = []
    for line, row in enumerate(rows, start=2):
        one = _range(row, f"{path.name}, line {line}")
        clash = next((other for other in ranges if one.overlaps(other)), None)
        if clash is not None:
            raise BadInput(
                f"{path.name}, line {line}: there is another range of {one.figure} for these ages; keep one"
            )
        ranges.append(one)
    return tuple(ranges)


def _range(row: dict[str, str], where: str) -> NormalRange:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    values = {name: number(cells[name]) for name in ("from_age", "to_age", "low", "high")}
    odd = [name for name, value in values.items() if value is None]
    if odd:
        raise BadInput(f"{where}: {odd[0]} is {cells[odd[0]]!r}, expected a number; correct it")
    if cells["papillary_muscles"].lower() != CAVITY:
        raise BadInput(
            f"{where}: papillary_muscles is {cells['papillary_muscles']!r}, expected {CAVITY}: masks here "
            "count them so, and other ranges do not fit; take a table that does"
        )
    if not cells["source"]:
        raise BadInput(f"{where}: source is empty, expected where the range was published; add it")
    known = {name: value for name, value in values.items() if value is not None}
    try:
        return NormalRange(cells["figure"], cells["sex"].upper(), source=cells["source"], **known)
    except ValueError as error:
        raise BadInput(f"{where}: {error}; correct it") from error
