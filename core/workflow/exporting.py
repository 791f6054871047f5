"""Export: the newest masks of series, each file in the geometry of its source."""

import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import StoreUnavailable
from core.imaging.export import write_masks
from core.records import FileResult, SeriesRow, Status
from core.store import masks
from core.store.database import Store, open_store
from core.store.series import list_series, series_row
from core.store.slices import Filter, list_slices
from core.workflow.file_names import TakenNames, mask_stem
from core.workflow.words import counted


def export_masks(
    folder: Path, series_ids: Sequence[int] | None = None, *, only_approved: bool = False
) -> Iterator[FileResult]:
    """Write one mask file a series; yields what became of each.

    Names follow the source files; a second one of the same name gets a number. Slices without a mask are
    background in a volume, and the result says how many there are.

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
    names = TakenNames()
    for row in rows:
        yield _export_one(store, row, folder, names, only_approved)


def export_zip(series_ids: Sequence[int] | None = None, *, only_approved: bool = False) -> bytes:
    """The same files as one zip, for a download; its table `export.txt` says what became of each series.

    Raises:
        StoreUnavailable: when a file could not be written; half an export would look like a whole one.
    """
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="septum-export-") as name:
        folder = Path(name)
        results = list(export_masks(folder, series_ids, only_approved=only_approved))
        for result in results:
            if result.outcome == "refused":
                raise StoreUnavailable(result.message)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, file.name)
            table = "".join(f"{result.file}: {result.message}\n" for result in results)
            archive.writestr("export.txt", table)
    return packed.getvalue()


def _export_one(
    store: Store, series: SeriesRow, folder: Path, names: TakenNames, only_approved: bool
) -> FileResult:
    statuses = (Status.APPROVED,) if only_approved else ()
    everything = list_slices(store, Filter(series_id=series.id), limit=None)
    wanted = {row.id: row for row in everything if not statuses or row.status in statuses}
    shown = masks.newest_versions(store, list(wanted))
    label = f"{series.patient} {series.name}"
    if not shown:
        return FileResult(label, "left out", "no mask to export yet", (series.id,))
    stem = names.free(mask_stem(series.geometry.format, everything[0].source, series.patient, series.name))
    names.take(stem, label)
    places = {(wanted[number].position, wanted[number].phase): item.mask for number, item in shown.items()}
    try:
        path = write_masks(series.geometry, places, stem, folder)
    except StoreUnavailable as error:
        return FileResult(label, "refused", str(error), (series.id,))
    missing = len(everything) - len(places)
    gap = f"; {counted(missing, 'slice')} without, left as background" if missing else ""
    return FileResult(label, "exported", f"{counted(len(places), 'mask')} -> {path.name}{gap}", (series.id,))
