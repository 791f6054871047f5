"""Uploaded files on the disk instead of in memory, each as long as its browser has it in its list.

The server writes them as they arrive. What the screen framework keeps of a file is a word by which it is
found here; the name that a browser gives is never a path.
"""

import os
import secrets
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import StoreUnavailable
from core.scratch import scratch_folder, translate_disk_errors
from core.settings import settings

MARK = b"kept by Septum's spool: "
RESERVED_BYTES = 200_000_000  # bytes of the disk that no upload takes: what readers draw needs some kilobytes
LOST_UPLOAD = "what was uploaded is no longer there; drop the files again"


@dataclass(frozen=True)
class Upload:
    """One file that a browser sent."""

    name: str  # as the browser has it, with folders; never a path of this machine
    path: Path  # where its bytes lie, under a name of ours

    @property
    def n_bytes(self) -> int:
        """How large it is."""
        return self.path.stat().st_size


@dataclass(frozen=True)
class Spooled:
    """One file that arrived, or what kept it from arriving."""

    path: Path | None  # None for one that did not arrive whole
    problem: str = ""


@dataclass
class Spool:
    """The uploads of this process's sessions; safe to use from any thread."""

    _files: dict[bytes, Spooled] = field(default_factory=dict)
    _words: dict[tuple[str, str], bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, session: str, file_id: str, file: Spooled, word: bytes) -> None:
        """Take a file that has arrived into a session's keeping, in place of an earlier one of its id.

        Args:
            session: that the browser has with the server.
            file_id: which of its files it is.
            file: where it lies.
            word: as `new_word` made it.
        """
        self.drop(session, file_id)
        with self._lock:
            self._files[word] = file
            self._words[session, file_id] = word

    def hold(self, session: str, file_id: str, data: bytes) -> Path:
        """Return where an upload lies that came as bytes, with no server of ours in between; written once.

        Raises:
            StoreUnavailable: when it cannot be written.
        """
        with self._lock:
            known = self._files.get(self._words.get((session, file_id), b""))
        if known is not None and known.path is not None and known.path.exists():
            return known.path
        path = new_file()
        try:
            with translate_disk_errors(settings().home):
                path.write_bytes(data)
        except StoreUnavailable:
            path.unlink(missing_ok=True)
            raise
        self.keep(session, file_id, Spooled(path), new_word())
        return path

    def find(self, word: bytes) -> Path | None:
        """Return where the file lies that this is the word for; None where it is no word but a file's bytes.

        Raises:
            StoreUnavailable: when the file could not be kept, or is gone.
        """
        if not word.startswith(MARK):
            return None
        file = self._files.get(word)
        if file is None or file.path is None or not file.path.exists():
            raise StoreUnavailable(file.problem if file is not None and file.problem else LOST_UPLOAD)
        return file.path

    def drop(self, session: str, file_id: str) -> None:
        """Forget a file and delete it; one that is not there is none to delete."""
        self._drop(lambda key: key == (session, file_id))

    def drop_session(self, session: str) -> None:
        """Forget and delete all files of a session."""
        self._drop(lambda key: key[0] == session)

    def sessions(self) -> frozenset[str]:
        """Return the sessions that have files here."""
        with self._lock:
            return frozenset(session for session, _ in self._words)

    def _drop(self, goes: Callable[[tuple[str, str]], bool]) -> None:
        with self._lock:
            words = [self._words.pop(key) for key in list(self._words) if goes(key)]
            files = [self._files.pop(word) for word in words]
        for file in files:
            if file.path is not None:
                file.path.unlink(missing_ok=True)


SPOOL = Spool()


def new_word() -> bytes:
    """Return a word that nobody can guess."""
    return MARK + secrets.token_hex(16).encode()


def new_file() -> Path:
    """Return a path in this process's own folder that nobody has.

    Raises:
        StoreUnavailable: when the folder cannot be made.
    """
    folder = scratch_folder() / "uploads"
    with translate_disk_errors(settings().home):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder / secrets.token_hex(16)


def link_or_copy(file: Path, target: Path) -> None:
    """Let a file lie in a second place, where the disk allows it without a copy."""
    try:
        os.link(file, target)
    except OSError:  # another disk, or one that knows no links
        shutil.copyfile(file, target)


def append(path: Path, data: bytes) -> None:
    """Write more bytes to an upload's file, as long as the disk keeps room for readers' work.

    Raises:
        StoreUnavailable: when it does not, or they cannot be written.
    """
    with translate_disk_errors(settings().home):
        if shutil.disk_usage(path.parent).free - len(data) < RESERVED_BYTES:
            raise StoreUnavailable(
                f"the disk of {settings().home} is too full for what was uploaded; free some space there, or "
                "import less at a time"
            )
        with path.open("ab") as file:
            file.write(data)
