"""Attach masks: files of labels become references of a series that is in the store already."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core.imaging.files.sources import Source, open_sources, without_companions
from core.imaging.label_order import masks_in_our_order
from core.imaging.label_values import Numbering
from core.imaging.layouts.tables import is_sidecar, read_tables
from core.imaging.problems import NO_ANSWERS, Answers, FileProblem, problem_of
from core.imaging.readers.reader import MaskUse
from core.imaging.readers.registry import listed_masks
from core.records.results import FileResult
from core.settings import settings
from core.store.database import open_store
from core.store.series import attach
from core.store.series.series import series_row
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.text import plural
from core.workflow.importing.descriptions import problem_result
from core.workflow.importing.mask_slices import read_onto
from core.workflow.uploads.sources import Upload, upload_sources


def attach_masks(
    series_id: int, paths: Sequence[Path], answers: Answers = NO_ANSWERS
) -> Iterator[FileResult]:
    """Attach mask files, or folders and zips of them, to a series; yields one result a file.

    A slice that had no mask, or only a model's, gets a reference and is approved. What a reader drew or
    approved, or an earlier reference, is never replaced: another mask for it is left out, and told.

    Args:
        series_id: whose masks they are.
        paths: PNG, TIFF, NIfTI, NumPy, or folders and zips of these.
        answers: to what the files do not say themselves; only the order of labels matters here.

    Raises:
        NotFound: when there is no such series.
    """
    return _attached(series_id, open_sources(paths, settings().import_limits), answers)


def attach_uploads(
    series_id: int, files: Sequence[Upload], answers: Answers = NO_ANSWERS
) -> Iterator[FileResult]:
    """Attach what a browser sent, as `attach_masks` does."""
    return _attached(series_id, upload_sources(files), answers)


def attach_source(
    series_id: int, source: Source, answers: Answers = NO_ANSWERS, numbering: Numbering | None = None
) -> FileResult:
    """Attach the masks of one file; `numbering` is what a table beside it says of its labels.

    Raises:
        NotFound: when there is no such series.
    """
    store = open_store()
    series = series_row(store, series_id)
    rows = list_slices(store, Filter(series_id=series_id), limit=None)
    try:
        masks, notes = read_onto(series, rows, source, settings().import_limits, numbering)
        masks, more = masks_in_our_order(masks, source.file, None if numbering else answers.label_order)
        done = attach.attach_masks(store, series_id, masks)
    except Exception as error:  # a mistake of ours, too: the other files come in
        return problem_result(problem_of(source.shown, source.file, error), (series_id,))
    words = [
        f"{plural(done.n_attached, 'reference mask')} attached to series {series.name} of {series.patient}"
        if done.n_attached
        else f"no mask of series {series.name} of {series.patient} was changed",
        f"{plural(done.n_same, 'mask')} there already" if done.n_same else "",
        f"{plural(done.n_left, 'mask')} left out, since a reader or an earlier reference says otherwise"
        if done.n_left
        else "",
        *notes,
        *more,
    ]
    outcome = "attached" if done.n_attached else "unchanged"
    return FileResult(source.shown, outcome, "; ".join(word for word in words if word), (series_id,))


def _attached(
    series_id: int, sources: Iterable[Source | FileProblem], answers: Answers
) -> Iterator[FileResult]:
    series_row(open_store(), series_id)  # the one problem that no file is to blame for
    files: list[Source] = []
    for given in sources:
        if isinstance(given, FileProblem):
            yield problem_result(given, (series_id,))
        else:
            files.append(given)
    kept, _ = without_companions(files)
    table = read_tables(source for source in kept if is_sidecar(source))
    masks = [source for source in kept if not is_sidecar(source)]
    for source in masks:
        numbering = table.numbering_for(source.name) if answers.label_order is None else None
        yield attach_source(series_id, source, answers, numbering)
    if not masks:
        expected = ", ".join(listed_masks(MaskUse.SCORED))
        message = f"there is no mask among these files, expected {expected} or a zip of these"
        yield FileResult("", "refused", f"{message}; choose others", (series_id,))
