"""Export: the masks of a selection, each in the geometry and the file that it came from, with a manifest."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import NotFound, StoreUnavailable
from core.imaging.write_masks import Part, parts_of, write_masks
from core.records.exports import EVERYTHING, ChosenMask, Selection
from core.records.results import FileResult
from core.records.slices import SeriesRow, SliceRow, Split
from core.scratch import temporary_folder, translate_disk_errors
from core.settings import settings
from core.store.database import Store, on_open_store, open_store
from core.store.masks import chosen_masks
from core.store.models import models
from core.store.series import patients
from core.store.series.series import list_series, series_row
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.data.export_tally import SeriesTally
from core.workflow.data.exported_names import ExportedNames
from core.workflow.data.manifest import Manifest, file_entry

Place = tuple[int, int]  # position and phase of a series

mask_readers = on_open_store(chosen_masks.mask_readers)
patient_names = on_open_store(patients.patient_names)


@dataclass(frozen=True)
class ExportPreview:
    """What an export would write."""

    n_patients: int
    n_series: int
    n_masks: int
    n_partly: int  # series in which some slices have such a mask and others have none
    n_empty: int  # series without any


def preview_export(selection: Selection = EVERYTHING) -> ExportPreview:
    """Return what an export would write; reads no mask.

    Raises:
        NotFound: when a series or patient is not there.
    """
    store = open_store()
    rows = _chosen_series(store, selection)
    counts = chosen_masks.count_chosen(store, [row.id for row in rows], selection)
    masked = [count for count in counts if count.n_masks]
    return ExportPreview(
        n_patients=len({count.patient for count in masked}),
        n_series=len(masked),
        n_masks=sum(count.n_masks for count in masked),
        n_partly=sum(count.n_masks < count.n_slices for count in masked),
        n_empty=len(counts) - len(masked),
    )


def export_masks(folder: Path, selection: Selection = EVERYTHING, person: str = "") -> Iterator[FileResult]:
    """Write one mask file for each file that series came in; yields what became of each series.

    Names follow the source files, with the patient before them where several patients' files share one; a
    second one of the same name gets a number. Slices without a mask are background in a volume, and both
    the result and the manifest say which; a file none of whose slices has a mask is left out.

    Args:
        folder: made when it is not there; files of the same names in it are replaced.
        selection: whose masks of which series.
        person: who asks for it.

    Raises:
        NotFound: when a series or patient is not there.
        StoreUnavailable: when the manifest cannot be written.
    """
    store = open_store()
    rows = _chosen_series(store, selection)
    export = _Export(store, folder, Manifest(selection, person), ExportedNames(store, rows))
    for row in rows:
        result = export.write(row)
        if result.outcome != "exported":
            export.manifest.left_out.append(result)
        yield result
    if export.manifest.files:
        export.manifest.write(folder)


def export_zip(selection: Selection = EVERYTHING, person: str = "") -> bytes:
    """Return the same files as one zip.

    Raises:
        NotFound: when a series or patient is not there.
        StoreUnavailable: when a file could not be written; half an export would look like a whole one.
    """
    with temporary_folder("export") as scratch, translate_disk_errors(settings().home):
        folder, packed = scratch / "masks", scratch / "masks.zip"
        folder.mkdir()
        for result in export_masks(folder, selection, person):
            if result.outcome == "refused":
                raise StoreUnavailable(result.message)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, file.name)
        return packed.read_bytes()


def _chosen_series(store: Store, selection: Selection) -> list[SeriesRow]:
    """Return the series that are named, or all of patients, oldest first; the demo's where there are no others.

    Raises:
        NotFound: when a series or patient is not there.
    """
    if selection.series_ids or selection.patients:
        named = {number: series_row(store, number) for number in selection.series_ids}
        for patient in selection.patients:
            own = list_series(store, limit=None, patient=patient)
            if not own:
                raise NotFound(f"there is no patient {patient!r} in the store; check the name")
            named |= {row.id: row for row in own}
        return [named[number] for number in sorted(named)]
    everything = list_series(store, limit=None)[::-1]
    of_patients = [row for row in everything if row.split != Split.DEMO]
    return everything if selection.demo or not of_patients else of_patients


class _Export:
    """One export on its way: what was written and which names are taken."""

    def __init__(self, store: Store, folder: Path, manifest: Manifest, names: ExportedNames) -> None:
        """Nothing is written yet."""
        self.manifest = manifest
        self._store, self._folder, self._names = store, folder, names
        self._models = models.model_names(store)

    def write(self, series: SeriesRow) -> FileResult:
        """Write the files of one series; returns what became of it."""
        label = f"{series.patient} {series.name}"
        with self._store.snapshot():  # else a mask could come along that is not the one that was approved
            rows = {
                (row.position, row.phase): row
                for row in list_slices(self._store, Filter(series_id=series.id), limit=None)
            }
            found = chosen_masks.chosen_masks(
                self._store, [row.id for row in rows.values()], self.manifest.selection
            )
        masks = {place: found[row.id] for place, row in rows.items() if row.id in found}
        if not masks:
            return FileResult(label, "left out", "no mask to export yet", (series.id,))
        sources = {place: row.source for place, row in rows.items()}
        tally = SeriesTally()
        for part in parts_of(series.geometry, series.files, sources):
            n_own = sum(place in masks for place in part.indices)
            n_missing = len(part.indices) - n_own
            if not n_own:
                tally.n_empty += 1
            elif n_missing and self.manifest.selection.only_whole:
                tally.n_partly += 1
            else:
                try:
                    tally.files.append(self._write_part(series, part, rows, masks))
                except StoreUnavailable as error:
                    return FileResult(label, "refused", str(error), (series.id,))
                tally.n_masks += n_own
                tally.n_missing += n_missing
        return FileResult(label, "exported" if tally.files else "left out", tally.words(), (series.id,))

    def _write_part(
        self,
        series: SeriesRow,
        part: Part,
        rows: dict[Place, SliceRow],
        masks: dict[Place, ChosenMask],
    ) -> str:
        own = part.masks({place: chosen.mask for place, chosen in masks.items()})
        name = write_masks(part.geometry, own, self._names.take(series, part.name), self._folder).name
        entry = file_entry(name, series, part.indices, rows, masks, self._models)
        self.manifest.files.append(entry)
        return name
