"""The logs of workers: one a kind of run, never longer than some megabytes."""

from contextlib import suppress
from pathlib import Path

from core.records import RunKind
from core.settings import settings

MOST_BYTES = 4_000_000  # of a log
KEPT_BYTES = 1_000_000  # of its end, once it is longer


def log_file(kind: RunKind) -> Path:
    """Where workers for a kind of run write what goes wrong."""
    return settings().home / "logs" / f"{kind.value}.log"


def trim_log(kind: RunKind) -> None:
    """Leave the end of a log that has grown too long; workers append, and so go on after it."""
    with suppress(FileNotFoundError), log_file(kind).open("r+b") as log:
        size = log.seek(0, 2)
        if size <= MOST_BYTES:
            return
        log.seek(size - KEPT_BYTES)
        end = log.read()
        log.seek(0)
        log.write(end)
        log.truncate()
