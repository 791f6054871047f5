"""How a command tells of many files: a bar on the error stream, a line for each, a count at the end."""

from collections import Counter
from types import TracebackType
from typing import Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core.records.results import FileResult, Topic

PROBLEMS = ("refused", "question")
ANSWERS = {  # the options that answer questions
    Topic.SPACING: "--spacing MM",
    Topic.LABEL_ORDER: "--label-order acdc|ukbb",
    Topic.PATIENT: "--patient-pattern PATTERN",
    Topic.MASK: "--as-images",
    Topic.BURNED_IN: "--burned-in",
}


class Reporter:
    """A progress bar, and the results of files above it; all on the error stream."""

    def __init__(self, work: str) -> None:
        """Prepare the bar; `work` is what is being done, as the bar names it."""
        self.console = Console(stderr=True, soft_wrap=True)
        columns = (TextColumn(work), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        # A log file gets the lines, not the bar.
        silent = not self.console.is_terminal
        self._bar = Progress(*columns, console=self.console, transient=True, disable=silent)
        self._task = self._bar.add_task(work, total=None)
        self._outcomes: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def progress(self, done: int, total: int) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=done, total=total)

    def count(self, result: FileResult) -> None:
        """Count what became of one file, and print nothing."""
        self._outcomes[result.outcome] += 1

    def report(self, result: FileResult) -> None:
        """Print what became of one file."""
        self.count(result)
        problem = result.outcome in PROBLEMS
        words = result.message
        if result.file not in words:
            words = f"{result.file}: {words}"
        if result.asks is not None:
            words += f" ({ANSWERS[result.asks]})"
        self.print_line(words, style="red" if problem else None)

    def print_line(self, words: str, style: str | None = None) -> None:
        """Print a line above the bar, as it is."""
        self.console.print(words, style=style, markup=False, highlight=False)

    def summary(self) -> str:
        """How many files had which outcome, such as '3 imported, 1 refused'."""
        return ", ".join(f"{count} {outcome}" for outcome, count in self._outcomes.items())

    def exit_if_any_refused(self) -> None:
        """End with exit code 1 where any file was left out."""
        if any(self._outcomes[outcome] for outcome in PROBLEMS):
            raise typer.Exit(1)
