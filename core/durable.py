"""Write files that are whole or absent after any crash, and on the disk when the writer is told so."""

import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

WITHOUT_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS)  # of disks such as exFAT's, and of some networks


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that takes the place of the path when the block ends without an error.

    Its folder must be there. Until the end whoever reads the path finds what was there before. No two writers
    share a temporary file, whatever their threads and processes; the last to end wins.
    """
    with _complete(path) as (file, partial):
        yield file
        _settle(file)
        partial.replace(path)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file over what is there, in one step; its folder is made where it is missing."""
    _make_folder(path.parent)
    with replacing(path) as file:
        file.write(data)


def copy_durably(source: Path, path: Path) -> None:
    """Write what a file holds over what is at a path, in one step; its folder is made where it is missing.

    On one disk the two are then one file under two names, which must never be written to again.
    """
    _make_folder(path.parent)
    with source.open("rb") as file:
        os.fsync(file.fileno())
    link = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.partial")
    try:
        os.link(source, link)
    except OSError:  # another disk, or one without links
        with source.open("rb") as file, replacing(path) as copy:
            shutil.copyfileobj(file, copy)
        return
    try:
        link.replace(path)
    finally:
        link.unlink(missing_ok=True)  # where both were the same file already, a rename does nothing
    sync_folder(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that appears whole under its name, and only where none has it yet.

    Raises:
        FileExistsError: when the name is taken; what is there stays as it is.
    """
    with _complete(path) as (file, partial):
        file.write(data)
        _settle(file)
        _name_new(partial, path)


def name_new(finished: Path, path: Path) -> None:
    """Let a file lie under another name of its disk, and only where none has it yet; it is synced before.

    Where the disk has links, the old name stays as well.

    Raises:
        FileExistsError: when the name is taken; what is there stays as it is.
    """
    with finished.open("rb") as file:
        os.fsync(file.fileno())
    _name_new(finished, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk; files that are synced can still lose their names without it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _complete(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A temporary file beside the path, gone when the block ends, and the folder on the disk after it."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".partial", dir=path.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:  # buffered: a full disk raises, where os.write could fall short
            os.fchmod(file.fileno(), 0o666 & ~UMASK)
            yield file, partial
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def _name_new(finished: Path, path: Path) -> None:
    try:
        os.link(finished, path)  # unlike a rename, it fails where the name is taken
    except OSError as error:
        if error.errno not in WITHOUT_LINKS:
            raise
        path.open("xb").close()  # the first to take the name has it; a crash just here leaves it empty
        finished.replace(path)


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _read_umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


UMASK = _read_umask()  # of this process; only setting it tells it, which is safe before there are threads


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each with its name on the disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
