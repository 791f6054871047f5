"""The work of an import run, in a worker: files read, results told one by one, progress and stopping."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from core.imaging.files.sources import Source
from core.imaging.found import Answers, FileProblem
from core.records import FileResult, RunRow
from core.run_control import RunControl
from core.workflow.importing.answered import bring_in
from core.workflow.importing.files import import_sources
from core.workflow.importing.folder import ImportFolder
from core.workflow.importing.server_folders import open_folder
from core.workflow.importing.tally import Tally
from core.workflow.importing.uploads import uploaded
from core.workflow.words import counted

TELL_SECONDS = 0.5  # between two words to the store: each costs a write to the disk
Read = TypeVar("Read")


def run(row: RunRow, control: RunControl) -> str:
    """Do an import, or its dry run; returns what it comes to in a sentence.

    Results go into the import's folder as they arrive and are not gathered. A run that is taken up again
    reads its files anew and tells only what was not told before; what is in the store stays as it is.
    """
    kept = ImportFolder.of(row)
    request = kept.request()
    progress = ImportProgress(control)

    def bring(answers: Answers, only: Collection[str] | None) -> Iterator[FileResult]:
        opened = open_folder(Path(request.folder)) if request.folder else uploaded(kept.files())
        return import_sources(progress.watch(opened), answers, only, dry_run=request.dry_run)

    tally, told = Tally(), set()
    for result in kept.results():
        tally.add(result)
        told.add(mark(result))
    with kept.adding() as lines:
        for result in bring_in(bring, request.said):
            if mark(result) not in told:
                lines.add(result)
                tally.add(result)
            progress.step(result)
    progress.finish()
    if not request.dry_run and not tally.outcomes["question"]:
        control.afterwards(kept.forget_files)
    return f"{tally.words()}."


def mark(result: FileResult) -> int:
    """By which a result is known again when its file is read anew; a number, since there may be many."""
    what = result.series_ids or (result.outcome, result.message)
    return hash((result.file, what))


class ImportProgress:
    """How far an import is, by files; asks all the time whether it is to stop, also while it only looks."""

    def __init__(self, control: RunControl) -> None:
        """Begin at nothing."""
        self._control = control
        self._done = self._total = self._looked_at = 0
        self._doing = "Looking through the files"
        self._told_at = 0.0

    def watch(self, sources: Iterable[Source | FileProblem]) -> Iterator[Source | FileProblem]:
        """The sources, counted, each of which asks whether to stop when it is read."""
        self._total, self._looked_at = 0, 0
        for source in sources:
            self._total += 1
            self._tell()
            yield source if isinstance(source, FileProblem) else self._watched(source)

    def step(self, result: FileResult) -> None:
        """One result more."""
        summary = result.summary
        self._done += summary.n_files if summary is not None else 1
        if summary is not None:
            self._doing = f"Read {summary.patient}, {summary.name}"
        self._tell()

    def finish(self) -> None:
        """All files are done, those that belong to others and gave no result of their own among them."""
        self._control.progress(self._total, self._total, "All files were read.")

    def _watched(self, source: Source) -> Source:
        stream = source.stream
        return replace(
            source,
            read=self._asking(source.read),
            stream=None if stream is None else self._asking(stream),
        )

    def _asking(self, read: Callable[[], Read]) -> Callable[[], Read]:
        def asking() -> Read:
            self._looked_at += 1
            self._tell()
            return read()

        return asking

    def _tell(self) -> None:
        if time.monotonic() - self._told_at < TELL_SECONDS:
            return
        self._told_at = time.monotonic()
        doing = self._doing if self._done else f"{self._doing}: {counted(self._looked_at, 'file')}"
        self._control.progress(min(self._done, self._total), self._total, f"{doing}.")
