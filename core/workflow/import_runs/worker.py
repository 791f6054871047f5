"""Do an import run, in the worker: read its files, write each result, report progress, stop when asked."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from core.imaging.files.sources import Source
from core.imaging.problems import Answers, FileProblem
from core.jobs.control import RunControl
from core.records.results import FileResult
from core.records.runs import RunRow
from core.text import plural
from core.workflow.import_runs.run_folder import ImportFolder
from core.workflow.import_runs.server_folders import open_folder
from core.workflow.importing.answers import import_answered
from core.workflow.importing.import_files import import_sources
from core.workflow.importing.tally import Tally
from core.workflow.uploads.sources import upload_sources

REPORT_SECONDS = 0.5  # between two reports to the store: each costs a write to the disk
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
        opened = open_folder(Path(request.folder)) if request.folder else upload_sources(kept.files())
        return import_sources(progress.watch(opened), answers, only, dry_run=request.dry_run)

    tally, known = Tally(), set()
    for result in kept.results():
        tally.add(result)
        known.add(identity_of(result))
    with kept.adding() as lines:
        for result in import_answered(bring, request.said):
            if identity_of(result) not in known:
                lines.add(result)
                tally.add(result)
            progress.step(result)
    progress.finish()
    if not request.dry_run and not tally.outcomes["question"]:
        control.on_finished(kept.delete_files)
    return f"{tally.words()}."


def identity_of(result: FileResult) -> int:
    """Return by what a result is known when its file is read anew; a number, since there may be many."""
    what = result.series_ids or (result.outcome, result.message)
    return hash((result.file, what))


class ImportProgress:
    """How far an import is, by files; looks all the time whether the run is to stop."""

    def __init__(self, control: RunControl) -> None:
        """Begin at nothing."""
        self._control = control
        self._done = self._total = self._looked_at = 0
        self._doing = "Looking through the files"
        self._reported_at = 0.0

    def watch(self, sources: Iterable[Source | FileProblem]) -> Iterator[Source | FileProblem]:
        """Yield the sources, counted; each looks whether the run is to stop when it is read."""
        self._total, self._looked_at = 0, 0
        for source in sources:
            self._total += 1
            self._report()
            yield source if isinstance(source, FileProblem) else self._checking(source)

    def step(self, result: FileResult) -> None:
        """One result more."""
        summary = result.summary
        self._done += summary.n_files if summary is not None else 1
        if summary is not None:
            self._doing = f"Read {summary.patient}, {summary.name}"
        self._report()

    def finish(self) -> None:
        """All files are done, those that belong to others and gave no result of their own among them."""
        self._control.progress(self._total, self._total, "All files were read.")

    def _checking(self, source: Source) -> Source:
        stream = source.stream
        return replace(
            source,
            read=self._reporting(source.read),
            stream=None if stream is None else self._reporting(stream),
        )

    def _reporting(self, read: Callable[[], Read]) -> Callable[[], Read]:
        def read_and_report() -> Read:
            self._looked_at += 1
            self._report()
            return read()

        return read_and_report

    def _report(self) -> None:
        if time.monotonic() - self._reported_at < REPORT_SECONDS:
            return
        self._reported_at = time.monotonic()
        doing = self._doing if self._done else f"{self._doing}: {plural(self._looked_at, 'file')}"
        self._control.progress(min(self._done, self._total), self._total, f"{doing}.")
