"""What a database or a disk refuses, told in one sentence each; a fault of our code stays one."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from core.errors import StoreUnavailable
from core.store.connection.refusal_words import Refusal
from core.store.connection.server import is_gone

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

# Before a line stands, a driver tells no code but only the server's words, in English unless the server is
# set otherwise. What is not found here is told as not reached.
AT_THE_DOOR = (
    (("too many", "remaining connection slots"), Refusal.CROWDED),
    (("starting up", "shutting down", "not yet accepting", "recovery mode"), Refusal.UNREACHABLE),
    (('FATAL:  database "',), Refusal.NO_DATABASE),
    (("FATAL", "no password supplied"), Refusal.NO_ENTRY),
)
# What a person does about it is another thing on a server than on the machine's own disk.
ON_SERVERS = {"42501": Refusal.FORBIDDEN, "25006": Refusal.READ_ONLY_SERVER}

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
        state = getattr(error.orig, "sqlstate", None) or ""
        refusal = ON_SERVERS.get(state, refusal)
        raise StoreUnavailable(refusal.format(place=place, reason=reason_of(error))) from error


@contextmanager
def told_as_unsure(place: str, refusal: Refusal = Refusal.UNSURE) -> Iterator[None]:
    """Turn a line that breaks during a commit into one sentence: nobody knows whether it was kept.

    Args:
        place: where the database is.
        refusal: the sentence, which says what to do about it.

    Raises:
        StoreUnavailable: with the sentence.
    """
    try:
        yield
    except exc.DBAPIError as error:
        if not is_gone(error):
            raise
        raise StoreUnavailable(refusal.format(place=place, reason=reason_of(error))) from error


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
    if is_gone(error):
        return Refusal.UNREACHABLE
    if isinstance(error.orig, sqlite3.Error):
        return OF_SQLITE.get(getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no line stood on which to give one
        return at_the_door(str(error.orig)) if isinstance(error, exc.OperationalError) else None
    return next((refusal for start, refusal in OF_POSTGRESQL.items() if state.startswith(start)), None)


def at_the_door(words: str) -> Refusal:
    """Return why a server gave no line at all, by its words.

    >>> at_the_door('FATAL:  password authentication failed for user "ann"').name
    'NO_ENTRY'
    >>> at_the_door('failed to resolve host').name
    'UNREACHABLE'
    """
    found = (refusal for signs, refusal in AT_THE_DOOR if any(sign in words for sign in signs))
    return next(found, Refusal.UNREACHABLE)


def reason_of(error: exc.DBAPIError) -> str:
    """Return what the other side says, without what a driver says of the place again.

    Where a name has several addresses, the last that was tried counts.
    """
    lines = [line for line in str(error.orig).splitlines() if line.strip()]
    tried = [line for line in lines if line.lstrip().startswith("- host")] or lines[:1] or ["no reason given"]
    return tried[-1].rpartition(" failed: ")[2].strip()


def first_line(error: BaseException | None) -> str:
    """Return the first line of what an error says."""
    return next(iter(str(error).splitlines()), "no reason given")
