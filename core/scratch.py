"""What is temporary lies in the home, for its owner's eyes alone, and is swept once its process is gone.

Files of patients may be among it. On the disk of the store a file can be moved into its place by a link,
and nothing of it is left behind in a folder that all users of the machine share.
"""

import atexit
import fcntl
import os
import secrets
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import StoreUnavailable
from core.settings import settings

SCRATCH = "scratch"
LOCK = ".lock"


@dataclass(frozen=True)
class _OwnFolder:
    """The folder of one process, whose lock the system lets go of whatever the process dies of."""

    process: int
    home: Path
    path: Path
    lock: BinaryIO

    def serves(self, home: Path) -> bool:
        """Whether it is this process's own, in this home, and still there."""
        return (self.process, self.home) == (os.getpid(), home) and self.path.is_dir()

    def give_up(self) -> None:
        """Delete it; a child that was forked leaves its parent's alone."""
        if self.process == os.getpid():
            shutil.rmtree(self.path, ignore_errors=True)
        self.lock.close()


_own: _OwnFolder | None = None
_one_thread = threading.Lock()


def scratch_folder() -> Path:
    """This process's folder for what is temporary, made at its first use and gone when the process is.

    Raises:
        StoreUnavailable: when it cannot be made.
    """
    global _own
    home = settings().home
    with _one_thread, translate_disk_errors(home):
        if _own is None or not _own.serves(home):
            if _own is not None:
                _own.give_up()
            _own = _made(home)
        return _own.path


@contextmanager
def temporary_folder(purpose: str) -> Iterator[Path]:
    """Yield an empty folder that is gone, with all that is in it, when the block ends.

    Raises:
        StoreUnavailable: when it cannot be made.
    """
    with translate_disk_errors(settings().home):
        folder = tempfile.TemporaryDirectory(
            prefix=f"{purpose}-", dir=scratch_folder(), ignore_cleanup_errors=True
        )
    with folder as name:
        yield Path(name)


def sweep_scratch() -> int:
    """Delete the folders of processes that are gone; returns how many. One whose process lives is left alone.

    Raises:
        StoreUnavailable: when the home cannot be used.
    """
    home = settings().home
    root = home / SCRATCH
    if not root.is_dir():
        return 0
    with translate_disk_errors(home), _no_other_process(root):
        gone = [folder for folder in root.iterdir() if folder.is_dir() and not _is_in_use(folder)]
        for folder in gone:
            shutil.rmtree(folder, ignore_errors=True)
    return sum(not folder.exists() for folder in gone)


def delete_scratch() -> None:
    """Delete this process's folder; what needs one later gets another."""
    global _own
    with _one_thread:
        if _own is not None:
            _own.give_up()
        _own = None


def private_folder(path: Path) -> Path:
    """Make a folder, where it is missing, that no other user may look into.

    A group keeps its rights where the folder hands its group on (the setgid bit): so do labs share a home.
    """
    path.mkdir(parents=True, exist_ok=True)
    status = path.stat()
    others = stat.S_IRWXO if status.st_mode & stat.S_ISGID else stat.S_IRWXO | stat.S_IRWXG
    if status.st_uid == os.geteuid():
        path.chmod(stat.S_IMODE(status.st_mode) & ~others)
    return path


@contextmanager
def translate_disk_errors(folder: Path) -> Iterator[None]:
    """Turn what the system says against writing into one sentence.

    Raises:
        StoreUnavailable: in place of any OSError.
    """
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"{folder} cannot be written ({error.strerror or type(error).__name__}); free some space there, "
            "or let SEPTUM_HOME name a folder that can be written"
        ) from error


def _made(home: Path) -> _OwnFolder:
    root = private_folder(home / SCRATCH)
    with _no_other_process(root):
        path = root / f"{os.getpid()}-{secrets.token_hex(6)}"
        path.mkdir(mode=0o700)
        lock = (path / LOCK).open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return _OwnFolder(os.getpid(), home, path, lock)


def _is_in_use(folder: Path) -> bool:
    """Whether a living process has its lock; the number of a process would tell nothing after a reboot."""
    try:
        with (folder / LOCK).open("r+b") as lock:  # a network drive locks only what is open for writing
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except (BlockingIOError, PermissionError):  # another user's is for that user to sweep
        return True
    return False


@contextmanager
def _no_other_process(root: Path) -> Iterator[None]:
    """Folders are made and swept by one process at a time: one that has no lock yet is no leftover."""
    with (root / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


atexit.register(delete_scratch)
