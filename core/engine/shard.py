"""A part of a run that one node does at a time, and what an engine promises to whoever has a run to do.

A shard writes what it finds into the store and returns no more than what it left out: what a node keeps in
its memory is lost with it. The rows of the store say what is done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.records.nodes import Piece
from core.records.runs import RunRow
from core.store.database import Store


@dataclass(frozen=True)
class Shard:
    """Some slices of a run, and the token by which its worker holds it."""

    run_id: int
    token: str
    slice_ids: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """How a shard ended: what it left out, or why it is not done."""

    shard: Shard
    left_out: tuple[str, ...] = ()  # a sentence each
    problem: str = ""  # why none of it counts as done; "" where all of it does
    again: bool = False  # whether the problem is none of the slices' and the shard shall be done again
    elsewhere: bool = False  # whether the node works on another store, so that the run must not go on with it
    node: str = ""  # who did it, by name; "" where that was the run's worker


@dataclass(frozen=True)
class Node:
    """A machine, or a part of one, that takes shards."""

    name: str
    threads: int
    gpus: int
    pieces: tuple[Piece, ...] = ()  # that it is at


class ShardControl(Protocol):
    """What the work of a shard writes to and asks."""

    store: Store
    run: RunRow
    token: str

    def done(self, n: int) -> None:
        """Tell that so many more slices are done.

        Raises:
            Cancelled: when somebody asked to stop.
            RunRefused: when the run is no longer this worker's.
        """


ShardWork = Callable[[ShardControl, Sequence[int]], list[str]]  # returns a sentence for each slice left out


class Engine(Protocol):
    """Places shards; what it has been given is done at least once, or told not to be."""

    def submit(self, shard: Shard) -> None:
        """Hand in a shard."""

    def finished(self, seconds: float) -> list[Outcome]:
        """Wait so long at most for shards that have ended; none is told twice.

        Raises:
            RunRefused: when there is nobody to do them any more.
        """

    def cancel(self) -> None:
        """Forget all that was handed in; what is at work ends at its next commit."""

    def nodes(self) -> list[Node]:
        """Who takes shards now; empty where that is the worker itself."""
