"""What leaves as a table is read back as it was, and no cell of it is a formula."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workflow.csv_files import as_csv, is_number

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ODD = [
    "=x",
    "-1",
    "+1",
    "-1+2",
    "@a",
    "\tx",
    "\rx",
    "'=x",
    "''-a",
    "'",
    "'a",
    "a;=b",
    "a\n=b",
    "-",
    "1-2",
    "=1;=2",
]


def read(data: bytes) -> list[list[str]]:
    """The cells as a program reads them."""
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def without_marks(text: str) -> str:
    """What stood in the cell before it was marked."""
    begins = r"(?:^|(?<=[;\t\r\n]))'(?='* *[=+\-@＝＋－＠])|^'(?='*[\t\r\n])"
    return text if is_number(text) else re.sub(begins, "", text)


def looks_like_a_formula(text: str) -> bool:
    """Whether some program would compute the cell, whatever it takes for the end of one."""
    return any(
        part.lstrip(" ").startswith(FORMULAS) and not is_number(part) for part in re.split(r"[;\t\n\r]", text)
    )


@pytest.mark.parametrize("patient", ODD)
def test_odd_patients_come_back_and_none_is_computed(patient):
    (heading, (found, dice)) = read(as_csv([{"patient": patient, "dice": -0.5}]))
    assert heading == ["patient", "dice"]
    assert without_marks(found) == patient
    assert is_number(found) or not looks_like_a_formula(found)
    assert dice == "-0.5"


@given(st.text(alphabet="=+-@＝\t\r\n;'\" ,a1.", max_size=8))
def test_whatever_a_patient_is_called(patient):
    found = read(as_csv([{"patient": patient, "n": 1}]))[1][0]
    assert without_marks(found) == patient
    assert is_number(found) or not looks_like_a_formula(found)


def test_headings_are_words_from_outside_like_others():
    assert read(as_csv([{"=a": 1}])) == [["'=a"], ["1"]]


def test_columns_are_those_of_all_rows_and_what_is_missing_is_empty():
    assert read(as_csv([{"a": 1}, {"b": None}])) == [["a", "b"], ["1", ""], ["", ""]]
    assert read(as_csv([{"a": 1, "b": 2}], ["b"])) == [["b"], ["2"]]
    assert as_csv([]) == b""
