"""From files, folders and zips to series: what came, whose it is, and what was wrong with the rest."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.errors import BadInput
from core.imaging.found import FileProblem, Limits, Question
from core.imaging.image_file import read_pair
from core.imaging.label_order import guess_order, swap_ventricles
from core.imaging.layouts.layout import Table, is_sidecar, pair_masks, read_tables
from core.imaging.readers.dicom import Frame, build_series, is_dicom, read_frames
from core.imaging.sources import Source, open_sources
from core.labels import LabelOrder
from core.records import Series, Topic

__all__ = ["FileProblem", "Limits", "find_series", "series_among"]


def find_series(
    paths: Sequence[Path],
    spacing_mm: float | None = None,
    label_order: LabelOrder | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    *,
    with_masks: bool = True,
) -> Iterator[Series | FileProblem]:
    """Yield each series behind the paths, one at a time, and each file that gave none with the reason.

    Args:
        paths: files, folders (gone through to the bottom) and zips.
        spacing_mm: pixel size of images that carry none.
        label_order: how masks number the ventricles; None takes ACDC's order, and asks where anatomy
            disagrees.
        limits: the most that one file may ask for.
        with_masks: whether masks beside images come along; else they are not even opened.
    """
    found = open_sources(paths, limits)
    return series_among(found, spacing_mm, label_order, limits, with_masks=with_masks)


def series_among(
    sources_found: Iterable[Source | FileProblem],
    spacing_mm: float | None,
    label_order: LabelOrder | None,
    limits: Limits,
    *,
    with_masks: bool = True,
) -> Iterator[Series | FileProblem]:
    """Yield the series that the sources make up; arguments as those of `find_series`."""
    sources, sidecars = [], []
    for found in sources_found:
        if isinstance(found, FileProblem):
            yield found
        elif is_sidecar(found):
            sidecars.append(found)
        else:
            sources.append(found)
    try:
        table = read_tables(sidecars)
    except (BadInput, OSError, ValueError) as error:
        yield FileProblem("", f"a table beside the images cannot be read ({error}); it is left aside")
        table = Table()
    if label_order is None and table.declared_order == LabelOrder.UK_BIOBANK:
        label_order = table.declared_order  # said in so many words; nothing is left to ask
    pairs, lonely = pair_masks(sources)
    for source in lonely if with_masks else ():
        yield FileProblem(source.shown, f"{source.file} is a mask without its image; import both together")
    dicom: dict[str, list[Frame]] = defaultdict(list)
    folders: dict[str, str] = {}
    for pair in pairs:
        try:
            data = pair.image.read()
            if is_dicom(data):
                for frame in read_frames(data, pair.image.file, limits):
                    dicom[frame.series_uid].append(frame)
                    folders.setdefault(frame.series_uid, pair.image.folder)
                continue
            yield checked(
                read_pair(pair, data, table, spacing_mm, limits, with_masks=with_masks), label_order
            )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            yield FileProblem(
                pair.image.shown, f"{pair.image.file} cannot be read ({reason}); check the file"
            )
        except Question as question:
            yield FileProblem(pair.image.shown, str(question), question.asks)
        except BadInput as error:
            yield FileProblem(pair.image.shown, str(error))
    for uid, frames in dicom.items():
        try:
            yield checked(replace(build_series(frames), folder=folders[uid]), label_order)
        except Question as question:
            yield FileProblem(frames[0].file, str(question), question.asks)
        except BadInput as error:
            yield FileProblem(frames[0].file, str(error))


def checked(series: Series, label_order: LabelOrder | None) -> Series:
    """The series with finite pixels and its masks in our order.

    Raises:
        BadInput: for NaN or infinite pixels.
        Question: when anatomy says that the masks number the ventricles the other way round.
    """
    for image in series.slices:
        if np.issubdtype(image.pixels.dtype, np.floating) and not np.isfinite(image.pixels).all():
            raise BadInput(
                f"{image.source} holds pixels that are no numbers (NaN or infinite), expected finite ones; "
                "export it again"
            )
    masks = [image.mask for image in series.slices if image.mask is not None]
    if label_order is None and guess_order(masks) == LabelOrder.UK_BIOBANK:
        raise Question(
            f"the mask of {series.slices[0].source} seems to number the ventricles the other way round "
            f"({LabelOrder.UK_BIOBANK.value}): its label 1 lies inside the myocardium; say which order it is",
            Topic.LABEL_ORDER,
        )
    if label_order != LabelOrder.UK_BIOBANK or not masks:
        return series
    slices = tuple(
        replace(image, mask=swap_ventricles(image.mask)) if image.mask is not None else image
        for image in series.slices
    )
    return replace(series, slices=slices, notes=(*series.notes, f"masks read as {label_order.value}"))
