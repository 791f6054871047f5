"""Dataclasses from JSON and to JSON, by their own fields; what does not fit is told in one short sentence."""

import json
from collections.abc import Sequence
from typing import TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError

from core.errors import BadInput
from core.recipes.card_values import shown

T = TypeVar("T")
# A number is no text and 1 is not true; a field that is not known is refused, one that is missing has its
# default.
EXACT = ConfigDict(extra="forbid", strict=True)
EXPECTED = {  # what a value should have been, by what pydantic calls the mistake
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "an object",
    "dataclass_type": "an object",
}


def from_plain(adapter: TypeAdapter[T], values: object) -> T:
    """The dataclass that plain values, as `json.loads` gives them, stand for.

    Halves of characters, which no text in UTF-8 has, become question marks.

    Raises:
        ValueError: saying what is missing, not known or of another kind.
    """
    text = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise ValueError(mistake(error)) from error


def from_row(adapter: TypeAdapter[T], text: str, whose: str) -> T:
    """The request that lies in a row as JSON; a field that an older version did not have has its default.

    Args:
        adapter: of the request.
        text: JSON.
        whose: what was asked for, such as "training".

    Raises:
        BadInput: when it holds what this version does not know.
    """
    try:
        return from_plain(adapter, json.loads(text))
    except ValueError as error:
        raise BadInput(f"this {whose} was asked for by another version of Septum: {error}") from error


def to_plain(adapter: TypeAdapter[T], value: T) -> dict[str, object]:
    """Plain values of a dataclass that `from_plain` turns back; a figure that is NaN becomes None."""
    return cast(dict[str, object], json.loads(adapter.dump_json(value, warnings=False)))


def mistake(error: ValidationError, name: str = "") -> str:
    """The first thing that is wrong, as a clause.

    Args:
        error: from validating something.
        name: of what was validated, where that is a single field.
    """
    first = error.errors(include_url=False)[0]
    where = dotted((name, *first["loc"]) if name else first["loc"])
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    if first["type"] == "unexpected_keyword_argument":
        return f"{dotted(first['loc'][:-1]) or 'it'} has what this Septum does not know: {[first['loc'][-1]]}"
    if first["type"] in ("missing", "missing_argument"):
        return f"{where} is missing"
    if first["type"] == "enum":
        return f"{where} must be {first['ctx']['expected']}, got {shown(first['input'])}"
    expected = EXPECTED.get(first["type"])
    return f"{where} must be {expected}, got {shown(first['input'])}" if expected else first["msg"]


def dotted(path: Sequence[int | str]) -> str:
    """The name of a field within others.

    >>> dotted(("config", "widths", 0))
    'config.widths.0'
    """
    return ".".join(str(part) for part in path)
