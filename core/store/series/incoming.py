"""A series on its way in: what is known of its images, and the rows that it becomes."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from sqlalchemy.orm import Session

from core.imaging.grids.orientation import base_of
from core.imaging.image_statistics import ImageStatistics
from core.records.orientation import BaseTold
from core.records.slices import Series, Status
from core.store.codec import files_to_json, geometry_to_json
from core.store.series.attach import add_references
from core.store.series.provenance import keep_original_uids, series_source, slice_source
from core.store.slices.base import find_base, from_base
from core.store.slices.history import add_slices
from core.store.tables.derived import ImageFigureTable
from core.store.tables.slices import PatientTable, SeriesTable, SliceTable
from core.text import one_line


@dataclass(frozen=True, eq=False)
class Incoming:
    """A series with what is known of its images before the store is asked."""

    series: Series
    digests: list[str]
    figures: list[ImageStatistics]

    @property
    def plain(self) -> set[str]:
        """The images that show nothing."""
        pairs = zip(self.digests, self.figures, strict=True)
        return {digest for digest, figures in pairs if figures.sd == 0}


def insert(session: Session, patient: PatientTable, name: str, incoming: Incoming) -> int:
    """Add the rows of a new series and return its id."""
    series, digests = incoming.series, incoming.digests
    base = base_of(series.geometry)
    row = SeriesTable(
        patient=patient.name,
        name=name,
        content_sha256=content_sha256(series, digests),
        geometry=geometry_to_json(series.geometry),
        notes=json.dumps([one_line(note) for note in series.notes]),
        n_positions=len({item.position for item in series.slices}),
        n_phases=len({item.phase for item in series.slices}),
        phase_names=json.dumps([(phase, one_line(words)) for phase, words in series.phase_names]),
        files=files_to_json(tuple(replace(file, name=one_line(file.name)) for file in series.files)),
        base=base,
        base_told=BaseTold.SOURCE if base else BaseTold.NOBODY,
        **series_source(series.provenance),
    )
    session.add(row)
    session.flush()
    furthest = max(item.position for item in series.slices)
    images = [
        SliceTable(
            series_id=row.id,
            patient=patient.name,
            split=patient.split,
            position=item.position,
            from_base=from_base(item.position, furthest, base),
            phase=item.phase,
            status=Status.NEW if item.mask is None else Status.APPROVED,
            height=item.pixels.shape[0],
            width=item.pixels.shape[1],
            image_sha256=digest,
            trigger_time_ms=item.trigger_time_ms,
            source=one_line(item.source),
            **slice_source(item.provenance),
        )
        for item, digest in zip(series.slices, digests, strict=True)
    ]
    add_slices(session, images)
    session.add_all(
        ImageFigureTable(slice_id=image.id, **asdict(figures))
        for image, figures in zip(images, incoming.figures, strict=True)
    )
    came = zip(images, (item.mask for item in series.slices), strict=True)
    add_references(session, [(image, mask) for image, mask in came if mask is not None], "import")
    find_base(session, row.id)
    keep_original_uids(session, series)
    return row.id


def content_sha256(series: Series, digests: list[str]) -> str:
    """Return a digest of pixels and places; one patient has no two series of the same name and digest."""
    digest = hashlib.sha256()
    for item, image in zip(series.slices, digests, strict=True):
        digest.update(f"{item.position} {item.phase} {image}\n".encode())
    return digest.hexdigest()
