"""The store of the measurement, a worker that waits to be told, and what of the store a slice takes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import mean
from unittest.mock import patch

from sqlalchemy import Engine, event

from benchmarks.cluster_runs.simulation import Services
from benchmarks.fault_rounds.cluster import DATABASE
from core.engine.here import HereControl
from core.records.runs import RunKind, RunState
from core.settings import ROOT
from core.store.database import Store, open_store
from core.store.models.models import list_models
from core.store.runs import runs
from core.store.slices.slices import list_slices, slice_pixels, slices_by_id
from core.workflow.prediction import predict_store
from tests.servers.postgresql import Server
from tests.store.files.faulty_proxy import FaultyProxy

FORGET = (
    "UPDATE slice SET newest_version_id = NULL, newest_origin = NULL, status = 'new', uncertainty = NULL",
    *(f"DELETE FROM {table}" for table in ("mask_label", "prediction", "mask")),
)
WORKER = """
import sys
from core.jobs.worker import drain_queue
from core.records.runs import RunKind
from core.store.database import open_store
for line in sys.stdin:
    drain_queue(open_store(), RunKind.PREDICTION)
    print("done", flush=True)
"""


class Worker:
    """A worker's process, which keeps its model from one run to the next."""

    def __init__(self, cluster: str = "") -> None:
        """Start it, by itself or before a cluster."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=ROOT,
            env=os.environ | {"SEPTUM_CLUSTER": cluster, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self) -> float:
        """Have it do what waits; the seconds that it took."""
        assert self.process.stdin
        assert self.process.stdout
        began = time.perf_counter()
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"
        return time.perf_counter() - began

    def end(self) -> None:
        """Let it go."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(60)


def predicted(servers: Server, worker: Worker, n_slices: int) -> float:
    """Predict all slices anew by a worker; the seconds."""
    servers.ask(*FORGET, database=DATABASE)
    run_id = predict_store.start_prediction()
    seconds = worker.do()
    row = runs.run_row(open_store(), run_id)
    assert (row.state, row.done) == (RunState.FINISHED, n_slices), row.message
    return seconds


def traffic(servers: Server, proxy: FaultyProxy, batch: int) -> tuple[dict[str, float], Services]:
    """What a slice asks of the store, by one core of this process, and how long each place takes."""
    servers.ask(*FORGET, database=DATABASE)
    predict_store.start_prediction()
    store = open_store()
    claimed = runs.claim(store, RunKind.PREDICTION)
    assert claimed
    run, token = claimed
    control = HereControl(store, run, token, lambda n: None)
    ids = [row.id for row in list_slices(store, limit=None)]
    predict_store.predictor_of(list_models(store)[0])
    of_bucket = bucket_seconds(store, ids)
    proxy.seen.clear()
    batched = patch.object(predict_store, "BATCH", batch)
    with batched, counted(store) as seen:
        began = time.perf_counter()
        assert predict_store.predict_shard(control, ids) == []
        whole = time.perf_counter() - began
    runs.end(store, run.id, token, RunState.FINISHED, "Measured.")
    n = len(ids)
    asked = {
        "statements": seen["statements"] / n,
        "commits": seen["commits"] / n,
        "database_bytes": seen["bytes"] / n,
        "bucket_requests": len(proxy.seen) / n,
        "bucket_bytes": sum(one.sent + one.received for one in proxy.seen) / n,
    }
    of_database = seen["held"] / n
    on_node = whole / n - of_bucket - of_database
    return asked, Services(batch, batch * on_node, batch * of_bucket, batch * of_database)


def bucket_seconds(store: Store, slice_ids: Sequence[int]) -> float:
    """Seconds for which the bucket's server is busy with an image, asked for one after the other."""
    seconds: list[float] = []
    ask = FaultyProxy._ask

    def timed(proxy: FaultyProxy, head: bytes, body: bytes) -> bytes:
        began = time.perf_counter()
        answer = ask(proxy, head, body)
        seconds.append(time.perf_counter() - began)
        return answer

    with patch.object(FaultyProxy, "_ask", timed):
        for row in slices_by_id(store, slice_ids).values():
            slice_pixels(store, row)
    return mean(seconds)


@contextmanager
def counted(store: Store) -> Iterator[dict[str, float]]:
    """Count statements, commits, bytes sent, and the seconds for which nobody else could write."""
    seen = dict.fromkeys(("statements", "commits", "bytes", "held"), 0.0)
    turn = [0.0]

    def asked(connection, cursor, statement, parameters, context, many) -> None:  # type: ignore[no-untyped-def]
        seen["statements"] += 1
        seen["bytes"] += len(statement) + n_bytes(parameters)

    def answered(connection, cursor, statement, *rest) -> None:  # type: ignore[no-untyped-def]
        if "pg_advisory_xact_lock" in statement:
            turn[0] = time.perf_counter()

    def committed(connection) -> None:  # type: ignore[no-untyped-def]
        seen["commits"] += 1
        if turn[0]:
            seen["held"] += time.perf_counter() - turn[0]
            turn[0] = 0.0

    listeners: Sequence[tuple[Engine, str, Callable[..., None]]] = (
        (store.engine, "before_cursor_execute", asked),
        (store.readers, "before_cursor_execute", asked),
        (store.engine, "after_cursor_execute", answered),
        (store.engine, "commit", committed),
    )
    for engine, name, act in listeners:
        event.listen(engine, name, act)
    try:
        yield seen
    finally:
        for engine, name, act in listeners:
            event.remove(engine, name, act)


def n_bytes(values: object) -> int:
    """About how many bytes values take on their way to the server."""
    if isinstance(values, dict):
        return sum(map(n_bytes, values.values()))
    if isinstance(values, (list, tuple)):
        return sum(map(n_bytes, values))
    return len(values) if isinstance(values, (str, bytes)) else 8
