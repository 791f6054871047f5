"""What is said of a series or a file of an import: a line for people, and figures for lists."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.imaging.files.sources import Source
from core.imaging.problems import FileProblem
from core.records.results import FileResult, SeriesSummary, Topic
from core.records.slices import ASSUMED_SPACING, Series, Split
from core.store.series.arrivals import Added, DuplicateSeries
from core.text import plural

MAX_LISTED = 50  # files that are no images, with a line each; the rest of a whole disc is told by number


def result_name(outcome: Series | FileProblem) -> str:
    """Return how results name a series (by the first of its files) or a problem."""
    if isinstance(outcome, FileProblem):
        return outcome.file
    return _below(outcome.folder, outcome.slices[0].source or outcome.name)


def result_names(outcome: Series | FileProblem) -> set[str]:
    """Return all files of a series, or the one of a problem, as results name them."""
    if isinstance(outcome, FileProblem):
        return {outcome.file}
    return {result_name(outcome), *(_below(outcome.folder, item.source) for item in outcome.slices)}


def _below(folder: str, file: str) -> str:
    return f"{folder}/{file}" if folder else file


def problem_result(problem: FileProblem, series_ids: tuple[int, ...] = ()) -> FileResult:
    """Return what became of a file that gave no series: it asks something, or is refused."""
    outcome = "question" if problem.question else "refused"
    return FileResult(problem.file, outcome, problem.message, series_ids, asks=problem.asks)


def new_series_result(series: Series, added: Added, split: Split | None, outcome: str) -> FileResult:
    """Return what is said of a series that is new, in a line and in figures."""
    moved = f"the patient was in {split} before and stays there" if series.split not in (None, split) else ""
    notes = (*(_twin_note(other, series.patient, split) for other in added.duplicates), *series.notes)
    notes = tuple(note for note in (moved, *notes) if note)
    summary = replace(summary_of(series, split), notes=notes)
    words = [
        f"{plural(summary.n_slices, 'slice')} of {series.patient}"
        + (f", {split}" if split else ", split drawn at the import"),
        f"out of {plural(summary.n_files, 'file')}" if summary.n_files > 1 else "",
        plural(summary.n_masks, "reference mask") if summary.n_masks else "",
        *notes,
    ]
    message = "; ".join(word for word in words if word)
    return FileResult(result_name(series), outcome, message, added.series_ids, summary=summary)


def summary_of(series: Series, split: Split | None) -> SeriesSummary:
    """Return the figures of a series that came, with its split; None where that is drawn later."""
    return SeriesSummary(
        patient=series.patient,
        name=series.name,
        split=split,
        n_slices=len(series.slices),
        n_positions=len({item.position for item in series.slices}),
        n_phases=len({item.phase for item in series.slices}),
        n_masks=sum(item.mask is not None for item in series.slices),
        n_files=len({item.source for item in series.slices}),
        phase_names=series.phase_names,
        notes=series.notes,
        spacing_assumed=ASSUMED_SPACING in series.notes,
    )


def another_heart_question(series: Series) -> FileResult:
    """Return the question whose heart it is, where a bare name is all that speaks for a stored patient."""
    message = (
        f"the store has a series {series.name} of a patient {series.patient} with other pictures; say whose "
        "heart this is"
    )
    return FileResult(result_name(series), "question", message, asks=Topic.PATIENT)


def _twin_note(other: DuplicateSeries, patient: str, split: Split | None) -> str:
    """That the very same pictures are in another series, too."""
    side = f" ({other.split})" if other.split else ""
    whose = f"series {other.series} of patient {other.patient}{side}"
    note = f"{plural(other.n_slices, 'picture')} the very same as in {whose}"
    if other.patient == patient:
        return note
    return f"{note}: one heart under two names" + (
        " and on two sides of the split" if None not in (split, other.split) and split != other.split else ""
    )


def known_series_result(series: Series, added: Added, outcome: str) -> FileResult:
    """Return what is said of a series whose pixels are in the store already."""
    words = [
        "in the store already",
        f"{plural(added.n_attached, 'mask')} attached to it" if added.n_attached else "",
        f"{plural(added.n_left, 'mask')} left out, since somebody's other mask is there"
        if added.n_left
        else "",
        "" if added.n_attached or added.n_left else "nothing was changed",
        *added.differs,
    ]
    message = "; ".join(word for word in words if word)
    summary = summary_of(series, added.split)
    return FileResult(result_name(series), outcome, message, added.series_ids, summary=summary)


def companion_results(left: Sequence[Source]) -> Iterator[FileResult]:
    """Yield a line for each file that is no image and claims to be none; very many are told by number."""
    for source in left[:MAX_LISTED]:
        yield FileResult(source.shown, "passed over", "no image, nor a table of images; left alone")
    if len(left) > MAX_LISTED:
        rest = plural(len(left) - MAX_LISTED, "file")
        yield FileResult("", "passed over", f"{rest} more that are no images, left alone")
