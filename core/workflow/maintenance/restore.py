"""A backup put where the settings say that the store is: files first, each with its hash, then the rows."""

import os
import tempfile
from pathlib import Path

from core.durable import name_new
from core.errors import BadInput
from core.settings import settings
from core.store.backup import copy_file, database_place, named_files, require_backup
from core.store.connection.refusals import translate_disk_errors
from core.store.database import Store, open_store
from core.store.files.arrays import ArrayFolder
from core.store.files.kinds import ARRAY, name_of
from core.store.files.private_folder import make_private
from core.store.models.models import list_models
from core.workflow.maintenance.backup import DATABASE, PARTIAL, copy, files_of
from core.workflow.maintenance.files import CopyResult, Named, Progress, copied, put_all
from core.workflow.models.checkpoint_files import registered_file
from core.workflow.models.shared_files import share

FOLDERS = ("models", "runs", "imports")  # of a home, beside database and images


def restore(backup: Path, progress: Progress = lambda done, total: None) -> CopyResult:
    """Put a backup where the settings say: its rows, its images and what else was in its home.

    Nothing is written over: there must be no store, also in the end. The database comes last and in one
    step, so that a restore that was cut off has left no store, and is begun again by the same command.

    Args:
        backup: the folder that `backup` made; it stays as it is.
        progress: is told how many files were put back, and of how many.

    Raises:
        BadInput: when it is no backup, or there is a store already.
        BadSetting: when a setting cannot be used.
        StoreUnavailable: when the place cannot be written, or the backup is of a newer Septum.
    """
    backup, home = backup.resolve(), settings().home
    place = database_place(settings().database) if settings().database else settings().database_file
    require_backup(backup / DATABASE)
    _require_free(place)
    with translate_disk_errors(str(home)):
        make_private(home)
        missing = _put_files(backup, ArrayFolder(settings().arrays_url), progress)
        for name in FOLDERS:
            for path in files_of(backup / name):
                _require_free(place)  # images took their time, and what is in a home has no names of its own
                copy(path, home / path.relative_to(backup))
        place.parent.mkdir(parents=True, exist_ok=True)
        _put_database(backup / DATABASE, place)
    _share_models(open_store())
    n_images = sum(ending == ARRAY for _, ending in named_files(place))
    return CopyResult(n_images, tuple(f"arrays/{name_of(*one)}" for one in missing))


def _require_free(place: Path) -> None:
    if place.exists():
        raise _taken(place)


def _taken(place: Path) -> BadInput:
    return BadInput(
        f"there is a store at {place} already, and nothing is written over; move it away, or let "
        "SEPTUM_HOME name a new folder"
    )


def _put_database(database: Path, place: Path) -> None:
    """Put a database in its place in one step, unless somebody has begun a store there meanwhile."""
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=PARTIAL, dir=place.parent)
    os.close(handle)
    partial = Path(name)
    try:
        copy_file(database, partial)
        name_new(partial, place)
    except FileExistsError:
        raise _taken(place) from None
    finally:
        partial.unlink(missing_ok=True)


def _put_files(backup: Path, arrays: ArrayFolder, progress: Progress) -> list[Named]:
    """Put images and files of runs back; returns digest and ending of those that the backup lacks."""
    source, named = ArrayFolder(str(backup / "arrays")), list(named_files(backup / DATABASE))
    return put_all(named, lambda one: copied(source, arrays, one), arrays, progress)


def _share_models(store: Store) -> None:
    """Let other homes on the same images have the models, too."""
    for row in list_models(store):
        if (path := registered_file(row)) is not None:
            share(store, path)
