"""Delete what killed processes leave behind, and nothing that a living one is at work on."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import SeptumError
from core.records.runs import RunKind
from core.scratch import delete_scratch, sweep_scratch
from core.settings import settings
from core.store.checks.leftovers import is_old
from core.store.database import open_store
from core.store.runs import runs
from core.workflow.import_runs.run_folder import ImportFolder, imports_folder

LOG = logging.getLogger(__name__)
HALF_WRITTEN = ".*.partial"  # as core.durable names a file until it is whole


@dataclass(frozen=True)
class Leftovers:
    """How much was deleted."""

    folders: int  # of processes that are gone
    files: int  # that were never written to their end
    imports: int  # that no run knows


def sweep_leftovers() -> Leftovers:
    """Delete what killed processes left in the home: temporary folders, half-written files, stray uploads.

    Raises:
        StoreUnavailable: when the home cannot be used.
    """
    folders = sweep_scratch()
    files = [path for path in settings().home.rglob(HALF_WRITTEN) if is_old(path)]
    for file in files:
        file.unlink(missing_ok=True)
    strays = [folder for folder in _stray_imports() if is_old(folder.path)]
    for stray in strays:
        stray.delete()
    return Leftovers(folders, len(files), len(strays))


def begin_clean() -> None:
    """Sweep when a server starts; where that cannot be done, pages will tell why to whoever comes."""
    try:
        sweep_leftovers()
    except SeptumError as error:
        LOG.warning("what killed processes left was not swept: %s", error)


def leave_clean() -> None:
    """Delete what this process keeps for its visitors; a server calls it when it stops."""
    delete_scratch()


def _stray_imports() -> Iterator[ImportFolder]:
    """Folders of imports whose run was deleted, or that was killed before it had one."""
    root = imports_folder()
    if not root.is_dir():
        return
    folders = [path for path in root.iterdir() if path.is_dir()]  # before the runs: one begun since is none
    rows = runs.list_runs(open_store(), RunKind.IMPORT, limit=None)
    known = {ImportFolder.of(row).token for row in rows}
    yield from (ImportFolder(path) for path in folders if path.name not in known)
