"""Series: the same pixels come in once, whole or not at all; and what is known of those that are there."""

import json
import re
from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Load, Session, undefer_group

from core.errors import NotFound
from core.imaging.image_statistics import image_statistics
from core.records.orientation import BaseEnd, BaseTold, turn_of
from core.records.phases import Phases
from core.records.slices import MAX_STORED_LETTERS, Series, SeriesRow, Split
from core.store.codec import files_from_json, geometry_from_json
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.files.named import hold_removals
from core.store.names import stored_name
from core.store.series.arrivals import Added, Arrival, any_stored, duplicates_of, same_slices
from core.store.series.attach import attach
from core.store.series.incoming import Incoming, insert
from core.store.series.patients import locked_patient
from core.store.series.provenance import series_provenance
from core.store.series.unused_arrays import kept_images, rewrite_missing
from core.store.tables.slices import PatientTable, SeriesTable, SliceTable
from core.store.tables.source_columns import SOURCE

FIRST_CHANNEL = "_0000"  # nnU-Net's name for the image that a mask without it belongs to
ENDING = re.compile(rf"(?:{FIRST_CHANNEL})?\.(?:nii\.gz|[^.]+)")


def add_series(store: Store, series: Series) -> Added:
    """Store a series, unless the patient's pixels are there already; returns what became of it.

    Masks that came along become versions of origin `reference`, and their slices `approved`: they are
    what somebody has vouched for already. Where the pixels were there, masks are attached to them.
    """
    digests = kept_images(store, series)
    incoming = Incoming(series, digests, [image_statistics(item.pixels) for item in series.slices])

    def with_its_files(session: Session) -> None:
        hold_removals(session)
        rewrite_missing(session, store.arrays, series, digests)

    with store.unit_of_work(first=with_its_files) as session:
        return _settled(session, incoming)


def _settled(session: Session, incoming: Incoming) -> Added:
    """What becomes of a series, inside the unit of work."""
    series, digests, plain = incoming.series, incoming.digests, incoming.plain
    patient = locked_patient(session, series)
    name = stored_name(series.name, MAX_STORED_LETTERS)
    known = any_stored(session, digests)
    same = same_slices(session, patient.name, name, series, digests, plain) if known else None
    if same is not None:
        return _attached(session, series, same)
    shown = [digest for digest in digests if digest not in plain]
    others = duplicates_of(session, patient.name, patient.split, shown) if known else ()
    split = Split(patient.split)
    return Added((insert(session, patient, name, incoming),), Arrival.NEW, duplicates=others, split=split)


def _attached(session: Session, series: Series, same: Sequence[SliceTable]) -> Added:
    """Let masks that came along go to the slices that were there."""
    pairs = [(row, item.mask) for row, item in zip(same, series.slices, strict=True) if item.mask is not None]
    done = attach(session, pairs, "import")
    ids = tuple(dict.fromkeys(row.series_id for row in same))
    before = geometry_from_json(session.get_one(SeriesTable, ids[0]).geometry).spacing_mm
    now = series.geometry.spacing_mm
    differs: tuple[str, ...] = ()
    if before and now and [round(mm, 3) for mm in before] != [round(mm, 3) for mm in now]:
        differs = (
            f"its pixels measure {before[0]:g} x {before[1]:g} mm there, not {now[0]:g} x {now[1]:g} mm",
        )
    arrival = Arrival.ATTACHED if done.n_attached else Arrival.UNCHANGED
    return Added(ids, arrival, done.n_attached, done.n_left, split=Split(same[0].split), differs=differs)


def series_row(store: Store, series_id: int) -> SeriesRow:
    """Return one series.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        row = session.get(SeriesTable, series_id, options=[undefer_group(SOURCE)])
        if row is None:
            raise NotFound(f"there is no series {series_id} in the store; it may be in another one")
        return _record(row, session.get_one(PatientTable, row.patient))


def list_series(store: Store, limit: int | None = 1000, patient: str = "", text: str = "") -> list[SeriesRow]:
    """Return series, newest first; of one patient or of all, with a text in either's name."""
    query = (
        select(SeriesTable, PatientTable)
        .join(PatientTable, SeriesTable.patient == PatientTable.name)
        .options(Load(SeriesTable).undefer_group(SOURCE))
        .order_by(SeriesTable.id.desc())
        .limit(limit)
    )
    if patient:
        query = query.where(SeriesTable.patient == patient)
    if text := text.strip():
        in_patient = SeriesTable.patient.icontains(text, autoescape=True)
        query = query.where(in_patient | SeriesTable.name.icontains(text, autoescape=True))
    with store.reading() as session:
        return [_record(*pair) for pair in session.execute(query)]


def series_sources(store: Store, series_ids: Sequence[int] | None = None) -> dict[int, tuple[str, ...]]:
    """Return the file names that series came in, by series, in the order of their slices; None means all."""
    query = (
        select(SliceTable.series_id, SliceTable.source)
        .group_by(SliceTable.series_id, SliceTable.source)
        .order_by(func.min(SliceTable.id))
    )
    queries = [query]
    if series_ids is not None:
        queries = [query.where(SliceTable.series_id.in_(part)) for part in parts(series_ids)]
    sources: dict[int, list[str]] = {}
    with store.reading() as session:
        for asked in queries:
            for series_id, source in session.execute(asked):
                sources.setdefault(series_id, []).append(source)
    return {series_id: tuple(names) for series_id, names in sources.items()}


def phases_of(store: Store, series_ids: Sequence[int]) -> dict[int, Phases]:
    """Return the phases of series, by series."""
    query = select(SeriesTable.id, SeriesTable.n_phases, SeriesTable.phase_names)
    with store.reading() as session:
        return {
            row.id: Phases(row.n_phases, _phase_names(row.phase_names))
            for part in parts(series_ids)
            for row in session.execute(query.where(SeriesTable.id.in_(part)))
        }


def find_by_source(store: Store, stem: str) -> list[SeriesRow]:
    """Return series one of whose files is called so, but for its ending and capitals; oldest first."""
    beginnings = [f"{stem}.", f"{stem}{FIRST_CHANNEL}."]
    names = [SliceTable.source.istartswith(start, autoescape=True) for start in beginnings]
    query = select(SliceTable.series_id, SliceTable.source).where(or_(*names)).distinct()
    with store.reading() as session:
        rows = session.execute(query.order_by(SliceTable.series_id)).all()
    endings = ((row.series_id, row.source.lower().removeprefix(stem.lower())) for row in rows)
    ids = dict.fromkeys(number for number, rest in endings if ENDING.fullmatch(rest))
    return [series_row(store, number) for number in ids]


def _phase_names(kept: str) -> tuple[tuple[int, str], ...]:
    return tuple((phase, name) for phase, name in json.loads(kept))


def _record(row: SeriesTable, patient: PatientTable) -> SeriesRow:
    return SeriesRow(
        id=row.id,
        patient=row.patient,
        name=row.name,
        split=Split(patient.split),
        geometry=geometry_from_json(row.geometry),
        n_positions=row.n_positions,
        n_phases=row.n_phases,
        group=patient.group,
        notes=tuple(json.loads(row.notes)),
        imported_at=row.imported_at,
        phase_names=_phase_names(row.phase_names),
        files=files_from_json(row.files),
        provenance=series_provenance(row),
        turn=turn_of(row.turn),
        base=BaseEnd(row.base),
        base_told=BaseTold(row.base_told),
    )
