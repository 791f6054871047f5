"""Measure the hearts of a folder, with no store: masks as they are, images predicted first."""

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from core.errors import BadInput, NotFound
from core.imaging.files.sources import Source
from core.imaging.grids.orientation import base_of
from core.imaging.layouts.names import stem
from core.imaging.layouts.pairing import mask_stem
from core.imaging.layouts.patients import identify
from core.imaging.layouts.tables import read_tables
from core.imaging.listing import list_images
from core.imaging.problems import Answers, FileProblem
from core.imaging.processing.beyond_base import SliceSaid, said_of
from core.imaging.readers.registry import listed_images
from core.records.slices import DEFAULT_SPACING, Place, Series
from core.settings import settings
from core.store.database import open_store
from core.store.models.models import active_model
from core.workflow.folder_evaluation.pairing import counting_order
from core.workflow.hearts.folder_series import Found, series_in
from core.workflow.hearts.patient import MeasuredPatient, SeriesAreas, areas_of, measured_patient
from core.workflow.models.checkpoint_files import registered_file
from core.workflow.models.registry import find_checkpoint, has_store
from core.workflow.prediction.stacks import trimmed

if TYPE_CHECKING:
    from core.network.predict import Predictor

Progress = Callable[[int, int], None]  # series done, images in all


class FolderPredictor:
    """A model that is loaded when the first series asks for it."""

    def __init__(self, model: str, device: str, batch: int) -> None:
        """Nothing is loaded yet; arguments as for `measure_folder`."""
        self._model, self._device, self._batch = model, device, batch

    @cached_property
    def checkpoint(self) -> Path:
        """The file of the model: the one that is named, the store's active one, or the shipped one."""
        if not self._model and has_store():
            active = active_model(open_store())
            if active is not None and (kept := registered_file(active)):
                return kept
        return find_checkpoint(self._model)

    @cached_property
    def _predictor(self) -> "Predictor":
        from core.network.predict import Predictor  # torch takes seconds to load

        return Predictor(self.checkpoint, self._device, remove_islands=settings().remove_islands)

    def areas(self, series: Series) -> SeriesAreas:
        """Return the areas of a series as the model segments it.

        Raises:
            BadInput: when a slice cannot be predicted at its pixel size.
        """
        spacing = series.geometry.spacing_mm or DEFAULT_SPACING
        masks: dict[Place, np.ndarray] = {}
        said: dict[Place, SliceSaid] = {}
        if not areas_of(series, {}, "").stack.obstacle:  # else it is no heart that can be measured
            for start in range(0, len(series.slices), self._batch):
                part = series.slices[start : start + self._batch]
                found = self._predictor.predict(
                    [item.pixels for item in part], [spacing] * len(part), self._batch
                )
                for item, one in zip(part, found, strict=True):
                    masks[item.position, item.phase] = one.mask
                    said[item.position, item.phase] = said_of(one.mask, one.probabilities)
            if settings().trim_base:
                masks |= trimmed(masks, said, base_of(series.geometry))
        return areas_of(series, masks, f"masks predicted by {self.checkpoint.stem}")


def measure_folder(
    folder: Path,
    *,
    model: str = "",
    device: str = "auto",
    batch: int = 16,
    answers: Answers = Answers(),  # noqa: B008  (frozen)
    predict_all: bool = False,
    progress: Progress = lambda done, total: None,
) -> list[MeasuredPatient]:
    """Return what was measured of each patient, in the order of their names; one that fails stops no other.

    Args:
        folder: a file, folder or zip of images, with masks beside them or without, or of masks alone.
        model: name or file of the model for images without masks; empty takes the active or shipped one.
        device: auto, cpu or cuda.
        batch: most slices that go through the network at once.
        answers: pixel size, order of labels, and how names tell the patient, where files do not say it.
        predict_all: predict images that have masks, too.
        progress: told how many series are done, and how many images there are.

    Raises:
        NotFound: when the folder is not there.
        BadInput: when nothing in it could be a heart.
        BadCheckpoint: when there is no such model.
        RunRefused: when the device is not there.
    """
    if not folder.exists():
        raise NotFound(f"{folder} is not there; check the name")
    limits = settings().import_limits
    predictor = FolderPredictor(model, device, batch)
    series: dict[str, list[SeriesAreas]] = defaultdict(list)
    problems: dict[str, list[str]] = defaultdict(list)
    n_images = len(list_images([folder], limits))
    for done, found in enumerate(series_in(folder, answers, limits, with_masks=not predict_all), start=1):
        if isinstance(found, FileProblem):
            if found.file:
                problems[_patient_of(found.file, answers)].append(found.message)
            continue
        patient = found.series.patient
        try:
            series[patient].append(_areas(found, predictor))
        except BadInput as error:
            problems[patient].append(f"{found.series.name} cannot be predicted: {error}")
        progress(done, max(done, n_images))
    patients = sorted({*series, *problems}, key=counting_order)
    if not patients:
        raise BadInput(f"{folder} holds no image and no mask, expected {listed_images()} or a zip of these")
    return [measured_patient(name, series.get(name, ()), problems.get(name, ())) for name in patients]


def _areas(found: Found, predictor: FolderPredictor) -> SeriesAreas:
    if not found.has_masks:
        return predictor.areas(found.series)
    masks = {(item.position, item.phase): item.mask for item in found.series.slices if item.mask is not None}
    source = "masks as they came" if found.masks_alone else "masks that lie beside the images"
    return areas_of(found.series, masks, source)


def _patient_of(file: str, answers: Answers) -> str:
    """Whose heart a file that could not be read would show, by its name."""
    path = PurePosixPath("given", file)
    base = mask_stem(Source(path, bytes)) or stem(path)
    name = Source(path.with_name(f"{base}{path.name[len(stem(path)) :]}"), bytes)
    try:
        return identify([name], [False], read_tables([]), answers.patient_pattern)[0].patient
    except BadInput:
        return PurePosixPath(file).name
