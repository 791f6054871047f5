"""Start a scheduler or a node of a cluster in this process, and serve until told to end."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable

import dask
from distributed import Nanny, Scheduler

from core.engine.addresses import is_loopback, security_of, usable_address
from core.engine.doing import DOES, STORE, told_at_start, told_by_heartbeat
from core.engine.node import require_images
from core.errors import BadSetting, RunRefused
from core.settings import settings
from core.store.database import open_store

ALLOWED_DEATHS = 3  # of nodes, by one shard, before it is taken for the reason
QUIET = "127.0.0.1:0"  # Dask's HTTP server, which otherwise listens on every interface where it is not wanted
ANSWER_SECONDS = 60.0  # for which a node waits for its scheduler
AGAIN_SECONDS = 2.0  # before a node asks a scheduler that went away once more
# As it comes, Dask costs a node a quarter more of a core for each slice that it predicts.
LEAN = {
    # Large arrays would be given back to the system each time, which then clears every page of the next ones.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    # Looks at itself, up to 100 a second in each process, for pages of Dask's that nobody sees here.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "2s",
    "distributed.worker.memory.monitor-interval": "500ms",
}


def serve_scheduler(host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve a scheduler until SIGINT or SIGTERM.

    Args:
        host: the address to listen on, and no other; beyond this machine with certificates alone.
        port: of it; 0 takes a free one.
        say: is told its address.

    Raises:
        BadSetting: when it would listen beyond this machine without certificates, or they are not there.
        RunRefused: when it cannot listen there.
    """
    protocol = "tcp" if is_loopback(host) and settings().cluster_tls is None else "tls"
    security = security_of(f"{protocol}://{host}:{port}")

    async def serve(ended: asyncio.Event) -> None:
        scheduler = Scheduler(
            host=host, port=port, protocol=protocol, security=security, dashboard_address=QUIET
        )
        async with scheduler:
            say(scheduler.address)
            await ended.wait()

    run_until_told(serve, f"no scheduler can listen on {host}:{port}")


def serve_node(
    scheduler: str, host: str, threads: int, gpus: int, name: str, say: Callable[[str], None]
) -> None:
    """Serve a node until SIGINT or SIGTERM; where its scheduler goes away, it waits for it to be back.

    It looks into the store first: one that cannot read it, or finds none of its images, takes no work.

    Args:
        scheduler: its address.
        host: the address of this machine to listen on, and no other.
        threads: shards at once.
        gpus: trainings that want one and run at once.
        name: by which pages know it; "" for one of its own.
        say: is told its address.

    Raises:
        BadSetting: when an address, the certificates or the place of the images are not as they should be.
        StoreUnavailable: when the store cannot be read.
        RunRefused: when the scheduler does not answer, or it cannot listen.
    """
    address = usable_address(scheduler)
    security = security_of(address)
    if address.startswith("tcp://") and not is_loopback(host):
        raise BadSetting(f"--host {host} is beyond this machine, which takes certificates; use tls://")
    require_images(open_store())
    # What it is given it does itself, and hands nothing on.
    os.environ["SEPTUM_CLUSTER"] = ""
    environment = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def nanny() -> Nanny:
        return Nanny(
            address,
            host=host,
            nthreads=threads,
            name=name or None,
            resources={"GPU": gpus} if gpus else None,
            memory_limit=1.0,  # all of the machine's; by its share of threads a training would be killed
            security=security,
            dashboard_address=QUIET,
            env=environment,
            metrics={DOES: told_by_heartbeat},
            startup_information={STORE: told_at_start},
            death_timeout=ANSWER_SECONDS,
        )

    async def serve(ended: asyncio.Event) -> None:
        told_to_end = asyncio.ensure_future(ended.wait())
        known = False
        while not ended.is_set():
            try:
                async with nanny() as node:
                    say(f"{node.worker_address or address}")
                    known = True
                    gone = asyncio.ensure_future(node.finished())
                    await asyncio.wait([told_to_end, gone], return_when=asyncio.FIRST_COMPLETED)
            except (OSError, RuntimeError) as error:
                if not known or refusal_in(error) is None:
                    raise
            # Its scheduler went away; it may be back soon.
            await asyncio.wait([told_to_end], timeout=AGAIN_SECONDS)

    run_until_told(serve, f"no node can be started for {address}")


def run_until_told(serve: Callable[[asyncio.Event], Awaitable[None]], problem: str) -> None:
    """Run until a signal asks to end.

    Raises:
        RunRefused: when it cannot begin, with the problem as the beginning of its sentence.
    """

    logging.getLogger("distributed").setLevel(logging.WARNING)

    async def main() -> None:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        await serve(ended)

    try:
        with dask.config.set(LEAN | {"distributed.scheduler.allowed-failures": ALLOWED_DEATHS}):
            asyncio.run(main())
    except (OSError, RuntimeError) as error:
        if (refusal := refusal_in(error)) is None:
            raise
        raise RunRefused(f"{problem} ({refusal})") from error


def refusal_in(error: BaseException) -> OSError | None:
    """Return what the machine or the network refused, which Dask makes a RuntimeError of; None for a bug."""
    reason = error.__cause__ if isinstance(error, RuntimeError) else error
    return reason if isinstance(reason, OSError) else None
