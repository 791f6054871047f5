"""JSON values changed at random: what a browser may send, and what a model's file may say of itself."""

import copy
import json
from collections.abc import Iterator

import numpy as np

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
ODD: tuple[Json, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53,
    -(2**63),
    10**30,
    10**400,
    0.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "a",
    "\0",
    "\ud800",
    "\u202e",
    "ü\n",
    "x" * 5000,
    [],
    {},
    [[]],
    [None],
    [1, 2, 3],
    {"a": {"b": []}},
    {"": None},
)
DEEP: Json = json.loads("[" * 200 + "]" * 200)


def altered(value: Json, random: np.random.Generator) -> Json:
    """A copy of the value with one to three things in it replaced, taken away, doubled or put elsewhere."""
    changed = copy.deepcopy(value)
    for _ in range(int(random.choice([1, 1, 2, 3]))):
        places = list(_places(changed))
        if not places:
            return _odd(random)
        holder, key = places[int(random.integers(len(places)))]
        _change(holder, key, places, random)
    return changed


def _places(value: Json) -> Iterator[tuple[list[Json] | dict[str, Json], int | str]]:
    """Everything that lies in a list or an object, wherever it is."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield value, key
            yield from _places(item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield value, number
            yield from _places(item)


def _change(
    holder: list[Json] | dict[str, Json],
    key: int | str,
    places: list[tuple[list[Json] | dict[str, Json], int | str]],
    random: np.random.Generator,
) -> None:
    kind = int(random.integers(6))
    if kind == 0:
        del holder[key]  # type: ignore[arg-type]
    elif kind == 1 and isinstance(holder, dict):
        holder[str(_odd(random))[:40]] = holder[key]  # type: ignore[index]
    elif kind == 1:
        holder.append(copy.deepcopy(holder[key]))  # type: ignore[union-attr,index]
    elif kind == 2:
        other, place = places[int(random.integers(len(places)))]
        taken = other[place] if _has(other, place) else None  # type: ignore[index]
        holder[key] = copy.deepcopy(taken)  # type: ignore[index]
    elif kind == 3 and type(holder[key]) is int:  # type: ignore[index]
        holder[key] += int(random.choice([-1, 1, -1000, 2**31]))  # type: ignore[index,operator]
    else:
        holder[key] = _odd(random)  # type: ignore[index]


def _has(holder: list[Json] | dict[str, Json], key: int | str) -> bool:
    return key in holder if isinstance(holder, dict) else isinstance(key, int) and key < len(holder)


def _odd(random: np.random.Generator) -> Json:
    number = int(random.integers(len(ODD) + 1))
    return copy.deepcopy(ODD[number]) if number < len(ODD) else copy.deepcopy(DEEP)
