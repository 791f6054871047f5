"""What stands beside exported masks: of each slice in each file whose mask it is and what it is worth."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from core.durable import write_durably
from core.errors import StoreUnavailable
from core.labels import HEART
from core.records.exports import ChosenMask, Selection
from core.records.results import FileResult
from core.records.slices import SeriesRow, SliceRow
from core.workflow.csv_files import as_csv

JSON_NAME, CSV_NAME = "manifest.json", "manifest.csv"
LABEL_SET = {
    "id": HEART.id,
    "labels": {str(int(structure.label)): structure.key for structure in HEART.structures},
}


@dataclass(frozen=True)
class ManifestSlice:
    """One slice of an exported file, counted from 1; empty where there is no mask, which is background then."""

    position: int  # in the series, as the next
    phase: int
    position_in_file: int
    phase_in_file: int
    phase_name: str  # such as ED
    source_file: str  # that the image came in
    masked: bool
    status: str  # of the slice
    origin: str = ""
    author: str = ""
    model: str = ""  # whose mask it is, or was drawn from
    version: int | None = None
    saved_at: str = ""  # ISO 8601, UTC


@dataclass(frozen=True)
class ManifestFile:
    """One exported file."""

    file: str
    patient: str
    series: str
    series_id: int
    split: str
    slices: tuple[ManifestSlice, ...]


def file_entry(
    file: str,
    series: SeriesRow,
    indices: Mapping[tuple[int, int], tuple[int, int]],
    rows: Mapping[tuple[int, int], SliceRow],
    masks: Mapping[tuple[int, int], ChosenMask],
    models: Mapping[int, str],
) -> ManifestFile:
    """Return what the manifest says of a file.

    Args:
        file: its name.
        series: that it holds a part of.
        indices: (position, phase) of the series -> in the file.
        rows: the series' slices, by (position, phase).
        masks: those that were written, by the same.
        models: names by id.
    """
    names = dict(series.phase_names)
    slices = []
    for place, (position, phase) in sorted(indices.items()):
        row, chosen = rows[place], masks.get(place)
        entry = ManifestSlice(
            position=place[0] + 1,
            phase=place[1] + 1,
            position_in_file=position + 1,
            phase_in_file=phase + 1,
            phase_name=names.get(place[1], ""),
            source_file=row.source,
            masked=chosen is not None,
            status=row.status.value,
        )
        slices.append(entry if chosen is None else _with_mask(entry, chosen, models))
    return ManifestFile(file, series.patient, series.name, series.id, series.split.value, tuple(slices))


def _with_mask(entry: ManifestSlice, chosen: ChosenMask, models: Mapping[int, str]) -> ManifestSlice:
    return ManifestSlice(
        **asdict(entry)
        | {
            "origin": chosen.origin.value,
            "author": chosen.author,
            "model": models.get(chosen.model_id or 0, ""),
            "version": chosen.version_id,
            "saved_at": chosen.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        }
    )


@dataclass
class Manifest:
    """What an export has written so far."""

    selection: Selection
    person: str = ""
    files: list[ManifestFile] = field(default_factory=list)
    left_out: list[FileResult] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write it as JSON and as a table; those of an earlier export are replaced.

        Raises:
            StoreUnavailable: when the folder cannot be written or the disk is full.
        """
        for name, data in ((JSON_NAME, self._as_json()), (CSV_NAME, as_csv(self._rows()))):
            try:
                write_durably(folder / name, data)
            except OSError as error:
                raise StoreUnavailable(
                    f"{folder / name} cannot be written ({error.strerror or error}); free some space or choose "
                    "another folder"
                ) from error

    def _as_json(self) -> bytes:
        told = {
            "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "exported_by": self.person,
            "label_set": LABEL_SET,
            "selection": asdict(self.selection),
            "files": [asdict(file) for file in self.files],
            "left_out": [{"series": result.file, "why": result.message} for result in self.left_out],
        }
        return json.dumps(told, indent=1, ensure_ascii=False).encode("utf-8", "replace")

    def _rows(self) -> Sequence[Mapping[str, object]]:
        """Return a row for each slice; no column is called as an import would take it for an image's."""
        return [
            {
                "mask file": file.file,
                "patient": file.patient,
                "series": file.series,
                "series number": str(file.series_id),
                "split": file.split,
                "position": item.position,
                "phase": item.phase,
                "phase called": item.phase_name,
                "position in file": item.position_in_file,
                "phase in file": item.phase_in_file,
                "masked": "yes" if item.masked else "no",
                "status": item.status,
                "origin": item.origin,
                "who": item.author,
                "model": item.model,
                "version": item.version,
                "saved at": item.saved_at,
                "label set": HEART.id,
                "source file": item.source_file,
            }
            for file in self.files
            for item in file.slices
        ]
