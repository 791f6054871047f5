"""From a series to its mask file: where it goes, its slices predicted in batches, the file written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from core.errors import BadInput, StoreUnavailable
from core.imaging.grids.orientation import base_of
from core.imaging.processing.beyond_base import SliceSaid, said_of
from core.imaging.write_masks import write_masks
from core.records.results import FileResult
from core.records.slices import COURSE_SPACING_MM, Place, Series
from core.text import plural
from core.workflow.data.mask_file_names import safe_folder, safe_name, source_stem
from core.workflow.prediction.stacks import trimmed

if TYPE_CHECKING:
    from core.network.predict import Predictor


@dataclass
class PlannedMask:
    """A series on its way to its mask file."""

    series: Series
    stem: str  # of its file
    folder: Path
    masks: dict[Place, np.ndarray] = field(default_factory=dict)
    said: dict[Place, SliceSaid] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Return folder and name of the file, or of the first of many."""
        file = self.series.slices[0].source
        return f"{self.series.folder}/{file}" if self.series.folder else file

    @property
    def n_files(self) -> int:
        """How many files it came in."""
        return len({item.source for item in self.series.slices})


def plan_mask(series: Series, given: Path, output: Path, repeated: set[str]) -> PlannedMask:
    """Return where the masks of a series go."""
    if series.geometry.format == "dicom":
        return PlannedMask(series, dicom_stem(series, given), output)
    first = series.slices[0].source
    keeps_folder = source_stem(first).lower() in repeated
    stem = safe_name(source_stem(first) or series.name)
    return PlannedMask(series, stem, output / safe_folder(series.folder) if keeps_folder else output)


def dicom_stem(series: Series, given: Path) -> str:
    """Return a DICOM series' stem by the names of the user's files: its one file, or the folder of many."""
    files = {item.source for item in series.slices}
    if len(files) == 1:
        return safe_name(source_stem(files.pop()))
    return safe_name(PurePosixPath(series.folder).name or source_stem(given.name))


def refuse_overwriting(plan: PlannedMask, other: str, name: str) -> FileResult:
    """Return the refusal of a file whose mask would overwrite another's."""
    message = (
        f"{plan.source} would overwrite {name} of {other}; rename one, or predict it into another folder"
    )
    return FileResult(plan.source, "refused", message)


def predict_and_write(
    plans: list[PlannedMask], predictor: "Predictor", batch: int, spacing_mm: float | None, *, trim_base: bool
) -> Iterator[FileResult]:
    """Predict the series together and write their files; a series that cannot be predicted harms no other."""
    try:
        predict_together(plans, predictor, batch, spacing_mm, trim_base=trim_base)
    except BadInput as error:
        if len(plans) == 1:
            yield FileResult(plans[0].source, "refused", f"{plans[0].source} cannot be predicted: {error}")
            return
        for plan in plans:
            yield from predict_and_write([plan], predictor, batch, spacing_mm, trim_base=trim_base)
        return
    for plan in plans:
        yield write_series_masks(plan)


def predict_together(
    plans: list[PlannedMask], predictor: "Predictor", batch: int, spacing_mm: float | None, *, trim_base: bool
) -> None:
    """Fill the masks of all plans: slices of one size side by side and one batch in memory at a time."""
    default = (spacing_mm or COURSE_SPACING_MM,) * 2
    work = [
        (plan, item, plan.series.geometry.spacing_mm or default)
        for plan in plans
        for item in plan.series.slices
    ]
    work.sort(key=lambda entry: (entry[1].pixels.shape, entry[2]))
    for start in range(0, len(work), batch):
        part = work[start : start + batch]
        predictions = predictor.predict(
            [item.pixels for _, item, _ in part], [mm for _, _, mm in part], batch
        )
        for (plan, item, _), prediction in zip(part, predictions, strict=True):
            plan.masks[item.position, item.phase] = prediction.mask
            plan.said[item.position, item.phase] = said_of(prediction.mask, prediction.probabilities)
    if trim_base:
        for plan in plans:
            plan.masks |= trimmed(plan.masks, plan.said, base_of(plan.series.geometry))


def write_series_masks(plan: PlannedMask) -> FileResult:
    """Write the mask file of a predicted series."""
    try:
        path = write_masks(plan.series.geometry, plan.masks, plan.stem, plan.folder)
    except StoreUnavailable as error:
        return FileResult(plan.source, "refused", str(error))
    return FileResult(plan.source, "predicted", f"{plural(len(plan.masks), 'slice')} -> {path}")
