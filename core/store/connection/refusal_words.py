"""Why a store cannot be used, in the sentences that people read."""

from enum import StrEnum


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
        "the database at {place} cannot be reached ({reason}); nothing was changed, check that it is up and "
        "that SEPTUM_DATABASE names it, then try again"
    )
    UNSURE = (
        "the line to the database at {place} broke before it said that it kept what was asked ({reason}); "
        "look whether it did before you ask again"
    )
    UNSURE_COPY = (
        "the line to the database at {place} broke before it said that it kept the copy ({reason}), which it "
        "may or may not have; give the same `copy-store` again: it goes on, or says that there is a store "
        "already, and then all of it was kept"
    )
    NO_ENTRY = (
        "the database at {place} does not let Septum in ({reason}); check user and password in "
        "SEPTUM_DATABASE, and whom the server lets in from here"
    )
    NO_DATABASE = (
        "the server at {place} has no database of that name ({reason}); make one there, as by createdb, or "
        "name another in SEPTUM_DATABASE"
    )
    FORBIDDEN = (
        "the database at {place} does not let its user do that ({reason}); let the user that SEPTUM_DATABASE "
        "names own the database, or name another"
    )
    READ_ONLY_SERVER = (
        "the server at {place} lets nobody write ({reason}); name the one in SEPTUM_DATABASE that does, not "
        "its standby"
    )
