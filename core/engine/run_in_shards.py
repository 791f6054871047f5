"""A run cut into shards: handed in a few at a time, halved where one fails, until a slice is named."""

import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.engine.choice import engine_for
from core.engine.shard import Engine, Node, Outcome, Shard
from core.errors import RunRefused, StoreUnavailable
from core.jobs.control import RETRY_SECONDS, RunControl
from core.records.slices import SliceRow

SHARD_SLICES = 256  # about half a minute of one core
LEAST_SLICES = 16  # of a shard; fewer would spend their time on the way
SHARDS_A_THREAD = 2  # one at work and one that waits, so that a node is never idle
ROUNDS = 4  # of shards that every node gets in a small run, so that none waits long for the last
MOST_SLICES = 4 * SHARD_SLICES  # of one series; it is cut beyond that
LOOK_SECONDS = 1.0  # how often the worker says that it lives and looks whether it is to stop
PAUSE_SECONDS = 1.0  # before a shard is done again that may have failed for no fault of its slices
ATTEMPTS = 3  # at a shard, while others are done
WHOLE_SECONDS = 30.0  # for which a shard is tried as a whole while nothing is done at all


def cut(rows: Iterable[SliceRow], n_slices: int | None = None) -> list[tuple[int, ...]]:
    """Return the ids in shards; a series is in one of them, unless it is a very long one.

    Args:
        rows: series by series.
        n_slices: from which on a shard takes no other series; None means as many as there may be.
    """
    most = n_slices or SHARD_SLICES
    shards: list[list[int]] = [[]]
    last = None
    for row in rows:
        full = len(shards[-1]) >= (most if row.series_id != last else MOST_SLICES)
        if full:
            shards.append([])
        shards[-1].append(row.id)
        last = row.series_id
    return [tuple(shard) for shard in shards if shard]


def cut_series(rows: Iterable[SliceRow]) -> list[int]:
    """Return the series so long that, begun in a shard with others, they may lie in more than one."""
    lengths = Counter(row.series_id for row in rows)
    return [series_id for series_id, length in lengths.items() if length > MOST_SLICES - SHARD_SLICES]


def room_for(nodes: Sequence[Node]) -> int:
    """Return how many shards are worth handing in before the first is done.

    As many as keep every thread busy; 1 while there is no node yet, or none but the worker.
    """
    return max(1, SHARDS_A_THREAD * sum(node.threads for node in nodes))


def run_in_shards(control: RunControl, rows: Sequence[SliceRow], message: str) -> list[str]:
    """Do the slices of a run on whoever is there; returns a sentence for each that was left out.

    Args:
        control: of the run, in its worker.
        rows: the slices, series by series.
        message: what the run does, for its row.

    Raises:
        Cancelled: when somebody asked to stop; what is done until then is kept.
        RunRefused: when the run was given up, or nobody is there to do it.
        StoreUnavailable: when the nodes could not use the store for many minutes.
    """
    progress = Progress(control, len(rows), message)
    engine = engine_for(control, progress.add)
    driver = Driver(engine, control)
    share = len(rows) // (ROUNDS * room_for(engine.nodes()))
    try:
        for outcome in driver.outcomes(cut(rows, min(SHARD_SLICES, max(LEAST_SLICES, share)))):
            progress.settle(outcome)
    finally:
        engine.cancel()
    return progress.left_out


class Progress:
    """How far a run is, which never goes back, and how many nodes have done how many shards of it."""

    def __init__(self, control: RunControl, total: int, message: str) -> None:
        """Nothing is done yet."""
        self.control, self.total, self.message = control, total, message
        self.left_out: list[str] = []
        self._settled = self._told = self._n_shards = 0
        self._nodes: set[str] = set()

    def add(self, n: int) -> None:
        """Tell that so many slices of a shard are done that is not settled yet."""
        self._told = min(self.total, self._told + n)
        self._tell()

    def settle(self, outcome: Outcome) -> None:
        """Count a shard that is done, or a slice that cannot be."""
        self._settled += len(outcome.shard.slice_ids)
        self.left_out += outcome.left_out
        if outcome.node:
            self._nodes.add(outcome.node)
            self._n_shards += 1
        self._told = max(self._told, self._settled)
        self._tell()

    def _tell(self) -> None:
        by = {"n_nodes": len(self._nodes), "n_shards": self._n_shards}
        self.control.progress(self._told, self.total, self.message, **by)


@dataclass
class Trouble:
    """What is known of a shard that failed for a reason that need not lie in its slices."""

    since: float  # by the monotonic clock
    others_done: int  # shards that were done by then
    times: int = 0


class Driver:
    """Keeps an engine busy with the shards of one run."""

    def __init__(self, engine: Engine, control: RunControl) -> None:
        """Nothing is handed in yet."""
        self.engine, self.control = engine, control
        self.waiting: deque[tuple[int, ...]] = deque()
        self.at_work = self.done = 0
        self._troubles: dict[tuple[int, ...], Trouble] = {}

    def outcomes(self, shards: Sequence[tuple[int, ...]]) -> Iterable[Outcome]:
        """Hand in shards and yield those that are done, and single slices that cannot be."""
        self.waiting.extend(shards)
        while self.waiting or self.at_work:
            room = room_for(self.engine.nodes())
            while self.waiting and self.at_work < room:
                self.engine.submit(Shard(self.control.run.id, self.control.token, self.waiting.popleft()))
                self.at_work += 1
            ended = self.engine.finished(LOOK_SECONDS)
            for outcome in ended:
                self.at_work -= 1
                yield from self._judge(outcome)
            if any(outcome.again for outcome in ended):  # once, however many: a scheduler may have lost all
                self._pause()
            self.control.raise_if_cancelled()

    def _judge(self, outcome: Outcome) -> Iterable[Outcome]:
        ids = outcome.shard.slice_ids
        if outcome.elsewhere:
            raise RunRefused(outcome.problem)
        if outcome.again and not self._is_its_own_fault(ids, outcome.problem):
            self.waiting.append(ids)
        elif not outcome.problem:
            self.done += 1
            yield outcome
        elif len(ids) == 1:
            self.done += 1
            yield Outcome(outcome.shard, left_out=(f"slice {ids[0]}: {outcome.problem}",))
        else:
            middle = len(ids) // 2
            self.waiting.extendleft((ids[middle:], ids[:middle]))

    def _is_its_own_fault(self, ids: tuple[int, ...], problem: str) -> bool:
        """Whether a shard fails while others are done, or for so long that a part of it may be to blame.

        Raises:
            StoreUnavailable: when nothing was done for many minutes.
        """
        trouble = self._troubles.setdefault(ids, Trouble(time.monotonic(), self.done))
        trouble.times += 1
        alone = self.done > trouble.others_done
        seconds = time.monotonic() - trouble.since
        if not alone and seconds > RETRY_SECONDS:
            raise StoreUnavailable(problem)
        if alone:
            return trouble.times > ATTEMPTS
        return seconds > WHOLE_SECONDS and (len(ids) > 1 or self.done > 0)

    def _pause(self) -> None:
        until = time.monotonic() + PAUSE_SECONDS
        while time.monotonic() < until:
            self.control.raise_if_cancelled()
            time.sleep(0.1)
