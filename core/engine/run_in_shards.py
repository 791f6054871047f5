"""A run cut into shards: handed in a few at a time, halved where one fails, until a slice is named."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.engine.choice import engine_for
from core.engine.progress import Progress
from core.engine.shard import Engine, Node, Outcome, Shard
from core.errors import RunRefused, StoreUnavailable
from core.jobs.control import RETRY_SECONDS, RunControl
from core.records.slices import SliceIds

SHARD_SLICES = 256  # about half a minute of one core
LEAST_SLICES = 16  # of a shard; fewer would spend their time on the way
SHARDS_A_THREAD = 2  # one at work and one that waits, so that a node is never idle
ROUNDS = 4  # of shards that every node gets in a small run, so that none waits long for the last
MOST_SLICES = 4 * SHARD_SLICES  # of one series; it is cut beyond that
LOOK_SECONDS = 1.0  # how often the worker says that it lives and looks whether it is to stop
PAUSE_SECONDS = 1.0  # before a shard is done again that may have failed for no fault of its slices
ATTEMPTS = 3  # at a shard, while others are done
WHOLE_SECONDS = 30.0  # for which a shard is tried as a whole while nothing is done at all


def cut(slices: SliceIds, n_slices: int | None = None) -> Iterator[tuple[int, ...]]:
    """Yield the ids in shards; a series is in one of them, or where it is very long each of its stacks is.

    Args:
        slices: stack by stack.
        n_slices: from which on a shard takes no other series; None means as many as there may be.
    """
    least = n_slices or SHARD_SLICES
    begin = 0
    while begin < len(slices):
        around = slices.series_ids[begin + least - 1 : begin + MOST_SLICES + 1]
        others = np.flatnonzero(around[1:] != around[:-1])
        end = begin + (least + int(others[0]) if len(others) else MOST_SLICES)
        if not len(others) and end < len(slices):
            phases = slices.phases[begin : end + 1]
            stacks = np.flatnonzero(phases[1:] != phases[:-1])
            end = begin + 1 + int(stacks[-1]) if len(stacks) else end
        yield tuple(slices.ids[begin:end].tolist())
        begin = end


def cut_series(slices: SliceIds) -> list[int]:
    """Return the series so long that, begun in a shard with others, they may lie in more than one."""
    series_ids, lengths = np.unique(slices.series_ids, return_counts=True)
    long: list[int] = series_ids[lengths > MOST_SLICES - SHARD_SLICES].tolist()
    return long


def room_for(nodes: Sequence[Node]) -> int:
    """Return how many shards are worth handing in before the first is done.

    As many as keep every thread busy; 1 while there is no node yet, or none but the worker.
    """
    return max(1, SHARDS_A_THREAD * sum(node.threads for node in nodes))


def run_in_shards(control: RunControl, slices: SliceIds, message: str) -> list[str]:
    """Do the slices of a run on whoever is there; returns a sentence for each that was left out.

    Args:
        control: of the run, in its worker.
        slices: stack by stack.
        message: what the run does, for its row.

    Raises:
        Cancelled: when somebody asked to stop; what is done until then is kept.
        RunRefused: when the run was given up, or nobody is there to do it.
        StoreUnavailable: when the nodes could not use the store for many minutes.
    """
    progress = Progress(control, len(slices), message)
    engine = engine_for(control, progress.add)
    driver = Driver(engine, control, progress.at_work)
    share = len(slices) // (ROUNDS * room_for(engine.nodes()))
    try:
        for outcome in driver.outcomes(cut(slices, min(SHARD_SLICES, max(LEAST_SLICES, share)))):
            progress.settle(outcome)
    finally:
        engine.cancel()
    return progress.left_out


@dataclass
class Trouble:
    """What is known of a shard that failed for a reason that need not lie in its slices."""

    since: float  # by the monotonic clock
    others_done: int  # shards that were done by then
    times: int = 0


class Driver:
    """Keeps an engine busy with the shards of one run."""

    def __init__(self, engine: Engine, control: RunControl, tell: Callable[[int], None]) -> None:
        """Nothing is handed in yet.

        Args:
            engine: to keep busy.
            control: of the run.
            tell: is told, now and then, how many slices are done of the shards that nodes are at.
        """
        self.engine, self.control, self.tell = engine, control, tell
        self.done = 0
        self._at_work: set[int] = set()  # the first slice of each shard that was handed in
        self._halves: deque[tuple[int, ...]] = deque()
        self._again: deque[tuple[int, ...]] = deque()
        self._troubles: dict[tuple[int, ...], Trouble] = {}

    def outcomes(self, shards: Iterator[tuple[int, ...]]) -> Iterable[Outcome]:
        """Hand in shards and yield those that are done, and single slices that cannot be."""
        while True:
            nodes = self.engine.nodes()
            self.tell(self._done_at_work(nodes))
            while len(self._at_work) < room_for(nodes) and (ids := self._following(shards)):
                self.engine.submit(Shard(self.control.run.id, self.control.token, ids))
                self._at_work.add(ids[0])
            if not self._at_work:
                return
            ended = self.engine.finished(LOOK_SECONDS)
            for outcome in ended:
                self._at_work.remove(outcome.shard.slice_ids[0])
                yield from self._judge(outcome)
            if any(outcome.again for outcome in ended):  # once, however many: a scheduler may have lost all
                self._pause()
            self.control.raise_if_cancelled()

    def _done_at_work(self, nodes: Sequence[Node]) -> int:
        """How many slices are done of the shards at work, as nodes told last; two may be at the same one."""
        done = dict.fromkeys(self._at_work, 0)
        for piece in (piece for node in nodes for piece in node.pieces):
            if piece.run_id == self.control.run.id and piece.first_id in done:
                done[piece.first_id] = max(done[piece.first_id], piece.n_done)
        return sum(done.values())

    def _following(self, shards: Iterator[tuple[int, ...]]) -> tuple[int, ...]:
        """The next shard, those that may fail again last; empty where none is left."""
        if self._halves:
            return self._halves.popleft()
        return next(shards, ()) or (self._again.popleft() if self._again else ())

    def _judge(self, outcome: Outcome) -> Iterable[Outcome]:
        ids = outcome.shard.slice_ids
        if outcome.elsewhere:
            raise RunRefused(outcome.problem)
        if outcome.again and not self._is_its_own_fault(ids, outcome.problem):
            self._again.append(ids)
        elif not outcome.problem:
            self.done += 1
            yield outcome
        elif len(ids) == 1:
            self.done += 1
            yield Outcome(outcome.shard, left_out=(f"slice {ids[0]}: {outcome.problem}",))
        else:
            middle = len(ids) // 2
            self._halves.extendleft((ids[middle:], ids[:middle]))

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
