"""A series of an import as lists show it, on the page and in the terminal: a line in words."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.records.results import FileResult, SeriesSummary

MANY = 4  # series from which on one line says what is noted of all of them
FROM_ITS_NOTES = ("planned", "imported")  # of others, what was said says more than what was read


@dataclass(frozen=True)
class ListLine:
    """One line; empty where nobody knows."""

    patient: str
    series: str
    slices: int | None
    grid: str  # such as "10 x 2 (ED, ES)"
    masks: int | None
    split: str
    notes: str


def list_line(result: FileResult, told: Collection[str] = ()) -> ListLine:
    """Return the line of a series; without a summary only its file and what is said of it.

    Args:
        result: of the series.
        told: notes that were told of several series already.
    """
    summary = result.summary
    if summary is None:
        return ListLine("", result.file, None, "", None, "", result.message)
    left = [note for note in summary.notes if note not in told]
    notes = "; ".join(left) if result.outcome in FROM_ITS_NOTES else result.message
    return ListLine(
        summary.patient,
        summary.name,
        summary.n_slices,
        grid(summary),
        summary.n_masks,
        split_of(result, summary),
        notes,
    )


def shared_notes(results: Sequence[FileResult]) -> dict[str, int]:
    """Return the notes that are told once for many series, not in each line, with how many they are of."""
    listed = [one.summary.notes for one in results if one.summary and one.outcome in FROM_ITS_NOTES]
    counts = Counter(note for notes in listed for note in dict.fromkeys(notes))
    return {note: count for note, count in counts.items() if count >= MANY}


def grid(summary: SeriesSummary) -> str:
    """Return how many positions and phases, and what the phases are called.

    >>> grid(SeriesSummary("anna", "sa", None, 20, 10, 2, 0, 2, ((0, "ED"), (1, "ES"))))
    '10 x 2 (ED, ES)'
    """
    names = ", ".join(name for _, name in summary.phase_names)
    return f"{summary.n_positions} x {summary.n_phases}" + (f" ({names})" if names else "")


def split_of(result: FileResult, summary: SeriesSummary) -> str:
    """Return the part of the work that the patient serves, as far as it is known."""
    if summary.split is None:
        return "drawn at import" if result.outcome == "planned" else ""
    return summary.split.value
