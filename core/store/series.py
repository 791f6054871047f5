"""Series come in whole or not at all; a patient's split is decided once."""

import hashlib
import json
import secrets
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.imaging.figures import image_figures
from core.records import Origin, Series, SeriesRow, Split, Status
from core.store.database import Store, told_plainly
from core.store.figure_tables import ImageFigureTable
from core.store.packing import geometry_from_json, geometry_to_json, pack
from core.store.tables import MaskTable, PatientTable, SeriesTable, SettingTable, SliceTable

SPLIT_SHARES = ((Split.TRAIN, 0.7), (Split.VALIDATION, 0.1), (Split.TEST, 0.2))  # of patients
SEED = "split seed"


def add_series(store: Store, series: Series) -> tuple[int, bool]:
    """Store a series and return (its id, whether it was new); the same content again changes nothing.

    Masks that came along become versions of origin `reference`, and their slices `approved`: they are
    what somebody has vouched for already.
    """
    with told_plainly(store.place):
        digests = [store.arrays.keep(item.pixels) for item in series.slices]
    looks = [image_figures(item.pixels) for item in series.slices]
    content = content_sha256(series, digests)
    with store.unit_of_work() as session:
        same = select(SeriesTable.id).where(
            SeriesTable.patient == series.patient,
            SeriesTable.name == series.name,
            SeriesTable.content_sha256 == content,
        )
        known = session.scalar(same)
        if known is not None:
            return known, False
        patient = _patient(session, series)
        row = SeriesTable(
            patient=patient.name,
            name=series.name,
            content_sha256=content,
            geometry=geometry_to_json(series.geometry),
            notes=json.dumps(series.notes),
            n_positions=len({item.position for item in series.slices}),
            n_phases=len({item.phase for item in series.slices}),
        )
        session.add(row)
        session.flush()
        images = [
            SliceTable(
                series_id=row.id,
                patient=patient.name,
                split=patient.split,
                position=item.position,
                phase=item.phase,
                status=Status.NEW if item.mask is None else Status.APPROVED,
                height=item.pixels.shape[0],
                width=item.pixels.shape[1],
                image_sha256=digest,
                trigger_time_ms=item.trigger_time_ms,
                source=item.source,
            )
            for item, digest in zip(series.slices, digests, strict=True)
        ]
        session.add_all(images)
        session.flush()  # all at once: a cine has hundreds of slices
        session.add_all(
            ImageFigureTable(slice_id=image.id, **asdict(figures))
            for image, figures in zip(images, looks, strict=True)
        )
        references = [
            (image, MaskTable(slice_id=image.id, origin=Origin.REFERENCE, author="import", pixels=pack(mask)))
            for image, mask in zip(images, (item.mask for item in series.slices), strict=True)
            if mask is not None
        ]
        session.add_all(version for _, version in references)
        session.flush()
        for image, version in references:
            image.newest_version_id, image.newest_origin = version.id, Origin.REFERENCE
        return row.id, True


def content_sha256(series: Series, digests: list[str]) -> str:
    """What makes two imports the same: grid, pixels, masks and their places."""
    digest = hashlib.sha256(geometry_to_json(series.geometry).encode())
    for item, image in zip(series.slices, digests, strict=True):
        digest.update(f"{item.position} {item.phase} {image}".encode())
        digest.update(b"" if item.mask is None else item.mask.tobytes())
    return digest.hexdigest()


def _patient(session: Session, series: Series) -> PatientTable:
    """The patient's row, made on first sight; a split once decided stays, whatever a layout says later."""
    known = session.get(PatientTable, series.patient)
    if known is not None:
        return known
    split = series.split or draw_split(series.patient, split_seed(session))
    patient = PatientTable(name=series.patient, split=split, group=series.group)
    session.add(patient)
    session.flush()
    return patient


def split_seed(session: Session) -> str:
    """The seed of this store's splits, drawn when the store is first used."""
    row = session.get(SettingTable, SEED)
    if row is None:
        row = SettingTable(name=SEED, value=secrets.token_hex(8))
        session.add(row)
        session.flush()
    return row.value


def draw_split(patient: str, seed: str) -> Split:
    """Train, validation or test in shares of 70, 10 and 20 %; the same patient and seed draw the same.

    >>> draw_split("patient001", "0") == draw_split("patient001", "0")
    True
    """
    number = int.from_bytes(hashlib.sha256(f"{seed}/{patient}".encode()).digest()[:8]) / 2**64
    for split, share in SPLIT_SHARES:
        if number < share:
            return split
        number -= share
    return SPLIT_SHARES[-1][0]


def series_row(store: Store, series_id: int) -> SeriesRow:
    """One series.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        row = session.get(SeriesTable, series_id)
        if row is None:
            raise NotFound(f"there is no series {series_id} in the store; it may be in another one")
        return _record(row, session.get_one(PatientTable, row.patient))


def list_series(store: Store, limit: int | None = 1000) -> list[SeriesRow]:
    """Series, newest first."""
    query = (
        select(SeriesTable, PatientTable)
        .join(PatientTable, SeriesTable.patient == PatientTable.name)
        .order_by(SeriesTable.id.desc())
        .limit(limit)
    )
    with store.reading() as session:
        return [_record(*pair) for pair in session.execute(query)]


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
    )
