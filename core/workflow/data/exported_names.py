"""What the mask files of one export are called: after their sources, with the patient where many share."""

from collections import defaultdict
from collections.abc import Sequence

from core.records.slices import SeriesRow
from core.store.database import Store
from core.store.series.series import series_sources
from core.workflow.data.mask_file_names import TakenNames, mask_stem, safe_name


class ExportedNames:
    """Names of the files of one export, each given out once."""

    def __init__(self, store: Store, rows: Sequence[SeriesRow]) -> None:
        """Look which names occur with several patients."""
        self._taken = TakenNames()
        owners: dict[str, set[str]] = defaultdict(set)
        sources = series_sources(store, [row.id for row in rows])
        for row in rows:
            for source in sources.get(row.id, ()):
                owners[_stem(row, source).lower()].add(row.patient)
        self._shared = {stem for stem, patients in owners.items() if len(patients) > 1}

    def take(self, row: SeriesRow, source: str) -> str:
        """Return the stem for the masks of one file, given out once."""
        stem = _stem(row, source)
        if stem.lower() in self._shared:
            stem = safe_name(f"{row.patient}_{stem}")
        stem = self._taken.free(stem)
        self._taken.take(stem, row.patient)
        return stem


def _stem(row: SeriesRow, source: str) -> str:
    return mask_stem(row.geometry.format, source, row.patient, row.name)
