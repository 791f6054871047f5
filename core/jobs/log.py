"""The logs of workers: one for each kind of run, never longer than some megabytes."""

from contextlib import suppress
from pathlib import Path

from core.records.runs import RunKind
from core.settings import settings

MAX_BYTES = 4_000_000  # of a log
KEPT_BYTES = 1_000_000  # of its end, once it is longer


def log_file(kind: RunKind) -> Path:
    """Return the file into which workers for a kind of run write what goes wrong."""
    return settings().home / "logs" / f"{kind.value}.log"


def trim_log(kind: RunKind) -> None:
    """Cut a log that has grown too long down to its end; workers append, and so go on after it."""
    with suppress(FileNotFoundError), log_file(kind).open("r+b") as log:
        size = log.seek(0, 2)
        if size <= MAX_BYTES:
            return
        log.seek(size - KEPT_BYTES)
        end = log.read()
        log.seek(0)
        log.write(end)
        log.truncate()
