"""What this node is at and has done; its heartbeat brings that to the scheduler, which tells whoever asks."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, replace

from distributed import Worker

from core.records.nodes import Piece
from core.store.database import open_store
from core.store.drawn import store_mark

DOES, STORE = "septum", "store"  # names under which Dask keeps what a node does, and the mark of its store


class Doing:
    """Kept by a node for itself, from its start on."""

    def __init__(self) -> None:
        """Nothing was done yet."""
        self._lock = threading.Lock()
        self._pieces: dict[int, Piece] = {}
        self._n_shards = 0
        self._problem = ""

    @contextmanager
    def at(self, kind: str, run_id: int, slice_ids: Sequence[int] = ()) -> Iterator[None]:
        """Be at a piece of work in this thread; no slices mean the whole run."""
        first_id = slice_ids[0] if slice_ids else 0
        with self._lock:
            self._pieces[threading.get_ident()] = Piece(kind, run_id, len(slice_ids), first_id, n_done=0)
        try:
            yield
        finally:
            with self._lock:
                del self._pieces[threading.get_ident()]

    def done(self, n: int) -> None:
        """Note that so many more slices of this thread's piece are done."""
        with self._lock:
            piece = self._pieces[threading.get_ident()]
            self._pieces[threading.get_ident()] = replace(piece, n_done=piece.n_done + n)

    def end(self, problem: str, *, is_its_own: bool) -> None:
        """Note that a shard ended; a problem of the node itself is told until it has done one."""
        with self._lock:
            self._n_shards += not problem
            self._problem = problem if is_its_own else ""

    def told(self) -> dict[str, object]:
        """Return what goes with the heartbeat, in plain values."""
        with self._lock:
            pieces = [astuple(one) for one in self._pieces.values()]
            return {"pieces": pieces, "n_shards": self._n_shards, "problem": self._problem}


DOING = Doing()  # of this node


def told_by_heartbeat(worker: Worker) -> dict[str, object]:
    """Return what this node is at, as Dask asks for it."""
    return DOING.told()


def told_at_start(worker: Worker) -> str:
    """Return the mark of the store that this node works on."""
    return store_mark(open_store())
