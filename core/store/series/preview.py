"""What the store would make of a series, decided as when it comes in, with nothing stored."""

from dataclasses import dataclass

from core.imaging.image_statistics import image_statistics
from core.records.slices import MAX_STORED_LETTERS, Series, Split
from core.store.database import Store
from core.store.files.arrays import encoded
from core.store.files.hashed import digest_of
from core.store.names import stored_name
from core.store.series.arrivals import Added, Arrival, duplicates_of, same_slices
from core.store.series.attach import plan_attachment
from core.store.series.patients import SEED, draw_split
from core.store.tables.base import SettingTable
from core.store.tables.slices import PatientTable


@dataclass(frozen=True)
class SeriesPreview:
    """What would become of a series."""

    added: Added  # without ids where it would be new
    images: tuple[str, ...]  # SHA-256 of each image that shows something


def preview_series(store: Store, series: Series) -> SeriesPreview:
    """Return what `add_series` would return now, and on which side of the split the patient would be."""
    digests = [digest_of(encoded(item.pixels)) for item in series.slices]
    pairs = zip(digests, series.slices, strict=True)
    plain = {digest for digest, item in pairs if image_statistics(item.pixels).sd == 0}
    shown = tuple(digest for digest in digests if digest not in plain)
    patient = stored_name(series.patient, MAX_STORED_LETTERS)
    with store.reading() as session:
        known = session.get(PatientTable, patient)
        seed = session.get(SettingTable, SEED)
        split = known.split if known else series.split or (draw_split(patient, seed.value) if seed else None)
        side = Split(split) if split else None
        same = same_slices(
            session, patient, stored_name(series.name, MAX_STORED_LETTERS), series, digests, plain
        )
        if same is None:
            others = duplicates_of(session, patient, split or "", shown)
            return SeriesPreview(Added((), Arrival.NEW, duplicates=others, split=side), shown)
        masks = [
            (row, item.mask) for row, item in zip(same, series.slices, strict=True) if item.mask is not None
        ]
        _, counts = plan_attachment(session, masks)
        ids = tuple(dict.fromkeys(row.series_id for row in same))
    arrival = Arrival.ATTACHED if counts.n_attached else Arrival.UNCHANGED
    return SeriesPreview(Added(ids, arrival, counts.n_attached, counts.n_left, split=side), shown)
