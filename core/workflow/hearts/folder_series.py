"""What lies in a folder of images or masks, as series: masks beside their images, or masks alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from core.errors import BadInput
from core.imaging.files.sources import Source, open_sources
from core.imaging.label_order import in_our_order
from core.imaging.label_values import Numbering, read_labels
from core.imaging.layouts.names import stem
from core.imaging.layouts.pairing import MASK_FOLDERS, mask_stem
from core.imaging.layouts.tables import is_sidecar, read_tables
from core.imaging.problems import Answers, FileProblem, problem_of
from core.imaging.reading import UnpairedMask, series_among
from core.limits import Limits
from core.records.results import Topic
from core.records.slices import Series


@dataclass(frozen=True, eq=False)
class Found:
    """One series of the folder."""

    series: Series
    has_masks: bool  # else it is to be predicted
    masks_alone: bool = False  # without their images


def series_in(
    folder: Path, answers: Answers, limits: Limits, *, with_masks: bool = True
) -> Iterator[Found | FileProblem]:
    """Yield each series of a folder, and each file that gave none.

    ED and ES of a patient are one series, as an import has them. Files of labels without their image, or that
    hold nothing but labels, are masks; their names tell patient and phase as those of images do.

    Args:
        folder: a file, folder or zip.
        answers: to what the files do not say themselves.
        limits: on hostile files.
        with_masks: whether masks count; else they are not even opened, and all images are to be predicted.
    """
    sources = list(open_sources([folder], limits))
    by_name = {one.shown: one for one in sources if isinstance(one, Source)}
    masks: list[Source] = []
    for found in series_among(iter(sources), answers, limits, with_masks=with_masks):
        if isinstance(found, Series):
            yield Found(found, any(item.mask is not None for item in found.slices))
        elif isinstance(found, UnpairedMask):
            masks.append(found.source)
        elif found.asks is Topic.MASK and found.file in by_name:
            masks.append(by_name[found.file])
        else:
            yield found
    if masks and with_masks:
        yield from _masks_alone(masks, list(by_name.values()), answers, limits)


def _masks_alone(
    masks: Sequence[Source], everything: Sequence[Source], answers: Answers, limits: Limits
) -> Iterator[Found | FileProblem]:
    """The masks read as if they were the images that they belong to, and their pixels as labels."""
    tables = [one for one in everything if is_sidecar(one)]
    table = read_tables(tables)
    as_images = {named.shown: (named, mask) for mask in masks for named in (_named_as_image(mask),)}
    sources = [*(named for named, _ in as_images.values()), *tables]
    numberings = {named.file: table.numbering_for(mask.name) for named, mask in as_images.values()}
    for found in series_among(iter(sources), replace(answers, images=True), limits, with_masks=False):
        if isinstance(found, FileProblem):
            yield _as_mask(found, as_images)
            continue
        try:
            labelled = _labelled(found, numberings)
            named = any(numberings.get(item.source) is not None for item in found.slices)
            yield Found(in_our_order(labelled, answers.label_order, labels_named=named), True, True)
        except BadInput as error:
            file = found.slices[0].source
            yield problem_of(f"{found.folder}/{file}" if found.folder else file, file, error)


def _named_as_image(mask: Source) -> Source:
    """The mask under the name of its image, which says whose heart it is and at which phase."""
    folders = ("images" if MASK_FOLDERS.fullmatch(part) else part for part in mask.name.parts[:-1])
    ending = mask.file[len(stem(mask.name)) :]
    return replace(mask, name=PurePosixPath(*folders, f"{mask_stem(mask) or stem(mask.name)}{ending}"))


def _as_mask(problem: FileProblem, as_images: dict[str, tuple[Source, Source]]) -> FileProblem:
    """The problem under the mask's own name."""
    if problem.file not in as_images:
        return problem
    named, mask = as_images[problem.file]
    return replace(problem, file=mask.shown, message=problem.message.replace(named.file, mask.file))


def _labelled(series: Series, numberings: dict[str, Numbering | None]) -> Series:
    """The series with its pixels as masks.

    Raises:
        BadInput: when they are no labels.
    """
    notes: list[str] = []
    slices = []
    by_file: dict[str, list[int]] = {}
    for index, item in enumerate(series.slices):
        by_file.setdefault(item.source, []).append(index)
    masks: dict[int, np.ndarray] = {}
    for file, indices in by_file.items():
        planes = np.stack([series.slices[index].pixels for index in indices])
        labels, more = read_labels(planes, file, numberings.get(file))
        masks |= dict(zip(indices, labels, strict=True))
        notes += more
    for index, item in enumerate(series.slices):
        slices.append(replace(item, mask=masks[index]))
    return replace(series, slices=tuple(slices), notes=tuple(dict.fromkeys((*series.notes, *notes))))
