"""What a database or a disk refuses, told in one sentence each; a fault of our code stays one."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy import exc

from core.errors import StoreUnavailable


class Refusal(StrEnum):
    """Why the store cannot be used, as it is told; `place` is where it is, `reason` the other side's word."""

    BUSY = (
        "the store at {place} is busy: somebody else has been writing to it all the time ({reason}); "
        "nothing was changed, try again"
    )
    CROWDED = "too many are asking the store at {place} at once; nothing was changed, try again"
    FULL = (
        "the store at {place} cannot be written: its disk is full ({reason}); nothing was changed, "
        "free some space and try again"
    )
    READ_ONLY = (
        "the store at {place} cannot be written ({reason}); give this user permissions there, "
        "or choose a folder you may write to by SEPTUM_HOME"
    )
    ABSENT = (
        "the store at {place} cannot be opened ({reason}); check that its folder is there, its permissions, "
        "or choose another folder by SEPTUM_HOME"
    )
    DISK = (
        "the disk of the store at {place} cannot be read or written ({reason}); nothing was changed, "
        "check the disk and the space on it"
    )
    DAMAGED = "the store at {place} is damaged ({reason}); put a backup in its place or set SEPTUM_HOME"
    MEMORY = "there is not enough memory to ask the store at {place} ({reason}); end other programs"
    UNREACHABLE = (
        "the database at {place} cannot be reached ({reason}); check that it is up and that SEPTUM_DATABASE "
        "names it, then try again"
    )


OF_SQLITE = {  # by its primary result codes, https://sqlite.org/rescode.html
    sqlite3.SQLITE_BUSY: Refusal.BUSY,
    sqlite3.SQLITE_LOCKED: Refusal.BUSY,
    sqlite3.SQLITE_PROTOCOL: Refusal.BUSY,
    sqlite3.SQLITE_FULL: Refusal.FULL,
    sqlite3.SQLITE_READONLY: Refusal.READ_ONLY,
    sqlite3.SQLITE_PERM: Refusal.READ_ONLY,
    sqlite3.SQLITE_AUTH: Refusal.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Refusal.ABSENT,
    sqlite3.SQLITE_IOERR: Refusal.DISK,
    sqlite3.SQLITE_CORRUPT: Refusal.DAMAGED,
    sqlite3.SQLITE_NOTADB: Refusal.DAMAGED,
    sqlite3.SQLITE_NOMEM: Refusal.MEMORY,
}
PRIMARY = 0xFF  # the bits of a result code that are its primary one

OF_POSTGRESQL = {  # by the beginnings of its codes, https://www.postgresql.org/docs/current/errcodes-appendix.html
    "40": Refusal.BUSY,  # deadlock, serialization failure
    "55P03": Refusal.BUSY,  # a lock not had in time
    "53300": Refusal.CROWDED,
    "53200": Refusal.MEMORY,
    "53100": Refusal.FULL,
    "25006": Refusal.READ_ONLY,
    "42501": Refusal.READ_ONLY,
    "58": Refusal.DISK,
    "XX001": Refusal.DAMAGED,
    "XX002": Refusal.DAMAGED,
    "08": Refusal.UNREACHABLE,
    "28": Refusal.UNREACHABLE,  # not let in
    "3D": Refusal.UNREACHABLE,  # no such database
    "57": Refusal.UNREACHABLE,  # shutting down
}

OF_DISKS = {
    errno.ENOSPC: Refusal.FULL,
    errno.EDQUOT: Refusal.FULL,
    errno.EROFS: Refusal.READ_ONLY,
    errno.EACCES: Refusal.READ_ONLY,
    errno.EPERM: Refusal.READ_ONLY,
    errno.ENOENT: Refusal.ABSENT,
    errno.ENOTDIR: Refusal.ABSENT,
    errno.EEXIST: Refusal.ABSENT,  # a file where a folder should be made
    errno.ENOMEM: Refusal.MEMORY,
}


@contextmanager
def translate_db_errors(place: str) -> Iterator[None]:
    """Turn what the database refuses into one sentence; what is a fault of our code passes as it is.

    Raises:
        StoreUnavailable: with the sentence.
    """
    try:
        yield
    except exc.TimeoutError as error:
        raise StoreUnavailable(Refusal.CROWDED.format(place=place)) from error
    except exc.DBAPIError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise StoreUnavailable(refusal.format(place=place, reason=first_line(error.orig))) from error


@contextmanager
def translate_disk_errors(place: str) -> Iterator[None]:
    """Turn what a disk refuses into one sentence.

    Raises:
        StoreUnavailable: with the sentence.
    """
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(disk_refusal(place, error)) from error


def disk_refusal(place: str, error: OSError) -> str:
    """Return the sentence for what a disk refused."""
    refusal = OF_DISKS.get(error.errno or 0, Refusal.DISK)
    return refusal.format(place=place, reason=error.strerror or first_line(error))


def refusal_of(error: exc.DBAPIError) -> Refusal | None:
    """Return why the database refused; None where our code asked for what cannot be."""
    if error.connection_invalidated:
        return Refusal.UNREACHABLE
    if isinstance(error.orig, sqlite3.Error):
        return OF_SQLITE.get(getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no server was there to give one
        return Refusal.UNREACHABLE if isinstance(error, exc.OperationalError) else None
    return next((refusal for start, refusal in OF_POSTGRESQL.items() if state.startswith(start)), None)


def first_line(error: BaseException | None) -> str:
    """Return the first line of what an error says."""
    return next(iter(str(error).splitlines()), "no reason given")
