"""What the store would make of a series, decided as when it comes in, with nothing stored."""

from dataclasses import dataclass

from core.imaging.figures import image_figures
from core.records import MOST_LETTERS, Series, Split
from core.store.arrays import digest_of, encoded
from core.store.arrivals import Added, Arrival, alike, same_slices
from core.store.attach import weigh
from core.store.database import Store
from core.store.names import stored_name
from core.store.patients import SEED, draw_split
from core.store.tables import PatientTable, SettingTable


@dataclass(frozen=True)
class Foreseen:
    """What would become of a series."""

    added: Added  # without ids where it would be new
    images: tuple[str, ...]  # SHA-256 of each image that shows something


def preview_series(store: Store, series: Series) -> Foreseen:
    """What `add_series` would return now, and on which side of the split the patient would be."""
    digests = [digest_of(encoded(item.pixels)) for item in series.slices]
    pairs = zip(digests, series.slices, strict=True)
    plain = {digest for digest, item in pairs if image_figures(item.pixels).sd == 0}
    shown = tuple(digest for digest in digests if digest not in plain)
    patient = stored_name(series.patient, MOST_LETTERS)
    with store.reading() as session:
        known = session.get(PatientTable, patient)
        seed = session.get(SettingTable, SEED)
        split = known.split if known else series.split or (draw_split(patient, seed.value) if seed else None)
        side = Split(split) if split else None
        same = same_slices(session, patient, stored_name(series.name, MOST_LETTERS), series, digests, plain)
        if same is None:
            others = alike(session, patient, split or "", shown)
            return Foreseen(Added((), Arrival.NEW, alike=others, split=side), shown)
        masks = [
            (row, item.mask) for row, item in zip(same, series.slices, strict=True) if item.mask is not None
        ]
        _, counts = weigh(session, masks)
        ids = tuple(dict.fromkeys(row.series_id for row in same))
    arrival = Arrival.ATTACHED if counts.n_attached else Arrival.UNCHANGED
    return Foreseen(Added(ids, arrival, counts.n_attached, counts.n_left, split=side), shown)
