"""The engine of many machines: a Dask scheduler places shards on nodes, the rows of the store stay the truth.

Dask only places work: a shard may be done twice where a node died or the scheduler began anew, and the store
takes each slice once. What is handed in is let go as soon as it has ended.
"""

import threading
import time
from asyncio import CancelledError
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from distributed import Client, Future, KilledWorker

from core.engine.addresses import security_of, usable_address
from core.engine.doing import DOES
from core.engine.node import do_shard, do_whole_run
from core.engine.shard import Node, Outcome, Shard
from core.errors import RunRefused
from core.records.nodes import Piece
from core.settings import settings

CONNECT_SECONDS = 10.0
PATIENCE_SECONDS = 900.0  # for which a scheduler that was there is waited for
LOST = ("cancelled", "lost")  # states of what a scheduler that went away had been given
GONE = "the scheduler was gone"
NO_SCHEDULER = (
    "no scheduler answers at {} (SEPTUM_CLUSTER); start one with `python -m core cluster scheduler`, or "
    "unset it to let this machine do the work"
)
KILLED = "each node that began it died; its memory may be too small, or the slice may be damaged"


class Cluster:
    """Places shards on the nodes of the settings' scheduler."""

    def __init__(self, mark: str = "", raise_if_stopped: Callable[[], None] = lambda: None) -> None:
        """Connect to the scheduler.

        Args:
            mark: of the store that the shards are of.
            raise_if_stopped: is called while it waits for a scheduler.

        Raises:
            BadSetting: when the address or the certificates are not as they should be.
            RunRefused: when no scheduler answers there.
        """
        self.address = usable_address(settings().cluster)
        self._mark, self._raise_if_stopped = mark, raise_if_stopped
        self._client = connected(self.address)
        self._given: dict[Future, Shard] = {}
        self._some_ended = threading.Event()

    def submit(self, shard: Shard) -> None:
        """Hand in a shard."""
        future = self._client.submit(do_shard, shard, self._mark, pure=False, retries=0)
        self._given[future] = shard
        future.add_done_callback(lambda ended: self._some_ended.set())

    def finished(self, seconds: float) -> list[Outcome]:
        """Wait so long at most for shards that have ended."""
        if not self._given:
            return []
        self._some_ended.wait(seconds)
        self._some_ended.clear()
        if self._client.status != "running" or any(future.status in LOST for future in self._given):
            return self._begin_anew()
        ended = [future for future in self._given if future.done()]
        return [outcome_of(future, self._given.pop(future)) for future in ended]

    def cancel(self) -> None:
        """Forget all that was handed in, and hang up."""
        self._given.clear()  # a future that nobody holds is taken from the scheduler
        self._client.close(timeout=CONNECT_SECONDS)

    def nodes(self) -> list[Node]:
        """Who takes shards now; nobody while the scheduler does not answer."""
        try:
            return nodes_of(self._client)
        except (OSError, TimeoutError):
            return []

    def run_whole(self, run_id: int, token: str) -> "WholeRun":
        """Hand in a whole run, such as a training, to one node; where there are GPUs, to one that has one."""
        wanted = {"GPU": 1.0} if any(node.gpus for node in self.nodes()) else None
        given = (run_id, token, self._mark)
        return WholeRun(self._client.submit(do_whole_run, *given, pure=False, resources=wanted))

    def _begin_anew(self) -> list[Outcome]:
        """Wait for the scheduler to be back; all that it had been given is to be done again."""
        lost = [Outcome(shard, problem=GONE, again=True) for shard in self._given.values()]
        self._given.clear()
        self._client.close(timeout=CONNECT_SECONDS)
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            self._raise_if_stopped()
            try:
                self._client = connected(self.address)
                return lost
            except RunRefused:
                if time.monotonic() > until:
                    raise


@dataclass
class WholeRun:
    """A run that one node does from its beginning to its end."""

    future: Future

    def ended(self, seconds: float) -> tuple[str, str] | None:
        """Return how it ended, its state and what came of it; None while it is at work after so long.

        Raises:
            RunRefused: when its node died with it.
        """
        try:
            return self.future.result(timeout=seconds)
        except TimeoutError:
            return None
        except KilledWorker as error:
            raise RunRefused("each node that began it died; its memory may be too small") from error
        except (OSError, CancelledError) as error:
            raise RunRefused("the scheduler went away; resume the run once it is back") from error


def connected(address: str) -> Client:
    """Return a client of the scheduler.

    Raises:
        BadSetting: when the certificates are not as they should be.
        RunRefused: when none answers there.
    """
    try:
        return Client(address, timeout=CONNECT_SECONDS, security=security_of(address), set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise RunRefused(NO_SCHEDULER.format(address)) from error


def nodes_of(client: Client) -> list[Node]:
    """Return the nodes of a scheduler."""
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    return [Node(str(one["name"]), int(one["nthreads"]), gpus_of(one), pieces_of(one)) for one in workers]


def gpus_of(worker: dict[str, Any]) -> int:
    """Return how many trainings that want a GPU a node takes, from what Dask says of it."""
    return int(worker.get("resources", {}).get("GPU", 0))


def pieces_of(worker: dict[str, Any]) -> tuple[Piece, ...]:
    """Return what a node is at, from what the scheduler heard of it last."""
    return tuple(Piece(*one) for one in worker["metrics"].get(DOES, {}).get("pieces", ()))


def outcome_of(future: Future, shard: Shard) -> Outcome:
    """Return how a shard ended that has ended; to be done again where that cannot be had any more."""
    try:
        error = future.exception(timeout=CONNECT_SECONDS)
        if error is None:
            return future.result(timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, CancelledError):
        return Outcome(shard, problem=GONE, again=True)
    if isinstance(error, KilledWorker):
        return Outcome(shard, problem=KILLED)
    return Outcome(shard, problem=f"{type(error).__name__}: {error}")
