"""A worklist as an address of Review names it, and back."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from core.records.slices import Split, Status
from core.store.slices.filters import Order
from core.text import one_line
from core.workflow.review.worklist import MAX_RANGES, Ranges, Saved, Worklist

NAMES = ("filter", "series", "patient", "status", "split", "phase", "order")  # in the address
RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)
MAX_PHASE = 1000
MAX_LETTERS = 255  # of a part of a patient's name
Choice = TypeVar("Choice", bound=StrEnum)


def to_address(worklist: Worklist) -> dict[str, str]:
    """Return what the address says of a worklist; what is as usual is left out.

    >>> to_address(Worklist(Saved.IMPORT, ((3, 5), (7, 7))))
    {'filter': 'import', 'series': '3-5.7'}
    """
    ranges = ".".join(str(first) if first == last else f"{first}-{last}" for first, last in worklist.imported)
    said = {
        "filter": worklist.saved.value,
        "series": ranges if worklist.saved is Saved.IMPORT else "",
        "patient": worklist.patient,
        "status": ".".join(status.name.lower() for status in worklist.statuses),
        "split": ".".join(worklist.splits),
        "phase": "" if worklist.phase is None else str(worklist.phase + 1),
        "order": "" if worklist.order is Order.HEART else worklist.order.value,
    }
    return {name: words for name, words in said.items() if words}


def from_address(said: Mapping[str, str]) -> Worklist:
    """Return the worklist that an address names; what nobody can read of it counts as not said.

    >>> from_address({"filter": "import", "series": "3-5.7", "phase": "2"}).imported
    ((3, 5), (7, 7))
    >>> from_address({"filter": "nonsense", "phase": "-1"}) == Worklist()
    True
    """
    imported = ranges_in(said.get("series", ""))
    saved = one_of(Saved, said.get("filter", "")) or Saved.TODO
    phase = said.get("phase", "")
    is_phase = phase.isascii() and phase.isdigit() and len(phase) <= 4 and 1 <= int(phase) <= MAX_PHASE
    statuses = said.get("status", "").split(".")
    return Worklist(
        saved=Saved.ALL if saved is Saved.IMPORT and not imported else saved,
        imported=imported if saved is Saved.IMPORT else (),
        patient=one_line(said.get("patient", ""))[:MAX_LETTERS],
        statuses=tuple(status for status in Status if status.name.lower() in statuses),
        splits=tuple(split for split in Split if split.value in said.get("split", "").split(".")),
        phase=int(phase) - 1 if is_phase else None,
        order=one_of(Order, said.get("order", "")) or Order.HEART,
    )


def ranges_in(text: str) -> Ranges:
    """Return the ranges of ids in a text such as "3-5.7"; empty where it is anything else."""
    found = [RANGE.fullmatch(part) for part in text.split(".")[: MAX_RANGES + 1]]
    ranges = tuple((int(one[1]), int(one[2] or one[1])) for one in found if one)
    return ranges if len(ranges) == len(found) <= MAX_RANGES else ()


def one_of(choices: type[Choice], value: str) -> Choice | None:
    """Return the choice of this value, None where there is none."""
    return next((choice for choice in choices if choice.value == value), None)
