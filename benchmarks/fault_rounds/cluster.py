"""A cluster on a database server and a bucket, all of which fail once while a prediction goes on."""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from unittest.mock import patch

from benchmarks.fault_rounds.rounds import Round, own_home
from core.engine import run_in_shards
from core.imaging.phantom.cine import beating_heart
from core.jobs.worker import drain_queue
from core.records.runs import RunKind, RunRow
from core.records.slices import Series, SliceRow
from core.settings import ROOT, settings
from core.store import database
from core.store.database import open_store
from core.store.files.kinds import ARRAY, name_of
from core.store.masks.masks import versions
from core.store.runs import runs
from core.store.series.series import add_series
from core.store.slices.slices import list_slices
from core.text import plural
from core.workflow.prediction import predict_store
from tests.engine.local_cluster import LocalCluster
from tests.servers.postgresql import Server, server
from tests.store.files.faulty_proxy import Fault, FaultyProxy
from tests.store.files.s3_servers import KEY, REGION, SECRET, client, localbucket, new_bucket

N_HEARTS, N_POSITIONS, N_PHASES = 100, 10, 2  # 2,000 slices
SHARD_SLICES = 40
REFUSING_SECONDS = 5.0  # of the bucket
END_SECONDS = 600.0  # most that any part of a round may take
SHARES = (0.25, 0.5, 0.6, 0.75)  # done when node, scheduler, bucket and database fail
DATABASE = "storm"


def cluster(folder: Path, chance: Random) -> Round:
    """Let all fail while the shipped model predicts phantoms."""
    seeds = [chance.randrange(1_000_000) for _ in range(N_HEARTS)]
    return storm(folder, [phantom(seed) for seed in seeds], ROOT / "checkpoints", SHARD_SLICES, chance)


def phantom(seed: int) -> Series:
    """A heart without masks."""
    series = beating_heart(seed, N_POSITIONS, N_PHASES, patient=f"phantom {seed}").series
    return replace(series, slices=tuple(replace(item, mask=None) for item in series.slices))


def storm(
    folder: Path, hearts: Sequence[Series], checkpoints: Path, shard_slices: int, chance: Random
) -> Round:
    """Predict hearts while one node dies, the scheduler and the database begin anew, and the bucket refuses.

    One image is damaged before. Lost is every slice without exactly one version but for that one, a step
    back of the progress, and a process that listens beyond this machine.
    """
    with shared_store(folder, checkpoints) as (servers, proxy, address, bucket):
        open_store()
        made = LocalCluster(folder)
        try:
            made.scheduler()
            with ThreadPoolExecutor(1) as thread:
                nodes = thread.submit(made.nodes, "one", "two")  # which takes as long as the imports
                for heart in hearts:
                    add_series(open_store(), heart)
                nodes.result()
            rows = list_slices(open_store(), limit=None)
            poison = chance.choice(rows[len(rows) // 4 :])  # what is read first is there before all fails
            key = f"arrays/{name_of(poison.image_sha256, ARRAY)}"
            client(address).put_object(Bucket=bucket, Key=key, Body=b"no image")
            os.environ["SEPTUM_CLUSTER"] = made.address
            settings.cache_clear()
            with patch.object(run_in_shards, "SHARD_SLICES", shard_slices):
                row, seen, listening = rage(made, servers, proxy, len(rows))
        finally:
            made.end()
        lost = wrong(rows, poison, row, seen)
        lost += [f"something listens on {one}" for one in listening - {"127.0.0.1"}]
    return Round(kills=2, tried=len(rows), lost=tuple(lost))


def rage(
    made: LocalCluster, servers: Server, proxy: FaultyProxy, n_slices: int
) -> tuple[RunRow, list[int], set[str]]:
    """Do a prediction through all of it; returns its row, the progress seen, and addresses listened on."""
    run_id = predict_store.start_prediction()
    seen, listening = [0], made.listening()
    thread = threading.Thread(target=drain_queue, args=(open_store(), RunKind.PREDICTION))
    thread.start()

    def wait_until(share: float) -> None:
        until = time.monotonic() + END_SECONDS
        while seen[-1] < share * n_slices:
            row = runs.run_row(open_store(), run_id)
            if time.monotonic() > until or row.ended_at is not None:
                raise TimeoutError(f"{seen[-1]} of {n_slices} slices are done: {row}")
            seen.append(row.done)
            time.sleep(0.05)

    of_node, of_scheduler, of_bucket, of_database = SHARES
    wait_until(of_node)
    made.kill("one")
    wait_until(of_scheduler)
    port = int(made.address.rpartition(":")[2])
    made.kill("scheduler")
    made.scheduler(port)
    wait_until(of_bucket)
    refusing = time.monotonic() + REFUSING_SECONDS
    proxy.spoil_by(lambda method, path: Fault.BUSY if time.monotonic() < refusing else None)
    wait_until(of_database)
    servers.stop()
    servers.start()
    listening |= made.listening()
    thread.join(END_SECONDS)
    row = runs.run_row(open_store(), run_id)
    return row, [*seen, row.done], listening


def wrong(rows: Sequence[SliceRow], poison: SliceRow, row: RunRow, seen: list[int]) -> list[str]:
    """A sentence for all that is not as it should be."""
    told = [f"slice {one.id} has {n}" for one in rows if (n := n_versions(one)) != (one.id != poison.id)]
    if (row.state, row.done) != ("finished", len(rows)):
        told.append(f"the run is {row.state} with {row.done} slices: {row.message}")
    only_it = f"Predicted {plural(len(rows) - 1, 'slice')}"
    if not row.message.startswith(only_it) or f"slice {poison.id}:" not in row.message:
        told.append(f"slice {poison.id} is not named as the only one that was left out: {row.message}")
    if seen != sorted(seen):
        told.append("the progress went back")
    return told


def n_versions(row: SliceRow) -> int:
    """How many versions a slice has."""
    return len(versions(open_store(), row.id))


@contextmanager
def shared_store(folder: Path, checkpoints: Path) -> Iterator[tuple[Server, FaultyProxy, str, str]]:
    """A store on a server and in a bucket behind a proxy, which any home of this machine can open."""
    servers = server()
    servers.ask(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}")
    with localbucket(folder / "buckets") as address, FaultyProxy(address) as proxy, ExitStack() as stack:
        bucket = new_bucket(address)
        where = {
            "SEPTUM_DATABASE": servers.url(DATABASE).render_as_string(hide_password=False),
            "SEPTUM_ARRAYS": f"s3://{bucket}/arrays",
            "SEPTUM_CLUSTER": "",
            "AWS_ENDPOINT_URL": proxy.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        stack.enter_context(patch.dict(os.environ, where))
        stack.enter_context(own_home(folder))
        os.environ["SEPTUM_CHECKPOINTS"] = str(checkpoints)
        settings.cache_clear()
        database._opened.cache_clear()
        stack.enter_context(patch("core.jobs.process.spawn_worker", lambda kind: None))
        stack.enter_context(patch.object(run_in_shards, "WHOLE_SECONDS", 2 * REFUSING_SECONDS))
        yield servers, proxy, address, bucket
    database._opened.cache_clear()
    servers.ask(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
