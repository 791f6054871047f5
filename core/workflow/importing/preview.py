"""What an import would do with a series, decided as the import decides it, with nothing stored."""

from collections import Counter
from dataclasses import replace

from core.records.results import FileResult
from core.records.slices import MAX_STORED_LETTERS, Series, Split
from core.store.database import Store
from core.store.names import stored_name
from core.store.series.arrivals import Arrival, DuplicateSeries
from core.store.series.preview import SeriesPreview, preview_series
from core.store.series.series import list_series
from core.workflow.importing.descriptions import (
    another_heart_question,
    known_series_result,
    new_series_result,
)

Whose = tuple[str, str, Split | None]  # patient, series, split


class Preview:
    """A dry run: knows what is in the store, and what came before in the same run."""

    def __init__(self, store: Store) -> None:
        """Nothing has come yet."""
        self._store = store
        self._came: dict[str, Whose] = {}  # by image
        self._splits: dict[str, Split] = {}  # by patient, as the first series of the run told

    def result(self, series: Series) -> FileResult:
        """Return what the import would say of the series."""
        if not series.patient_sure and is_another_heart(self._store, series):
            return another_heart_question(series)
        foreseen = preview_series(self._store, series)
        added, split = foreseen.added, self._splits.get(series.patient, foreseen.added.split)
        if added.arrival is not Arrival.NEW:
            return known_series_result(
                series, added, "attached" if added.arrival is Arrival.ATTACHED else "unchanged"
            )
        if split is not None:
            self._splits[series.patient] = split
        duplicates = (*added.duplicates, *self._duplicates_before(foreseen))
        self._came |= dict.fromkeys(foreseen.images, (series.patient, series.name, split))
        return new_series_result(series, replace(added, duplicates=duplicates), split, "planned")

    def _duplicates_before(self, foreseen: SeriesPreview) -> list[DuplicateSeries]:
        """Series of this run that show the very same pictures."""
        shared = Counter(self._came[image] for image in foreseen.images if image in self._came)
        return [DuplicateSeries(0, patient, name, split, n) for (patient, name, split), n in shared.items()]


def is_another_heart(store: Store, series: Series) -> bool:
    """Return whether the store has a series of the same patient and name with other pictures."""
    patient, name = (stored_name(text, MAX_STORED_LETTERS) for text in (series.patient, series.name))
    if all(row.name != name for row in list_series(store, limit=None, patient=patient)):
        return False
    return preview_series(store, series).added.arrival is Arrival.NEW
