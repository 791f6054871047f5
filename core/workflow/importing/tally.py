"""What the results of an import come to, counted as they arrive."""

from collections import Counter

from core.records.results import FileResult
from core.text import plural

COMES_IN = ("planned", "imported", "attached", "unchanged")
SHOWN_AS = {"planned": "new"}
LEFT_OUT = {"question": "question", "refused": "file refused"}


class Tally:
    """Counts over any number of results; keeps no result."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.outcomes: Counter[str] = Counter()
        self.slices = self.masks = self.files = 0
        self._patients: set[str] = set()

    def add(self, result: FileResult) -> None:
        """Count one more."""
        self.outcomes[result.outcome] += 1
        if result.outcome in COMES_IN and result.summary is not None:
            self._patients.add(result.summary.patient)
            self.slices += result.summary.n_slices
            self.masks += result.summary.n_masks
            self.files += result.summary.n_files

    @property
    def series(self) -> int:
        """How many series come in, came in, or are there already."""
        return sum(self.outcomes[outcome] for outcome in COMES_IN)

    def words(self) -> str:
        """Return all of it in one line.

        >>> tally = Tally()
        >>> for outcome in ("imported", "imported", "refused", "question"):
        ...     tally.add(FileResult("a.png", outcome, ""))
        >>> tally.words()
        '2 series (2 imported); 1 question, 1 file refused'
        """
        of = f" of {plural(len(self._patients), 'patient')}" if self._patients else ""
        parts = [f"{plural(self.slices, 'slice')}, {plural(self.masks, 'mask')}"] if self.slices else []
        kinds = [
            f"{self.outcomes[kind]:,} {SHOWN_AS.get(kind, kind)}" for kind in COMES_IN if self.outcomes[kind]
        ]
        # A cine of many files is one series: who gave hundreds of files wants to know where they went.
        out_of = f" out of {plural(self.files, 'file')}" if self.files > self.series else ""
        came = f"{self.series:,} series{of}{out_of} ({', '.join([*parts, *kinds])})"
        came = came if self.series else "No series"
        left = [_left_out(kind, self.outcomes[kind]) for kind in LEFT_OUT if self.outcomes[kind]]
        return "; ".join([came, *([", ".join(left)] if left else [])])


def _left_out(kind: str, count: int) -> str:
    noun, _, rest = LEFT_OUT[kind].partition(" ")
    return f"{plural(count, noun)} {rest}".strip()
