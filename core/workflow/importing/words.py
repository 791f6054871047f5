"""What is said of a series or a file of an import: a line for people, and figures for lists."""

from collections.abc import Sequence
from dataclasses import replace

from core.imaging.files.sources import Source
from core.imaging.found import FileProblem
from core.records import FileResult, Series, SeriesSummary, Split, Topic
from core.store.arrivals import Added, Alike
from core.workflow.words import counted

MOST_NAMED = 5  # files in one line


def named(found: Series | FileProblem) -> str:
    """How results name a series (by the first of its files) or a problem."""
    if isinstance(found, FileProblem):
        return found.file
    return _below(found.folder, found.slices[0].source or found.name)


def names_of(found: Series | FileProblem) -> set[str]:
    """All files of a series, or the one of a problem, as results name them."""
    if isinstance(found, FileProblem):
        return {found.file}
    return {named(found), *(_below(found.folder, item.source) for item in found.slices)}


def _below(folder: str, file: str) -> str:
    return f"{folder}/{file}" if folder else file


def left_out(problem: FileProblem, series_ids: tuple[int, ...] = ()) -> FileResult:
    """What became of a file that gave no series: it asks something, or is refused."""
    outcome = "question" if problem.question else "refused"
    return FileResult(problem.file, outcome, problem.message, series_ids, asks=problem.asks)


def described(series: Series, added: Added, split: Split | None, outcome: str) -> FileResult:
    """What is said of a series that is new, in a line and in figures."""
    moved = f"the patient was in {split} before and stays there" if series.split not in (None, split) else ""
    notes = (*(_alike(other, series.patient, split) for other in added.alike), *series.notes)
    notes = tuple(note for note in (moved, *notes) if note)
    summary = replace(summary_of(series, split), notes=notes)
    words = [
        f"{counted(summary.n_slices, 'slice')} of {series.patient}"
        + (f", {split}" if split else ", split drawn at the import"),
        f"out of {counted(summary.n_files, 'file')}" if summary.n_files > 1 else "",
        counted(summary.n_masks, "reference mask") if summary.n_masks else "",
        *notes,
    ]
    message = "; ".join(word for word in words if word)
    return FileResult(named(series), outcome, message, added.series_ids, summary=summary)


def summary_of(series: Series, split: Split | None) -> SeriesSummary:
    """The figures of a series that came, with the split that it gets; None where that is drawn later."""
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
    )


def another_heart(series: Series) -> FileResult:
    """The question whose heart it is, where a bare name is all that speaks for a patient of the store."""
    message = (
        f"the store has a series {series.name} of a patient {series.patient} with other pictures; say whose "
        "heart this is"
    )
    return FileResult(named(series), "question", message, asks=Topic.PATIENT)


def _alike(other: Alike, patient: str, split: Split | None) -> str:
    """That the very same pictures are in another series, too."""
    side = f" ({other.split})" if other.split else ""
    whose = f"series {other.series} of patient {other.patient}{side}"
    told = f"{counted(other.n_slices, 'picture')} the very same as in {whose}"
    if other.patient == patient:
        return told
    return f"{told}: one heart under two names" + (
        " and on two sides of the split" if None not in (split, other.split) and split != other.split else ""
    )


def known(series: Series, added: Added, outcome: str) -> FileResult:
    """What is said of a series whose pixels are in the store already."""
    words = [
        "in the store already",
        f"{counted(added.n_attached, 'mask')} attached to it" if added.n_attached else "",
        f"{counted(added.n_left, 'mask')} left out, since somebody's other mask is there"
        if added.n_left
        else "",
        "" if added.n_attached or added.n_left else "nothing was changed",
        *added.differs,
    ]
    message = "; ".join(word for word in words if word)
    summary = summary_of(series, added.split)
    return FileResult(named(series), outcome, message, added.series_ids, summary=summary)


def left_alone(left: Sequence[Source]) -> FileResult:
    """One line for all files that are no images and claim to be none."""
    names = ", ".join(source.file for source in left[:MOST_NAMED])
    more = f" and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
    told = "is no image and was" if len(left) == 1 else "are no images and were"
    return FileResult("", "passed over", f"{names}{more} {told} left alone")
