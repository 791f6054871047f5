"""Predict files into files, with no store: any import format in, masks in their source's geometry out."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from core.errors import BadInput, StoreUnavailable
from core.imaging.export import mask_file_name, write_masks
from core.imaging.files.listing import list_images, repeated_names
from core.imaging.found import FileProblem
from core.imaging.reading import find_series
from core.records import FileResult, Series
from core.workflow.file_names import TakenNames, safe_folder, safe_name, source_stem
from core.workflow.limits import import_limits
from core.workflow.models import find_checkpoint
from core.workflow.words import counted

if TYPE_CHECKING:
    from core.network.predict import Predictor

DEFAULT_SPACING_MM = 1.8  # of the rare series that nobody asked about
GATHERED_SLICES = 64  # small files are predicted so many at a time, whole batches of one size
Progress = Callable[[int, int], None]  # files done, files in all


@dataclass
class Job:
    """A series on its way to its mask file."""

    series: Series
    stem: str
    folder: Path
    masks: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Folder and name of the file, or of the first of many."""
        file = self.series.slices[0].source
        return f"{self.series.folder}/{file}" if self.series.folder else file

    @property
    def n_files(self) -> int:
        """How many files it came in."""
        return len({item.source for item in self.series.slices})


def predict_files(
    source: Path,
    output: Path,
    model: str = "",
    *,
    device: str = "auto",
    batch: int = 16,
    spacing_mm: float | None = None,
    remove_islands: bool = True,
    looks: int | None = None,
    progress: Progress = lambda done, total: None,
) -> Iterator[FileResult]:
    """Yield one result a series; masks that lie beside the images are not even opened.

    Masks lie directly in the output folder. Only files whose name occurs in several folders of the input
    keep their folders below it, so that none overwrites another.

    Args:
        source: a file, folder or zip in any import format.
        output: folder for the masks; made when it is not there.
        model: name of a model or path of a checkpoint; empty takes the shipped default.
        device: auto, cpu or cuda.
        batch: most slices that go through the network at once.
        spacing_mm: pixel size of images that carry none.
        remove_islands: clear what is too small to be part of the heart, see `without_islands`.
        looks: at each slice, averaged: 1, 2 (upside down, too) or 4 (mirrored); None is the model's usual.
        progress: told now and then how many files are done.

    Raises:
        BadCheckpoint: when there is no such model, or it is no usable one.
        RunRefused: when the device is not there, or no such number of looks.
        StoreUnavailable: when the output folder cannot be written.
    """
    from core.network.predict import Predictor  # torch takes seconds to load

    predictor = Predictor(find_checkpoint(model), device, looks=looks, remove_islands=remove_islands)
    check_writable(output)
    images = list_images([source], import_limits())
    repeated = repeated_names(images)
    names = TakenNames()
    gathered: list[Job] = []
    done = n_found = 0
    progress(0, len(images))
    for found in find_series([source], spacing_mm, limits=import_limits(), with_masks=False, per_file=True):
        n_found += 1
        if isinstance(found, FileProblem):
            done += 1
            yield FileResult(
                found.file, "question" if found.question else "refused", found.message, asks=found.asks
            )
            continue
        job = new_job(found, source, output, repeated)
        name = f"{job.folder}/{mask_file_name(found.geometry, job.stem)}"
        if found.geometry.format == "dicom":  # series of one patient often share their description
            job.stem = names.free(job.stem)
            names.take(job.stem, job.source)
        elif names.owner(name):
            done += 1
            yield refused_twin(job, names.owner(name) or "", Path(name).name)
            continue
        names.take(name, job.source)
        gathered.append(job)
        if sum(len(waiting.series.slices) for waiting in gathered) >= GATHERED_SLICES:
            for finished in gathered:
                done += finished.n_files
            yield from finish(gathered, predictor, batch, spacing_mm)
            gathered = []
            progress(min(done, len(images)), len(images))
    yield from finish(gathered, predictor, batch, spacing_mm)
    progress(len(images), len(images))
    if not n_found:
        yield FileResult(
            source.name,
            "refused",
            f"{source} holds no image, expected PNG, JPEG, TIFF, NIfTI, DICOM, NumPy or a zip of these",
        )


def check_writable(folder: Path) -> None:
    """Find out before the work, not after it, that nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
    except OSError as error:
        raise StoreUnavailable(
            f"{folder} cannot be written ({error.strerror or error}); free some space or choose another"
        ) from error


def new_job(series: Series, given: Path, output: Path, repeated: set[str]) -> Job:
    """Where the masks of a series go."""
    if series.geometry.format == "dicom":
        return Job(series, dicom_stem(series, given), output)
    first = series.slices[0].source
    keeps_folder = source_stem(first).lower() in repeated
    stem = safe_name(source_stem(first) or series.name)
    return Job(series, stem, output / safe_folder(series.folder) if keeps_folder else output)


def dicom_stem(series: Series, given: Path) -> str:
    """A DICOM series by the names of the user's own files: its one file, or the folder of many."""
    files = {item.source for item in series.slices}
    if len(files) == 1:
        return safe_name(source_stem(files.pop()))
    return safe_name(PurePosixPath(series.folder).name or source_stem(given.name))


def refused_twin(job: Job, other: str, name: str) -> FileResult:
    """What is said of a file whose mask would overwrite another's."""
    message = f"{job.source} would overwrite {name} of {other}; rename one, or predict it into another folder"
    return FileResult(job.source, "refused", message)


def finish(
    jobs: list[Job], predictor: "Predictor", batch: int, spacing_mm: float | None
) -> Iterator[FileResult]:
    """Predict the jobs together and write their files; a series that cannot be predicted harms no other."""
    try:
        predict_together(jobs, predictor, batch, spacing_mm)
    except BadInput as error:
        if len(jobs) == 1:
            yield FileResult(jobs[0].source, "refused", f"{jobs[0].source} cannot be predicted: {error}")
            return
        for job in jobs:
            yield from finish([job], predictor, batch, spacing_mm)
        return
    for job in jobs:
        yield write(job)


def predict_together(jobs: list[Job], predictor: "Predictor", batch: int, spacing_mm: float | None) -> None:
    """Fill the masks of all jobs, slices of one size side by side and one batch in memory at a time."""
    default = (spacing_mm or DEFAULT_SPACING_MM,) * 2
    work = [
        (job, item, job.series.geometry.spacing_mm or default) for job in jobs for item in job.series.slices
    ]
    work.sort(key=lambda entry: (entry[1].pixels.shape, entry[2]))
    for start in range(0, len(work), batch):
        part = work[start : start + batch]
        predictions = predictor.predict(
            [item.pixels for _, item, _ in part], [mm for _, _, mm in part], batch
        )
        for (job, item, _), prediction in zip(part, predictions, strict=True):
            job.masks[item.position, item.phase] = prediction.mask


def write(job: Job) -> FileResult:
    """Write the mask file of a predicted series."""
    try:
        path = write_masks(job.series.geometry, job.masks, job.stem, job.folder)
    except StoreUnavailable as error:
        return FileResult(job.source, "refused", str(error))
    return FileResult(job.source, "predicted", f"{counted(len(job.masks), 'slice')} -> {path}")
