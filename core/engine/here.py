"""The engine of one machine: the worker of a run does its shards itself, one after the other."""

import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from core.engine.shard import Node, Outcome, Shard, ShardControl, ShardWork
from core.errors import BadCheckpoint, DamagedFile, RunRefused, SeptumError, StoreUnavailable
from core.records.runs import RunRow
from core.store.database import Store

UNEXPECTED = "an unexpected error ({}); the log in logs/ has the details"


@dataclass
class HereControl:
    """A shard's side of a run whose worker is in this process."""

    store: Store
    run: RunRow
    token: str
    done: Callable[[int], None]


class Here:
    """Does a shard when somebody waits for it."""

    def __init__(self, work: ShardWork, control: HereControl) -> None:
        """Take what does a shard, and what it writes to."""
        self._work, self._control = work, control
        self._waiting: deque[Shard] = deque()

    def submit(self, shard: Shard) -> None:
        """Put it behind the others."""
        self._waiting.append(shard)

    def finished(self, seconds: float) -> list[Outcome]:
        """Do the next one, however long it takes."""
        if not self._waiting:
            return []
        return [attempt(self._work, self._control, self._waiting.popleft())]

    def cancel(self) -> None:
        """Forget those that wait."""
        self._waiting.clear()

    def nodes(self) -> list[Node]:
        """None but the worker."""
        return []


def attempt(work: ShardWork, control: ShardControl, shard: Shard) -> Outcome:
    """Do a shard; returns how it ended.

    Raises:
        Cancelled: when somebody asked to stop.
        RunRefused: when the run is no longer this worker's.
    """
    try:
        return Outcome(shard, tuple(work(control, shard.slice_ids)))
    except RunRefused:
        raise
    except DamagedFile as error:  # of a slice, wherever it is read
        return Outcome(shard, problem=str(error))
    except (StoreUnavailable, BadCheckpoint) as error:  # of this machine, for all that one can tell here
        return Outcome(shard, problem=str(error), again=True)
    except SeptumError as error:
        return Outcome(shard, problem=str(error))
    except Exception as error:  # a bug, or a slice that nobody foresaw: it shall not take the others with it
        traceback.print_exc()
        return Outcome(shard, problem=UNEXPECTED.format(type(error).__name__))
