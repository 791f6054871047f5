"""Large imports as runs of their own: started, shown, answered, resumed, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.errors import BadInput, RunRefused
from core.imaging.files.zips import list_members
from core.jobs import queue
from core.jobs.queue import can_resume, submit, supervise
from core.records.results import FileResult
from core.records.runs import ACTIVE, RunKind, RunRow, RunState
from core.store.database import open_store
from core.store.runs import run_changes, runs
from core.store.runs.silent_runs import give_up_silent_runs
from core.workflow.import_runs.place import configuration_of, is_here, machine_of
from core.workflow.import_runs.run_folder import ImportFolder, ImportRequest
from core.workflow.import_runs.server_folders import checked_folder
from core.workflow.importing.answers import NO_IMPORT_ANSWERS, AnsweredFiles, ImportAnswers, add_answers
from core.workflow.uploads.sources import Upload

LARGE_FILES = 300  # more are a run of their own: a page that is busy for minutes looks dead
LARGE_BYTES = 300_000_000
LIST_KEPT = timedelta(days=1)  # how long a finished import's list stays, once another one begins


@dataclass(frozen=True)
class ImportRun:
    """An import run whose list is still there."""

    row: RunRow
    request: ImportRequest

    @property
    def is_active(self) -> bool:
        """Whether it is at work or waits for its turn."""
        return self.row.state in ACTIVE

    @property
    def is_resumable(self) -> bool:
        """Whether it stopped before its end and may be resumed."""
        return can_resume(self.row)


def is_large(files: Sequence[Upload]) -> bool:
    """Whether so many files, those in zips among them, should be imported by a run of their own."""
    if len(files) > LARGE_FILES or sum(file.n_bytes for file in files) > LARGE_BYTES:
        return True
    return sum(_files_in(file) for file in files) > LARGE_FILES


def start_upload_import(
    files: Sequence[Upload],
    said: ImportAnswers = NO_IMPORT_ANSWERS,
    *,
    dry_run: bool = False,
    person: str = "",
) -> int:
    """Keep uploaded files and submit a run that imports, or only lists, them; returns the run's id."""
    kept = ImportFolder.new()
    kept.store_files(files)
    return _start(kept, ImportRequest(said=said, dry_run=dry_run), person)


def start_folder_import(
    folder: str, said: ImportAnswers = NO_IMPORT_ANSWERS, *, dry_run: bool = False, person: str = ""
) -> int:
    """Submit a run that imports, or only lists, a folder of this machine; returns the run's id.

    Raises:
        BadInput: when the folder is not there, or lies outside the roots that the settings name.
    """
    path = str(checked_folder(folder))
    return _start(ImportFolder.new(), ImportRequest(folder=path, said=said, dry_run=dry_run), person)


def import_listed(run_id: int, asked: Sequence[AnsweredFiles] = (), person: str = "") -> int:
    """Submit the import of what a dry run listed, with answers to its questions; returns the new run's id."""
    kept = _folder(run_id)
    request = kept.request()
    kept.drop_results()
    said = replace(request.said, asked=tuple(asked))
    return _start(kept, replace(request, said=said, dry_run=False), person)


def answer(run_id: int, asked: Sequence[AnsweredFiles], person: str = "") -> int:
    """Submit another reading of the files with questions, now answered; returns the new run's id."""
    kept = _folder(run_id)
    request = kept.request()
    said = add_answers(request.said, asked)
    kept.drop_results(said.files)
    return _start(kept, replace(request, said=said), person)


def resume(run_id: int, person: str = "") -> None:
    """Resume an import that was cancelled or whose worker died; no result is written twice.

    Raises:
        RunRefused: when it is at work, waits already, or has finished.
        NotFound: when its files are gone.
    """
    _folder(run_id).request()
    queue.resume(open_store(), run_id, person)


def forget(run_id: int, person: str = "") -> None:
    """Delete an import's list and what was uploaded for it; what came into the store stays.

    Raises:
        RunRefused: while it is at work or waits for its turn.
    """
    store = open_store()
    give_up_silent_runs(store)
    row = runs.run_row(store, run_id)
    if row.state in ACTIVE:
        raise RunRefused(f"this import is {row.state}; stop it first")
    run_changes.record_files_deleted(store, run_id, person)
    ImportFolder.of(row).delete()


def import_runs() -> list[ImportRun]:
    """Return the imports whose lists are still there, newest first; one whose worker died is shown as failed.

    Of runs that share a list, such as a dry run and the import after it, only the newest counts.
    """
    store = open_store()
    supervise(store)
    newest: dict[str, RunRow] = {}
    for row in runs.list_runs(store, RunKind.IMPORT):
        newest.setdefault(ImportFolder.of(row).token, row)
    kept = [(row, ImportFolder.of(row)) for row in newest.values()]
    return [ImportRun(row, folder.request()) for row, folder in kept if folder.is_there]


def machines_at_work() -> list[str]:
    """Return the other machines whose imports are at work or wait; "" for one whose name is not known."""
    active = runs.list_runs(open_store(), RunKind.IMPORT, None, ACTIVE)
    return sorted({machine_of(row) for row in active if not is_here(row)})


def results_of(run_id: int, limit: int = 1000) -> list[FileResult]:
    """Return the newest results of an import, in their order."""
    return _folder(run_id).newest(limit)


def questions_of(run_id: int) -> list[FileResult]:
    """Return every question of an import."""
    return _folder(run_id).questions()


def series_of(run_id: int) -> tuple[int, ...]:
    """Return the series that the import brought, or that were there already, in its order."""
    ids = (number for result in _folder(run_id).results() for number in result.series_ids)
    return tuple(dict.fromkeys(ids))


def _start(kept: ImportFolder, request: ImportRequest, person: str) -> int:
    store = open_store()
    _forget_old(runs.list_runs(store, RunKind.IMPORT, states=(RunState.FINISHED,)))
    kept.save_request(request)
    return submit(store, RunKind.IMPORT, configuration_of(kept), person=person)


def _forget_old(finished: Sequence[RunRow]) -> None:
    for row in finished:
        if row.ended_at is not None and datetime.now(UTC) - row.ended_at > LIST_KEPT:
            ImportFolder.of(row).delete()


def _folder(run_id: int) -> ImportFolder:
    return ImportFolder.of(runs.run_row(open_store(), run_id))


def _files_in(file: Upload) -> int:
    """Return how many files an upload holds: those of a zip, or one."""
    try:
        return max(1, len(list_members(file.path, file.name)))
    except BadInput:
        return 1
