"""The worklist: saved filters over the queue, and a window of it as readers see it, heart by heart."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.records.decisions import TO_DO
from core.records.phases import Phases
from core.records.slices import SliceRow, Split, Status
from core.store.database import open_store
from core.store.series import imports
from core.store.series.series import phases_of
from core.store.slices import places, slices
from core.store.slices.filters import PLACED, Filter, Order

Ranges = tuple[tuple[int, int], ...]  # of series ids, (first, last)
MAX_RANGES = 100  # that an address names; more are told by their ends


class Saved(StrEnum):
    """A filter that has a name; the value stands in addresses."""

    TODO = "todo"
    MINE = "mine"
    IMPORT = "import"
    CHANGED = "changed"
    DISAGREEMENTS = "disagreements"
    ALL = "all"


@dataclass(frozen=True)
class Worklist:
    """What of the queue is listed, and in which order."""

    saved: Saved = Saved.TODO
    imported: Ranges = ()  # series of the import that "this import" speaks of
    patient: str = ""  # part of the name
    statuses: tuple[Status, ...] = ()
    splits: tuple[Split, ...] = ()
    phase: int | None = None
    order: Order = Order.HEART

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beside the saved filter leaves slices out."""
        return bool(self.patient.strip() or self.statuses or self.splits or self.phase is not None)

    def chosen(self, reader: str) -> Filter:
        """Return the filter, as one reader means it."""
        statuses = self.statuses
        if self.saved is Saved.TODO:
            statuses = tuple(status for status in TO_DO if status in (self.statuses or TO_DO)) or TO_DO
        return Filter(
            statuses=statuses,
            splits=self.splits,
            patient=self.patient,
            series=self.imported if self.saved is Saved.IMPORT else (),
            phase=self.phase,
            drawn_by=reader if self.saved is Saved.MINE else "",
            changed_since_approved=self.saved is Saved.CHANGED,
            disagreed_on=self.saved is Saved.DISAGREEMENTS,
        )


@dataclass(frozen=True)
class QueueRow:
    """A slice as the worklist shows it."""

    row: SliceRow
    phases: Phases  # of its series
    is_changed: bool  # since somebody approved it


@dataclass(frozen=True)
class QueueWindow:
    """A part of the worklist."""

    total: int  # slices in all
    rows: tuple[QueueRow, ...]


def ranges_of(series_ids: Sequence[int]) -> Ranges:
    """Return series as ranges of their ids; where there are too many gaps, as one range over all.

    >>> ranges_of([7, 5, 6, 9])
    ((5, 7), (9, 9))
    """
    ranges: list[tuple[int, int]] = []
    for number in sorted(set(series_ids)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    if len(ranges) > MAX_RANGES:
        return ((ranges[0][0], ranges[-1][1]),)
    return tuple(ranges)


def queue_window(chosen: Filter, order: Order, offset: int, limit: int) -> QueueWindow:
    """Return so many rows of the queue from a place on, and how many there are in all."""
    store = open_store()
    with store.snapshot():
        total = slices.count_slices(store, chosen)
        rows = slices.list_slices(store, chosen, order, offset, limit)
        changed = slices.changed_among(store, [row.id for row in rows])
        phases = phases_of(store, sorted({row.series_id for row in rows}))
    return QueueWindow(
        total,
        tuple(QueueRow(row, phases[row.series_id], row.id in changed) for row in rows),
    )


def place_of(slice_id: int, chosen: Filter, order: Order) -> int | None:
    """Return how many rows stand before a slice, whether it is among them or not.

    None in an order in which that would cost as much as the whole list.
    """
    return places.n_before(open_store(), slice_id, chosen, order) if order in PLACED else None


def has_import() -> bool:
    """Return whether there has been an import, the demo left aside."""
    return imports.has_import(open_store())


def newest_import() -> Ranges:
    """Return the series that came in last, one soon after the other; empty before the first import."""
    return ranges_of(imports.newest_import(open_store()))
