"""Predict files into files, with no store: any import format in, masks in their source's geometry out."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from core.errors import StoreUnavailable
from core.imaging.listing import list_images, repeated_names
from core.imaging.problems import FileProblem
from core.imaging.readers.registry import listed_images
from core.imaging.reading import find_series
from core.imaging.write_masks import mask_file_name
from core.records.results import FileResult
from core.settings import settings
from core.workflow.data.mask_file_names import TakenNames
from core.workflow.models.registry import find_checkpoint
from core.workflow.prediction.planned_masks import (
    PlannedMask,
    plan_mask,
    predict_and_write,
    refuse_overwriting,
)

MAX_GATHERED_SLICES = 64  # small files are predicted so many at a time, whole batches of one size
Progress = Callable[[int, int], None]  # files done, files in all


def predict_files(
    source: Path,
    output: Path,
    model: str = "",
    *,
    device: str = "auto",
    batch: int = 16,
    spacing_mm: float | None = None,
    remove_islands: bool = True,
    trim_base: bool = True,
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
        trim_base: clear what looks like heart beyond the base, see `beyond_base`.
        looks: at each slice, averaged: 1, 2 (upside down, too) or 4 (mirrored); None is the model's usual.
        progress: is given how many files are done, now and then.

    Raises:
        BadCheckpoint: when there is no such model, or it is no usable one.
        RunRefused: when the device is not there, or no such number of looks.
        StoreUnavailable: when the output folder cannot be written.
    """
    from core.network.predict import Predictor  # torch takes seconds to load

    predictor = Predictor(find_checkpoint(model), device, tta_flips=looks, remove_islands=remove_islands)
    check_writable(output)
    images = list_images([source], settings().import_limits)
    repeated = repeated_names(images)
    names = TakenNames()
    gathered: list[PlannedMask] = []
    done = n_series = 0
    progress(0, len(images))
    for series in find_series(
        [source], spacing_mm, limits=settings().import_limits, with_masks=False, per_file=True
    ):
        n_series += 1
        if isinstance(series, FileProblem):
            done += 1
            yield FileResult(
                series.file, "question" if series.question else "refused", series.message, asks=series.asks
            )
            continue
        plan = plan_mask(series, source, output, repeated)
        name = f"{plan.folder}/{mask_file_name(series.geometry, plan.stem)}"
        if series.geometry.format == "dicom":  # series of one patient often share their description
            plan.stem = names.free(plan.stem)
            names.take(plan.stem, plan.source)
        elif names.owner(name):
            done += 1
            yield refuse_overwriting(plan, names.owner(name) or "", Path(name).name)
            continue
        names.take(name, plan.source)
        gathered.append(plan)
        if sum(len(waiting.series.slices) for waiting in gathered) >= MAX_GATHERED_SLICES:
            for finished in gathered:
                done += finished.n_files
            yield from predict_and_write(gathered, predictor, batch, spacing_mm, trim_base=trim_base)
            gathered = []
            progress(min(done, len(images)), len(images))
    yield from predict_and_write(gathered, predictor, batch, spacing_mm, trim_base=trim_base)
    progress(len(images), len(images))
    if not n_series:
        yield FileResult(
            source.name,
            "refused",
            f"{source} holds no image, expected {listed_images()} or a zip of these",
        )


def check_writable(folder: Path) -> None:
    """Raise before the work, not after it, where nothing can be written.

    Raises:
        StoreUnavailable: when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
    except OSError as error:
        raise StoreUnavailable(
            f"{folder} cannot be written ({error.strerror or error}); free some space or choose another"
        ) from error
