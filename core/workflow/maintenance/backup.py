"""A copy of the whole store while the app and its workers go on: every file that the copy names is in it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from core.durable import sync_folder
from core.errors import BadInput, StoreUnavailable
from core.settings import settings
from core.store.backup import copy_database, named_files, named_models, names_file, names_model
from core.store.connection.refusals import translate_disk_errors
from core.store.database import Store, open_store
from core.store.files.arrays import ArrayFolder
from core.store.files.kinds import ARRAY, MODEL, name_of
from core.store.models.model_paths import models_folder
from core.workflow.import_runs.run_folder import imports_folder
from core.workflow.maintenance.files import CopyResult, Named, Progress, copied, on_this_machine, put_all
from core.workflow.run_files import is_file_of, runs_folder

ATTEMPTS = 5  # where series are deleted while their images are copied
PARTIAL = ".partial"
DATABASE = "septum.sqlite"


def backup(to: Path, progress: Progress = lambda done, total: None) -> CopyResult:
    """Copy the store to a new folder, which appears under its name once it is whole.

    The database comes first and as of one moment, then every image, model and file of a run that it names,
    wherever they are, then what runs and imports keep in the home. On one disk, what never changes is not
    copied but linked.

    Raises:
        BadInput: when there is something in the folder already, or it lies in the home.
        StoreUnavailable: when the copy cannot be written.
    """
    store, to = open_store(), to.resolve()
    if to.is_relative_to(settings().home.resolve()):
        raise BadInput(f"{to} lies in the home, which is to be copied; name a folder elsewhere")
    with translate_disk_errors(str(to)):
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise BadInput(f"there is something at {to} already; name a new folder")
        to.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{to.name}.", suffix=PARTIAL, dir=to.parent))
        try:
            done = _copied(store, folder, progress)
            os.sync()
            folder.replace(to)
            sync_folder(to.parent)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return done


def _copied(store: Store, folder: Path, progress: Progress) -> CopyResult:
    """Copy everything, from the beginning where something was deleted meanwhile."""
    for _ in range(ATTEMPTS):
        copy_database(store, folder / DATABASE)
        missing = _copy_files(store, folder, progress)
        _copy_folder(models_folder(), folder / "models", put=link)
        models = _missing_models(store, folder)
        still = [names_file(store, digest) for digest, _ in missing] + [
            names_model(store, path) for path in models
        ]
        if not all(still):
            continue
        _copy_folder(runs_folder(), folder / "runs", put=copy)
        _copy_folder(imports_folder(), folder / "imports", put=copy)
        n_images = sum(ending == ARRAY for _, ending in named_files(folder / DATABASE))
        return CopyResult(n_images, (*(f"arrays/{name_of(*one)}" for one in missing), *models))
    raise StoreUnavailable("series or models were deleted all the time while they were copied; try again")


def _copy_files(store: Store, folder: Path, progress: Progress) -> list[tuple[str, str]]:
    """Copy the files that the copied database names; returns digest and ending of those that are missing."""
    arrays, named = ArrayFolder(str(folder / "arrays")), list(named_files(folder / DATABASE))
    return put_all(named, lambda one: _put(store.arrays, arrays, one), store.arrays, progress)


def _put(source: ArrayFolder, target: ArrayFolder, named: Named) -> bool:
    """Copy one file of the store; returns whether it is there and, from another machine, whole."""
    path = target.path(*named)
    if source.folder is None:
        return path.exists() or copied(source, target, named)  # there from an attempt before
    try:
        link(source.path(*named), path)
    except FileNotFoundError:
        return False
    return True


def _missing_models(store: Store, folder: Path) -> list[str]:
    """The models of the home that the copied database names, and that neither this home nor others gave."""
    missing = []
    for path, sha256 in named_models(folder / DATABASE):
        target = folder / path
        if Path(path).is_absolute() or is_file_of(target, sha256):
            continue
        with on_this_machine(store.arrays, (sha256, MODEL)) as shared:
            if shared is not None:
                target.unlink(missing_ok=True)  # of another machine, under the same name
                link(shared, target)
                continue
        if not target.is_file():
            missing.append(path)
    return missing


def _copy_folder(source: Path, target: Path, put: Callable[[Path, Path], None]) -> None:
    """Copy the files of a folder; those that go meanwhile are left out."""
    for path in files_of(source):
        try:
            put(path, target / path.relative_to(source))
        except FileNotFoundError:
            continue


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the finished files below a folder, in order; none where there is none."""
    if folder.is_dir():
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != PARTIAL)


def link(source: Path, target: Path) -> None:
    """Link a file that never changes to a second name, or copy it where that cannot be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return  # from an attempt before
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one without links
        copy(source, target)


def copy(source: Path, target: Path) -> None:
    """Copy a file that may be written to meanwhile, as it is now."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
