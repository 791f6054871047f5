"""What can go wrong in a way that a person can mend; each message says what, where and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager


class SeptumError(Exception):
    """Anything a reader or an engineer can mend; pages and the command line show its message as it is."""


class BadSetting(SeptumError):
    """A setting that cannot be used as it was given; names the variable, what it is and what is expected."""


class BadInput(SeptumError):
    """A file that cannot be imported or predicted as it stands."""


class BadCheckpoint(SeptumError):
    """A file that is no usable Septum checkpoint."""


class NotFound(SeptumError):
    """Something was asked for that is not in the store."""


class Conflict(SeptumError):
    """Someone else saved since this work began; nothing was overwritten."""


class StoreUnavailable(SeptumError):
    """The store cannot be read or written (disk full, read-only folder, damaged file)."""


class DamagedFile(StoreUnavailable):
    """A file of the store was read and is not what was written; to ask again brings nothing else."""


class RunRefused(SeptumError):
    """A run that cannot start or go on as it was asked for."""


class NotPromotable(SeptumError):
    """A model that has not earned the place of the active one."""


class OutOfMemory(SeptumError):
    """There is not the memory for what was asked; less at once may fit."""


# How torch says it, of the processor's memory and of a GPU's; both are a RuntimeError.
TOLD_BY_TORCH = ("can't allocate memory", "not enough memory", "out of memory")


@contextmanager
def one_memory_error() -> Iterator[None]:
    """Turn every way in which memory runs out within the block into one sentence.

    Raises:
        OutOfMemory: when it ran out.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        told = str(error)
        if isinstance(error, RuntimeError) and not any(words in told for words in TOLD_BY_TORCH):
            raise
        where = "the GPU" if "CUDA" in told else "the machine"
        raise OutOfMemory(
            f"{where} ran out of memory; choose smaller batches, or fewer or smaller slices, or close other "
            "programs"
        ) from error
