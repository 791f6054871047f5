"""A series on its way in: what is known of its images, and the rows that it becomes."""

import hashlib
import json
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from core.imaging.figures import ImageFigures
from core.records import Series, Status
from core.store.attach import add_references
from core.store.figure_tables import ImageFigureTable
from core.store.history import add_slices
from core.store.names import one_line
from core.store.packing import files_to_json, geometry_to_json
from core.store.provenance import keep_original_uids, series_source, slice_source
from core.store.tables import PatientTable, SeriesTable, SliceTable


@dataclass(frozen=True, eq=False)
class Incoming:
    """A series with what is known of its images before the store is asked."""

    series: Series
    digests: list[str]
    figures: list[ImageFigures]

    @property
    def plain(self) -> set[str]:
        """The images that show nothing."""
        pairs = zip(self.digests, self.figures, strict=True)
        return {digest for digest, figures in pairs if figures.sd == 0}


def insert(session: Session, patient: PatientTable, name: str, incoming: Incoming) -> int:
    """The rows of a new series; returns its id."""
    series, digests = incoming.series, incoming.digests
    row = SeriesTable(
        patient=patient.name,
        name=name,
        content_sha256=content_sha256(series, digests),
        geometry=geometry_to_json(series.geometry),
        notes=json.dumps([one_line(note) for note in series.notes]),
        n_positions=len({item.position for item in series.slices}),
        n_phases=len({item.phase for item in series.slices}),
        phase_names=json.dumps([(phase, one_line(words)) for phase, words in series.phase_names]),
        files=files_to_json(series.files),
        **series_source(series.provenance),
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
    keep_original_uids(session, series)
    return row.id


def content_sha256(series: Series, digests: list[str]) -> str:
    """A digest of pixels and places; of one name and patient there are no two the same."""
    digest = hashlib.sha256()
    for item, image in zip(series.slices, digests, strict=True):
        digest.update(f"{item.position} {item.phase} {image}\n".encode())
    return digest.hexdigest()
