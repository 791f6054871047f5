"""Export: the newest masks of series, each in the geometry and the file that it came from."""

import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import StoreUnavailable
from core.imaging.export import parts_of, write_masks
from core.records import FileResult, SeriesRow, Status
from core.scratch import telling_full_disk, temporary_folder
from core.settings import settings
from core.store import masks
from core.store.database import Store, open_store
from core.store.series import list_series, series_row, series_sources
from core.store.slices import Filter, list_slices
from core.workflow.file_names import TakenNames, mask_stem, safe_name
from core.workflow.words import counted

MOST_NAMED = 3  # files that a result names


def export_masks(
    folder: Path, series_ids: Sequence[int] | None = None, *, only_approved: bool = False
) -> Iterator[FileResult]:
    """Write one mask file for each file that series came in; yields what became of each series.

    Names follow the source files, with the patient before them where several patients' files share one; a
    second one of the same name gets a number. Slices without a mask are background in a volume, and the
    result says how many there are; a file none of whose slices has a mask is left out.

    Args:
        folder: made when it is not there; files of the same names in it are replaced.
        series_ids: None means all, oldest first.
        only_approved: leave out masks that nobody has approved.

    Raises:
        NotFound: when there is no series of such an id.
    """
    store = open_store()
    rows = (
        [series_row(store, number) for number in series_ids]
        if series_ids
        else list_series(store, limit=None)[::-1]
    )
    names = _Names(store, rows)
    for row in rows:
        yield _export_one(store, row, folder, names, only_approved)


def export_zip(series_ids: Sequence[int] | None = None, *, only_approved: bool = False) -> bytes:
    """The same files as one zip, for a download; its table `export.txt` says what became of each series.

    Raises:
        StoreUnavailable: when a file could not be written; half an export would look like a whole one.
    """
    with temporary_folder("export") as place, telling_full_disk(settings().home):
        folder, packed = place / "masks", place / "masks.zip"
        folder.mkdir()
        results = list(export_masks(folder, series_ids, only_approved=only_approved))
        for result in results:
            if result.outcome == "refused":
                raise StoreUnavailable(result.message)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, file.name)
            table = "".join(f"{result.file}: {result.message}\n" for result in results)
            archive.writestr("export.txt", table)
        return packed.read_bytes()


def _export_one(
    store: Store, series: SeriesRow, folder: Path, names: "_Names", only_approved: bool
) -> FileResult:
    statuses = (Status.APPROVED,) if only_approved else ()
    with store.snapshot():  # else a mask could come along that is not the one that was approved
        everything = list_slices(store, Filter(series_id=series.id), limit=None)
        wanted = {row.id: row for row in everything if not statuses or row.status in statuses}
        shown = masks.newest_versions(store, list(wanted))
    label = f"{series.patient} {series.name}"
    if not shown:
        return FileResult(label, "left out", "no mask to export yet", (series.id,))
    places = {(wanted[number].position, wanted[number].phase): item.mask for number, item in shown.items()}
    sources = {(row.position, row.phase): row.source for row in everything}
    files, n_missing, n_empty = [], 0, 0
    for part in parts_of(series.geometry, series.files, sources):
        own = part.masks(places)
        if not own:
            n_empty += 1
            continue
        n_missing += len(part.places) - len(own)
        try:
            files.append(write_masks(part.geometry, own, names.take(series, part.name), folder).name)
        except StoreUnavailable as error:
            return FileResult(label, "refused", str(error), (series.id,))
    gap = f"; {counted(n_missing, 'slice')} without, left as background" if n_missing else ""
    empty = f"; {counted(n_empty, 'file')} without any mask left out" if n_empty else ""
    told = f"{counted(len(places), 'mask')} -> {_listed(files)}{gap}{empty}"
    return FileResult(label, "exported", told, (series.id,))


class _Names:
    """What mask files of one export are called: after their sources, with the patient where many share."""

    def __init__(self, store: Store, rows: Sequence[SeriesRow]) -> None:
        """Look which names occur with several patients."""
        self._taken = TakenNames()
        owners: dict[str, set[str]] = defaultdict(set)
        sources = series_sources(store, [row.id for row in rows])
        for row in rows:
            for source in sources.get(row.id, ()):
                owners[self._stem(row, source).lower()].add(row.patient)
        self._shared = {stem for stem, patients in owners.items() if len(patients) > 1}

    def take(self, row: SeriesRow, source: str) -> str:
        """The stem for the masks of one file, given out once."""
        stem = self._stem(row, source)
        if stem.lower() in self._shared:
            stem = safe_name(f"{row.patient}_{stem}")
        stem = self._taken.free(stem)
        self._taken.take(stem, row.patient)
        return stem

    @staticmethod
    def _stem(row: SeriesRow, source: str) -> str:
        return mask_stem(row.geometry.format, source, row.patient, row.name)


def _listed(files: Sequence[str]) -> str:
    """Names of files; of many, the first."""
    more = len(files) - MOST_NAMED
    return ", ".join(files[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
