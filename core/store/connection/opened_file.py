"""Whether the database's file is still the one that was opened: what goes into a removed one is lost."""

import os
from collections.abc import MutableMapping
from dataclasses import dataclass

from core.errors import StoreUnavailable

Identity = tuple[int, int] | None  # device and number of a file; None where there is none
LOG = "files of SQLite's log"


@dataclass(frozen=True)
class OpenedFile:
    """The file of a database as it was when the store was opened."""

    place: str
    identity: Identity

    @classmethod
    def at(cls, place: str) -> "OpenedFile":
        """Return the file that is there now, which must be the one that has been opened."""
        return cls(place, identity_of(place))

    def require(self) -> None:
        """Raise StoreUnavailable unless the file at the place is still the one that was opened."""
        if identity_of(self.place) != self.identity:
            self._refuse()

    def require_with_log(self, known: MutableMapping[str, Identity]) -> None:
        """Raise StoreUnavailable unless the file and the log beside it are those that a connection has open.

        Args:
            known: what is kept for the connection as long as it is open. While it is, SQLite never replaces
                the log.
        """
        self.require()
        identity_now = identity_of(f"{self.place}-wal")
        if known.setdefault(LOG, identity_now) != identity_now:
            self._refuse()

    def _refuse(self) -> None:
        raise StoreUnavailable(
            f"the store's file {self.place} was replaced or removed while Septum was running, so nothing can "
            "be saved; stop Septum and its workers, see that the right file is there, start again"
        )


def identity_of(place: str) -> Identity:
    """Return the device and number of the file at a place, or None."""
    try:
        status = os.stat(place)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
