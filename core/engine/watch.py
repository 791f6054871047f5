"""What every node of the cluster does now; asks the scheduler alone, and gives it nothing to do."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from distributed.core import rpc

from core.engine.addresses import security_of, usable_address
from core.engine.cluster import NO_SCHEDULER, gpus_of, pieces_of
from core.engine.doing import DOES, STORE
from core.errors import RunRefused
from core.records.nodes import NodeState
from core.settings import settings

ANSWER_SECONDS = 2.0  # a page waits for it
SILENT_SECONDS = 20.0  # nodes say several times in these that they are there


def node_states(mark: str) -> list[NodeState]:
    """Return the nodes of the settings' scheduler by their names.

    Args:
        mark: of the store that they should work on.

    Raises:
        BadSetting: when the address or the certificates are not as they should be.
        RunRefused: when no scheduler answers there.
    """
    address = usable_address(settings().cluster)
    try:
        with ThreadPoolExecutor(1) as own_thread:  # a thread may have a loop of its own that runs already
            told = own_thread.submit(asyncio.run, _ask(address)).result()
    except (OSError, TimeoutError) as error:
        raise RunRefused(NO_SCHEDULER.format(address)) from error
    states = [state_of(one, mark) for one in told["workers"].values()]
    return sorted(states, key=lambda state: state.name)


async def _ask(address: str) -> dict[str, Any]:
    security = security_of(address)
    arguments = security.get_connection_args("client") if security else {}
    async with asyncio.timeout(ANSWER_SECONDS), rpc(address, connection_args=arguments) as scheduler:
        told: dict[str, Any] = await scheduler.identity(n_workers=-1)
        return told


def state_of(worker: dict[str, Any], mark: str) -> NodeState:
    """Return the state of a node from what the scheduler says of it."""
    does = worker["metrics"].get(DOES, {})
    heard = max(0.0, time.time() - worker["last_seen"])
    return NodeState(
        name=str(worker["name"]),
        threads=int(worker["nthreads"]),
        gpus=gpus_of(worker),
        pieces=pieces_of(worker),
        n_shards=does.get("n_shards", 0),
        heard_seconds=heard,
        is_silent=heard > SILENT_SECONDS,
        is_paused=worker["status"] == "paused",
        is_elsewhere=worker.get(STORE) != mark,
        problem=does.get("problem", ""),
    )
