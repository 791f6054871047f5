"""Long lists of values, cut into parts that one statement takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 500  # values in one statement; SQLite takes 32,766 at most, and PostgreSQL 65,535


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values, so many at a time as one statement takes.

    >>> [len(part) for part in parts(range(1200))]
    [500, 500, 200]
    """
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
