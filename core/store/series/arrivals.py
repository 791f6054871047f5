"""What is there already of a series that comes in: told by its pixels, whatever it is called now."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.records.slices import Series, Split
from core.store.connection.parts import parts
from core.store.tables.slices import SeriesTable, SliceTable

MAX_DUPLICATES = 5  # series that are named to a person


class Arrival(StrEnum):
    """What became of a series that came in."""

    NEW = "new"
    ATTACHED = "attached"  # its pixels were there; masks that came along were not
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class DuplicateSeries:
    """Another series that shows the very same pictures."""

    series_id: int
    patient: str
    series: str
    split: Split | None  # None: not drawn yet, of one that would come in with it
    n_slices: int  # pictures of the one that came in which it shows, too


@dataclass(frozen=True)
class Added:
    """What the store made of a series."""

    series_ids: tuple[int, ...]  # the new one, or those that hold its pixels already, the most of them first
    arrival: Arrival
    n_attached: int = 0  # masks that became references of slices that were there
    n_left: int = 0  # masks that were left out, since somebody vouches for another one
    duplicates: tuple[DuplicateSeries, ...] = ()  # of a new one; of another split first
    split: Split | None = None  # of the patient; None: a new store has not drawn any yet
    differs: tuple[str, ...] = ()  # what was said otherwise of the pixels when they came in first, in words

    @property
    def series_id(self) -> int:
        """The series that the pixels are in, or most of them."""
        return self.series_ids[0]

    @property
    def created(self) -> bool:
        """Whether there is a series more than before."""
        return self.arrival is Arrival.NEW


def any_stored(session: Session, digests: Sequence[str]) -> bool:
    """Return whether any slice in the store, whosever it is, shows one of these images; mostly none does."""
    asked = (
        select(SliceTable.id).where(SliceTable.image_sha256.in_(part)).limit(1) for part in parts(digests)
    )
    return any(session.scalar(query) is not None for query in asked)


def same_slices(
    session: Session, patient: str, name: str, series: Series, digests: Sequence[str], plain: set[str]
) -> list[SliceTable] | None:
    """Return the patient's stored slices of the same pixels, one for each that came; None if one has none.

    A series of nothing but plain images is known by its name, too: an empty image is like any other.

    Args:
        session: where to look.
        patient: whose, as stored.
        name: of the series, as stored.
        series: what came in.
        digests: of its images.
        plain: digests of images that show nothing.
    """
    rows = _of_patient(session, patient, name, digests, only_named=plain >= set(digests))
    n_by_series = Counter(row.series_id for row in rows)  # where most of them lie, all are looked for first
    unmatched: dict[str, list[SliceTable]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (-n_by_series[row.series_id], row.series_id, row.id)):
        unmatched[row.image_sha256].append(row)
    matches = []
    for item, digest in zip(series.slices, digests, strict=True):
        candidates = unmatched[digest]
        if not candidates:
            return None
        first = candidates[0].series_id
        place = (item.position, item.phase)
        in_series = (row for row in candidates if row.series_id == first)
        row = next((row for row in in_series if (row.position, row.phase) == place), candidates[0])
        candidates.remove(row)
        matches.append(row)
    return matches


def _of_patient(
    session: Session, patient: str, name: str, digests: Sequence[str], only_named: bool
) -> list[SliceTable]:
    wanted = sorted(set(digests))
    query = select(SliceTable).where(SliceTable.patient == patient)
    if only_named:
        query = query.join(SeriesTable, SliceTable.series_id == SeriesTable.id).where(
            SeriesTable.name == name
        )
    rows: list[SliceTable] = []
    for part in parts(wanted):
        rows += session.scalars(query.where(SliceTable.image_sha256.in_(part)).order_by(SliceTable.id))
    return rows


def duplicates_of(
    session: Session, patient: str, split: str, digests: Sequence[str]
) -> tuple[DuplicateSeries, ...]:
    """Return at most `MAX_DUPLICATES` series that show the very same pictures; plain ones do not count."""
    shared: Counter[tuple[int, str, str, str]] = Counter()
    wanted = sorted(set(digests))
    for part in parts(wanted):
        query = (
            select(
                SliceTable.series_id,
                SliceTable.patient,
                SeriesTable.name,
                SliceTable.split,
                func.count(SliceTable.image_sha256.distinct()),
            )
            .join(SeriesTable, SliceTable.series_id == SeriesTable.id)
            .where(SliceTable.image_sha256.in_(part))
            .group_by(SliceTable.series_id, SliceTable.patient, SeriesTable.name, SliceTable.split)
        )
        for number, whose, name, side, n in session.execute(query):
            shared[number, whose, name, side] += n
    ordered = sorted(
        shared.items(), key=lambda item: (item[0][3] == split, item[0][1] == patient, -item[1], item[0][0])
    )
    return tuple(
        DuplicateSeries(number, whose, name, Split(side), n)
        for (number, whose, name, side), n in ordered[:MAX_DUPLICATES]
    )
