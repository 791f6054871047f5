"""What a node of a cluster does, as its heartbeat tells it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """What one thread of a node is at."""

    kind: str  # of its run, as in core.records.runs.RunKind
    run_id: int
    n_slices: int  # of its shard; 0 where it does the whole run
    first_id: int  # of its slices
    n_done: int  # of them, and kept in the store


@dataclass(frozen=True)
class NodeState:
    """What is known of a node."""

    name: str
    threads: int
    gpus: int
    pieces: tuple[Piece, ...]  # of work, that it is at
    n_shards: int  # done since it was started
    heard_seconds: float  # since its last heartbeat
    is_silent: bool  # for so long that it may be gone
    is_paused: bool  # by Dask, which gives no more to one whose memory is nearly full
    is_elsewhere: bool  # it works on another store
    problem: str  # why its last shard was not done, where that was no slice's fault
