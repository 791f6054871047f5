"""Tables as CSV that a spreadsheet shows and never computes."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

# A spreadsheet computes a cell that begins so, also in the full-width letters of East Asian keyboards. Where
# the comma is a decimal mark a semicolon begins a cell, and some programs split at tabs and line breaks, too.
BEGINS = re.compile(r"(?:^|(?<=[;\t\r\n]))(?='* *[=+\-@＝＋－＠])|^(?='*[\t\r\n])")
MARK = "'"  # what spreadsheets put before a text that looks like something else


def as_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str] = ()) -> bytes:
    """Rows as a file of UTF-8 with a heading; a value that is not there is an empty cell.

    Args:
        rows: values by the names of their columns.
        columns: all of them, in their order; empty takes those of the rows as they come up.
    """
    columns = columns or list(dict.fromkeys(name for row in rows for name in row))
    if not columns:
        return b""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(cell(column) for column in columns)
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def cell(value: object) -> object:
    """The value as it may stand in a cell: numbers as they are, a mark before words that are a formula.

    >>> cell(-1.5), cell("-1.5"), cell("=SUM(A1)"), cell("'=SUM(A1)")
    (-1.5, '-1.5', "'=SUM(A1)", "''=SUM(A1)")
    """
    if not isinstance(value, str) or is_number(value):
        return value
    return BEGINS.sub(MARK, value)


def is_number(text: str) -> bool:
    """Whether a spreadsheet would read a number.

    >>> is_number("-1.5e-3"), is_number("-1+2"), is_number("--1")
    (True, False, False)
    """
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) is not None
