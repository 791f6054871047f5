"""What a source says of series and slices, into rows and out of them; and the way back to an archive."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.records.provenance import SeriesProvenance, SliceProvenance
from core.records.slices import Series
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.names import stored_name
from core.store.tables.slices import SeriesTable, SliceTable
from core.store.tables.sources import OriginalUidTable
from core.text import one_line

MAX_UID_LETTERS = 64  # of a DICOM UID
MAX_SEX_LETTERS = 16
MAX_VENDOR_LETTERS = 100


def series_source(provenance: SeriesProvenance) -> dict[str, object]:
    """Return the columns of a series that keep its provenance."""
    return {
        "study_uid": stored_name(provenance.study_uid, MAX_UID_LETTERS),
        "series_uids": json.dumps(provenance.series_uids),
        "frame_of_reference_uid": stored_name(provenance.frame_of_reference_uid, MAX_UID_LETTERS),
        "study_date": one_line(provenance.study_date)[:8],
        "sex": stored_name(provenance.sex, MAX_SEX_LETTERS),
        "age_years": provenance.age_years,
        "height_m": provenance.height_m,
        "weight_kg": provenance.weight_kg,
        "heart_rate_bpm": provenance.heart_rate_bpm,
        "nominal_interval_ms": provenance.nominal_interval_ms,
        "vendor": stored_name(provenance.vendor, MAX_VENDOR_LETTERS),
        "field_strength_t": provenance.field_strength_t,
        "deidentified": provenance.deidentified,
    }


def series_provenance(row: SeriesTable) -> SeriesProvenance:
    """Return what a series' row says of its source."""
    return SeriesProvenance(
        study_uid=row.study_uid,
        series_uids=tuple(json.loads(row.series_uids)),
        frame_of_reference_uid=row.frame_of_reference_uid,
        study_date=row.study_date,
        sex=row.sex,
        age_years=row.age_years,
        height_m=row.height_m,
        weight_kg=row.weight_kg,
        heart_rate_bpm=row.heart_rate_bpm,
        nominal_interval_ms=row.nominal_interval_ms,
        vendor=row.vendor,
        field_strength_t=row.field_strength_t,
        deidentified=row.deidentified,
    )


def slice_source(provenance: SliceProvenance) -> dict[str, object]:
    """Return the columns of a slice that keep its provenance."""
    position, orientation = provenance.image_position_mm, provenance.image_orientation
    return {
        "sop_instance_uid": stored_name(provenance.sop_instance_uid, MAX_UID_LETTERS),
        "frame_number": provenance.frame_number,
        "image_position_mm": None if position is None else json.dumps(position),
        "image_orientation": None if orientation is None else json.dumps(orientation),
    }


def slice_provenance(store: Store, slice_ids: Sequence[int]) -> dict[int, SliceProvenance]:
    """Return what the sources of slices say of them, by id; an id that is not in the store is left out."""
    columns = (
        SliceTable.id,
        SliceTable.sop_instance_uid,
        SliceTable.frame_number,
        SliceTable.image_position_mm,
        SliceTable.image_orientation,
    )
    by_id = {}
    with store.reading() as session:
        for part in parts(slice_ids):
            wanted = SliceTable.id.in_(part)
            for number, uid, frame, position, orientation in session.execute(select(*columns).where(wanted)):
                by_id[number] = SliceProvenance(
                    uid,
                    frame,
                    tuple(json.loads(position)) if position else None,
                    tuple(json.loads(orientation)) if orientation else None,
                )
    return by_id


def original_uid(store: Store, kept: str) -> str:
    """Return the source's identifier for one that stands in the store; "" where none was replaced."""
    with store.reading() as session:
        return session.scalar(select(OriginalUidTable.original).where(OriginalUidTable.kept == kept)) or ""


def keep_original_uids(session: Session, series: Series) -> None:
    """Keep the identifiers whose place others have taken in this series, for the way back."""
    in_use = set(kept_uids(series))
    originals = {kept: original for kept, original in series.original_uids if kept in in_use}
    known: set[str] = set()
    for part in parts(list(originals)):
        asked = OriginalUidTable.kept.in_(part)
        known |= set(session.scalars(select(OriginalUidTable.kept).where(asked)))
    session.add_all(
        OriginalUidTable(kept=kept, original=one_line(original))
        for kept, original in originals.items()
        if kept not in known
    )


def kept_uids(series: Series) -> Iterable[str]:
    """Return all identifiers that stand in the rows of a series."""
    of_series = series.provenance
    yield from (of_series.study_uid, of_series.frame_of_reference_uid, *of_series.series_uids)
    yield from (item.provenance.sop_instance_uid for item in series.slices)
