"""What a listing says of each file, whatever kind of storage gives it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

WRITTEN = ("LastModified", "mtime", "updated", "last_modified", "created")  # as kinds of storage call it


@dataclass(frozen=True)
class Entry:
    """A file of a folder."""

    name: str  # below the folder
    n_bytes: int
    age_seconds: float  # since it was written; 0 where nobody tells

    @classmethod
    def told(cls, name: str, facts: Mapping[str, object]) -> "Entry":
        """Return what fsspec's details of a file come to."""
        size = facts.get("size")
        written = next((facts[key] for key in WRITTEN if facts.get(key)), None)
        return cls(name, size if isinstance(size, int) else 0, _age_seconds(written))


def _age_seconds(written: object) -> float:
    """How long ago a moment was, by this machine's clock."""
    if isinstance(written, datetime):
        moment = written if written.tzinfo else written.replace(tzinfo=UTC)
        return time.time() - moment.timestamp()
    return time.time() - written if isinstance(written, int | float) else 0.0
