"""Import: files become series in the store, one result line each; a bad one never stops the rest."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from core.imaging.deidentification.pseudonyms import Deidentifier
from core.imaging.files.sources import Source, open_sources
from core.imaging.layouts.patients import PATTERNS
from core.imaging.listing import list_images
from core.imaging.problems import NO_ANSWERS, Answers, FileProblem, problem_of
from core.imaging.readers.registry import listed_images
from core.imaging.reading import UnpairedMask, series_among
from core.records.results import FileResult
from core.records.slices import Series
from core.settings import settings
from core.store.database import Store, open_store
from core.store.series.arrivals import Arrival
from core.store.series.identities import identity_key
from core.store.series.series import add_series
from core.workflow.importing.descriptions import (
    another_heart_question,
    companion_results,
    known_series_result,
    new_series_result,
    problem_result,
    result_name,
    result_names,
)
from core.workflow.importing.preview import Preview, is_another_heart
from core.workflow.importing.unpaired_masks import attach_unpaired
from core.workflow.uploads.sources import Upload, upload_sources

__all__ = [
    "NO_ANSWERS",
    "PATTERNS",
    "Answers",
    "count_images",
    "import_paths",
    "import_sources",
    "import_uploads",
    "listed_images",
]


def import_paths(
    paths: Sequence[Path],
    answers: Answers = NO_ANSWERS,
    only: Collection[str] | None = None,
    *,
    dry_run: bool = False,
) -> Iterator[FileResult]:
    """Import files, folders and zips; yields one result a series or refused file, as it happens.

    Masks beside images become versions of origin `reference`, and their slices `approved`: whoever made the
    reference has vouched for it, so training and scores may use it at once. A patient keeps the split that
    the first import gave. What is in the store already is `unchanged`.

    Args:
        paths: in any import format.
        answers: to what the files do not say themselves.
        only: the files that the answers are for, as an earlier result named them; the rest is passed over,
            so that no answer changes what came in without one. None means all.
        dry_run: read everything and tell what would come in (`planned`), but store nothing.

    Raises:
        StoreUnavailable: when the store cannot be written; what was told until then is kept.
    """
    return import_sources(open_sources(paths, settings().import_limits), answers, only, dry_run=dry_run)


def import_uploads(
    files: Sequence[Upload],
    answers: Answers = NO_ANSWERS,
    only: Collection[str] | None = None,
    *,
    dry_run: bool = False,
) -> Iterator[FileResult]:
    """Import what a browser sent, as `import_paths` does.

    The names, with folders where the browser gives them, only say what belongs together; none is ever used as
    a path.
    """
    return import_sources(upload_sources(files), answers, only, dry_run=dry_run)


def count_images(paths: Sequence[Path]) -> int:
    """Return how many images an import of these paths would read, for a progress bar; opens none of them."""
    return len(list_images(paths, settings().import_limits))


def import_sources(
    sources: Iterable[Source | FileProblem],
    answers: Answers = NO_ANSWERS,
    only: Collection[str] | None = None,
    *,
    dry_run: bool = False,
) -> Iterator[FileResult]:
    """Import what was opened already, as `import_paths` does."""
    store = open_store()
    deidentifier = Deidentifier(identity_key(store)) if settings().deidentify else None
    left: list[Source] = []
    keep = Preview(store).result if dry_run else partial(keep_series, store)
    nothing = True
    for outcome in series_among(
        sources, answers, settings().import_limits, deidentifier=deidentifier, on_passed_over=left.append
    ):
        nothing = False
        if only is not None and not result_names(outcome) & set(only):
            continue
        if isinstance(outcome, UnpairedMask):
            yield attach_unpaired(outcome, answers, dry_run=dry_run)
        elif isinstance(outcome, FileProblem):
            yield problem_result(outcome)
        else:
            yield keep_or_refuse(keep, outcome)
    if left and only is None:
        yield from companion_results(left)
    if nothing:
        yield FileResult(
            "",
            "refused",
            f"there is no image among these files, expected {listed_images()} or a zip of these; "
            "choose others",
        )


def keep_or_refuse(keep: Callable[[Series], FileResult], series: Series) -> FileResult:
    """Return what became of a series; one that cannot be stored, for whatever reason, keeps no other out.

    Raises:
        StoreUnavailable: when the store cannot be written at all.
    """
    try:
        return keep(series)
    except Exception as error:
        return problem_result(problem_of(result_name(series), series.slices[0].source, error))


def keep_series(store: Store, series: Series) -> FileResult:
    """Put one series into the store and say what became of it."""
    if not series.patient_sure and is_another_heart(store, series):
        return another_heart_question(series)
    added = add_series(store, without_file_names(series))
    if not added.created:
        return known_series_result(
            series, added, "attached" if added.arrival is Arrival.ATTACHED else "unchanged"
        )
    return new_series_result(series, added, added.split, "imported")


def without_file_names(series: Series) -> Series:
    """Return the series as it is stored: files of a de-identified DICOM are often named after the patient."""
    if not series.provenance.deidentified:
        return series
    slices = tuple(
        replace(item, source=f"position{item.position + 1:02}_phase{item.phase + 1:02}.dcm")
        for item in series.slices
    )
    return replace(series, slices=slices)
