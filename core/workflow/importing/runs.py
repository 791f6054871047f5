"""Large imports as runs of their own: started, watched, answered, taken up again, forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.errors import BadInput, RunRefused
from core.imaging.files.zips import list_members
from core.records import FileResult, RunKind, RunRow, RunState
from core.store import run_changes, runs
from core.store.database import open_store
from core.store.silent_runs import give_up_silent_runs
from core.workflow.importing.answered import NOTHING_SAID, Asked, Said, further
from core.workflow.importing.folder import ImportFolder, ImportRequest
from core.workflow.importing.server_folders import checked_folder
from core.workflow.importing.uploads import Upload
from core.workflow.running import ACTIVE, look_after, wake

LARGE_FILES = 300  # more are a run of their own: a page that is busy for minutes looks dead
LARGE_BYTES = 300_000_000
KEPT = timedelta(days=1)  # how long a finished import's list stays, once another one begins
STOPPED = (RunState.FAILED, RunState.CANCELLED)


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
    def can_go_on(self) -> bool:
        """Whether it stopped before its end and may be taken up again."""
        return self.row.state in STOPPED


def is_large(files: Sequence[Upload]) -> bool:
    """Whether so many files, those in zips among them, should come in behind the page."""
    if len(files) > LARGE_FILES or sum(file.n_bytes for file in files) > LARGE_BYTES:
        return True
    return sum(_files_in(file) for file in files) > LARGE_FILES


def start_upload_import(
    files: Sequence[Upload], said: Said = NOTHING_SAID, *, dry_run: bool = False, person: str = ""
) -> int:
    """Put uploaded files aside and have a worker import, or only list, them; returns the run's id."""
    kept = ImportFolder.new()
    kept.keep(files)
    return _start(kept, ImportRequest(said=said, dry_run=dry_run), person)


def start_folder_import(
    folder: str, said: Said = NOTHING_SAID, *, dry_run: bool = False, person: str = ""
) -> int:
    """Have a worker import, or only list, a folder of this machine; returns the run's id.

    Raises:
        BadInput: when the folder is not there, or lies outside the roots that the settings name.
    """
    path = str(checked_folder(folder))
    return _start(ImportFolder.new(), ImportRequest(folder=path, said=said, dry_run=dry_run), person)


def go_on_to_import(run_id: int, asked: Sequence[Asked] = (), person: str = "") -> int:
    """Import what a dry run listed, with answers to what it asked; returns the new run's id."""
    kept = _folder(run_id)
    request = kept.request()
    kept.drop_results()
    said = replace(request.said, asked=tuple(asked))
    return _start(kept, replace(request, said=said, dry_run=False), person)


def answer(run_id: int, asked: Sequence[Asked], person: str = "") -> int:
    """Read the files again that asked, now with answers; returns the new run's id."""
    kept = _folder(run_id)
    request = kept.request()
    said = further(request.said, asked)
    kept.drop_results(said.files)
    return _start(kept, replace(request, said=said), person)


def resume(run_id: int, person: str = "") -> None:
    """Let an import go on that was cancelled or whose worker died; what it told before is not told twice.

    Raises:
        RunRefused: when it is at work, waits already, or has finished.
        NotFound: when its files are gone.
    """
    _folder(run_id).request()
    run_changes.enqueue_again(open_store(), run_id, person)
    wake(RunKind.IMPORT)


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
    run_changes.record_forgotten(store, run_id, person)
    ImportFolder.of(row).delete()


def import_runs() -> list[ImportRun]:
    """Imports whose lists are still there, newest first; one whose worker died is told as failed.

    Of runs that share a list, such as a dry run and the import after it, only the newest counts.
    """
    store = open_store()
    look_after(store)
    newest: dict[str, RunRow] = {}
    for row in runs.list_runs(store, RunKind.IMPORT):
        newest.setdefault(ImportFolder.of(row).token, row)
    kept = [(row, ImportFolder.of(row)) for row in newest.values()]
    return [ImportRun(row, folder.request()) for row, folder in kept if folder.is_there]


def results_of(run_id: int, most: int = 1000) -> list[FileResult]:
    """The newest results of an import, in their order."""
    return _folder(run_id).newest(most)


def questions_of(run_id: int) -> list[FileResult]:
    """Every question of an import."""
    return _folder(run_id).questions()


def first_series(run_id: int) -> int | None:
    """The first series that the import brought, or found to be there; None for none."""
    results = _folder(run_id).results()
    return next((result.series_ids[0] for result in results if result.series_ids), None)


def _start(kept: ImportFolder, request: ImportRequest, person: str) -> int:
    store = open_store()
    _forget_old(runs.list_runs(store, RunKind.IMPORT, states=(RunState.FINISHED,)))
    kept.ask(request)
    run_id = runs.enqueue(store, RunKind.IMPORT, {"folder": kept.token}, person=person)
    wake(RunKind.IMPORT)
    return run_id


def _forget_old(finished: Sequence[RunRow]) -> None:
    for row in finished:
        if row.ended_at is not None and datetime.now(UTC) - row.ended_at > KEPT:
            ImportFolder.of(row).delete()


def _folder(run_id: int) -> ImportFolder:
    return ImportFolder.of(runs.run_row(open_store(), run_id))


def _files_in(file: Upload) -> int:
    """How many files an upload holds: those of a zip, or one."""
    try:
        return max(1, len(list_members(file.path, file.name)))
    except BadInput:
        return 1
