"""Files of models: found by their hash, copied into the home, written there under a free name."""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

from core.durable import write_durably, write_new
from core.errors import BadCheckpoint, StoreUnavailable
from core.recipes.checkpoint_header import file_sha256
from core.records.models import ModelRow
from core.settings import settings
from core.store.models.model_paths import candidate_paths, models_folder

SUFFIX = ".safetensors"
HASH_DIGITS = 8  # of a copy's name; two copies that share them and the name would be told as damaged


def registered_file(row: ModelRow) -> Path | None:
    """Return the file that holds what was registered as this model, or None where none does any more."""
    shipped = settings().checkpoints / f"{row.name}{SUFFIX}"  # the very same may still be there
    brought = models_folder() / short_name(Path(row.path).name, row.sha256)  # where its own name was taken
    for path in (*candidate_paths(row.path), brought, shipped):
        if holds(path, row.sha256):
            return path
    return None


def own_copy(path: Path, sha256: str) -> Path:
    """Return the store's own file of these bytes: the path itself where it lies in the home, else a copy.

    Raises:
        BadCheckpoint: when the file changed since its hash was taken.
        StoreUnavailable: when the copy cannot be written.
    """
    folder = models_folder()
    if path.resolve().is_relative_to(folder.resolve()):
        return path
    own = folder / short_name(path.name, sha256)
    if holds(own, sha256):
        return own
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BadCheckpoint(f"{path.name} changed while it was read; try again once it stays as it is")
    try:
        write_durably(own, data)
    except OSError as error:
        raise unwritable(folder, error) from error
    return own


def keep_checkpoint(name: str, data: bytes, sha256: str) -> Path:
    """Write a checkpoint under its name into the home, or the first free one like it; returns where.

    A file of the same bytes is taken as it is: an import that was killed may have left it.

    Raises:
        StoreUnavailable: when it cannot be written.
    """
    folder = models_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in names_like(folder, name):
            if holds(path, sha256):
                return path
            if not path.exists():
                write_new(path, data)
                return path
    except FileExistsError:  # another import took the name just now
        return keep_checkpoint(name, data, sha256)
    except OSError as error:
        raise unwritable(folder, error) from error
    raise AssertionError("unreachable")


def names_like(folder: Path, name: str) -> Iterator[Path]:
    """Yield the files `name`, `name-2`, `name-3` and so on, without end."""
    yield folder / f"{name}{SUFFIX}"
    number = 1
    while True:
        number += 1
        yield folder / f"{name}-{number}{SUFFIX}"


def unwritable(folder: Path, error: OSError) -> StoreUnavailable:
    """Return the error for a home that takes no file."""
    return StoreUnavailable(
        f"no model can be kept in {folder} ({error.strerror or error}); free some space, or choose a folder "
        "you may write to by SEPTUM_HOME"
    )


def short_name(name: str, sha256: str) -> str:
    """Return the name of a copy of a file: its own, and the beginning of its hash."""
    return f"{tidy_name(name)}-{sha256[:HASH_DIGITS]}{SUFFIX}"


def tidy_name(name: str) -> str:
    """Return a file name of letters, digits, dots and dashes, without its folder and ending.

    >>> tidy_name("../../my model (2).safetensors")
    'my-model-2'
    """
    stem = PurePosixPath(name.replace("\\", "/")).name.removesuffix(SUFFIX)
    return re.sub(r"[^A-Za-z0-9.]+", "-", stem).strip("-.")[:60] or "model"


def holds(path: Path, sha256: str) -> bool:
    """Whether the path is a file of the bytes with this SHA-256: the one check of what was registered."""
    return path.is_file() and content_sha256(path) == sha256


def content_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, computed again only when the file has changed."""
    stat = path.stat()
    # Whoever copies a file with its times and its size cannot set when that was done.
    return _sha256(path, (stat.st_ino, stat.st_ctime_ns, stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=256)
def _sha256(path: Path, _version: tuple[int, int, int, int]) -> str:
    return file_sha256(path)
