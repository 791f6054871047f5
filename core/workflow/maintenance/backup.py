"""A copy of the whole store while the app and its workers go on: every file that the copy names is in it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.durable import sync_folder
from core.errors import BadInput, StoreUnavailable
from core.settings import settings
from core.store.backup import copy_database, named_images, named_models, names_image, names_model
from core.store.checks.contents import contents
from core.store.connection.refusals import translate_disk_errors
from core.store.database import Store, open_store
from core.store.files.arrays import ArrayFolder
from core.store.files.kinds import name_of
from core.store.models.model_paths import models_folder
from core.workflow.import_runs.run_folder import imports_folder
from core.workflow.run_files import runs_folder

ATTEMPTS = 5  # where series are deleted while their images are copied
PARTIAL = ".partial"
Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class BackupResult:
    """What was copied, and what was missing."""

    n_images: int
    missing: tuple[str, ...]  # files that the store names and that are not there, below the home
    left_out: str  # the address of images that are on another machine; "" where all are in the backup


def backup(to: Path, progress: Progress = lambda done, total: None) -> BackupResult:
    """Copy the store to a new folder, which appears under its name once it is whole.

    The database comes first and as of one moment, then every image and model that it names, then what runs
    and imports keep. On one disk, images and models, which never change, are not copied but linked.

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


def _copied(store: Store, folder: Path, progress: Progress) -> BackupResult:
    """Copy everything, from the beginning where something was deleted meanwhile."""
    for _ in range(ATTEMPTS):
        copy_database(store, folder / "septum.sqlite")
        n_images, images = _copy_images(store, folder, progress)
        _copy_folder(models_folder(), folder / "models", put=link)
        models = _missing_models(folder)
        still = [names_image(store, digest) for digest in images] + [
            names_model(store, path) for path in models
        ]
        if not all(still):
            continue
        _copy_folder(runs_folder(), folder / "runs", put=copy)
        _copy_folder(imports_folder(), folder / "imports", put=copy)
        missing = (*(f"arrays/{name_of(digest)}" for digest in images), *models)
        return BackupResult(n_images, missing, "" if store.arrays.folder else store.arrays.url)
    raise StoreUnavailable("series or models were deleted all the time while they were copied; try again")


def _copy_images(store: Store, folder: Path, progress: Progress) -> tuple[int, list[str]]:
    """Copy the images that the copied database names; returns how many, and those that are not there."""
    if store.arrays.folder is None:
        return 0, []
    total = contents(store).images
    arrays, n_images, missing = ArrayFolder(str(folder / "arrays")), 0, []
    for n_images, digest in enumerate(named_images(folder / "septum.sqlite"), 1):
        try:
            link(store.arrays.path(digest), arrays.path(digest))
        except FileNotFoundError:
            missing.append(digest)
        progress(n_images, max(total, n_images))
    return n_images, missing


def _missing_models(folder: Path) -> list[str]:
    """The models of the home that the copied database names, and that are not in the copy."""
    named = named_models(folder / "septum.sqlite")
    return [path for path in named if not Path(path).is_absolute() and not (folder / path).is_file()]


def _copy_folder(source: Path, target: Path, put: Callable[[Path, Path], None]) -> None:
    """Copy the files of a folder; those that go meanwhile are left out."""
    for path in _files(source):
        try:
            put(path, target / path.relative_to(source))
        except FileNotFoundError:
            continue


def _files(folder: Path) -> Iterator[Path]:
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
