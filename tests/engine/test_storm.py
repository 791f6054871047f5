"""A database, a bucket, a scheduler and nodes with homes of their own, all failing once within one run."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.engine import run_in_shards
from core.jobs.worker import drain_queue
from core.records.runs import RunKind
from core.settings import settings
from core.store import database
from core.store.database import open_store
from core.store.files.kinds import ARRAY, name_of
from core.store.masks.masks import versions
from core.store.runs import runs
from core.store.slices.slices import list_slices
from core.workflow.prediction import predict_store
from tests.engine.conftest import LocalCluster
from tests.servers.postgresql import Server
from tests.store.files.conftest import Proxied, proxied, quick
from tests.store.files.faulty_proxy import Fault
from tests.store.files.s3_servers import client, s3_server
from tests.workflow.small import cine, stored

__all__ = ["proxied", "quick", "s3_server"]
N_PATIENTS, N_EACH = 20, 9
N_SLICES = N_PATIENTS * N_EACH
REFUSING_SECONDS = 5.0

pytestmark = pytest.mark.sqlite  # it has a server of its own


@pytest.fixture
def shared(
    model: Path, postgresql: Server, proxied: Proxied, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A store on a server and in a bucket, that any home can open."""
    name = f"storm_{proxied.bucket.replace('-', '_')}"
    postgresql.ask(f"CREATE DATABASE {name}")
    address = postgresql.url(name).render_as_string(hide_password=False)
    monkeypatch.setenv("SEPTUM_DATABASE", address)
    monkeypatch.setenv("SEPTUM_ARRAYS", proxied.url)
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    monkeypatch.setattr(run_in_shards, "SHARD_SLICES", 6)
    monkeypatch.setattr(run_in_shards, "WHOLE_SECONDS", 2 * REFUSING_SECONDS)
    settings.cache_clear()
    database._opened.cache_clear()
    yield
    database._opened.cache_clear()
    postgresql.ask(f"DROP DATABASE {name} WITH (FORCE)")


def damage(at: Proxied, digest: str) -> None:
    """Let an image in the bucket be another."""
    key = f"arrays/{name_of(digest, ARRAY)}"
    client(at.server).put_object(Bucket=at.bucket, Key=key, Body=b"no image")


@pytest.mark.crash
def test_every_slice_is_done_once_whatever_dies(shared, proxied, postgresql, tmp_path, monkeypatch):
    for number in range(N_PATIENTS):
        stored(cine(f"patient {number}", n_positions=3, n_phases=3, seed=number))
    rows = list_slices(open_store(), limit=None)
    poison = rows[N_SLICES // 3]
    damage(proxied, poison.image_sha256)
    cluster = LocalCluster(tmp_path)
    try:
        cluster.scheduler()
        port = int(cluster.address.rpartition(":")[2])
        for name in ("one", "two"):
            cluster.node(name, tmp_path / name)
        monkeypatch.setenv("SEPTUM_CLUSTER", cluster.address)
        settings.cache_clear()
        run_id = predict_store.start_prediction()
        seen: list[int] = []

        def wait_until(share: float) -> None:
            until = time.monotonic() + 120
            while not seen or seen[-1] < share * N_SLICES:
                assert time.monotonic() < until, runs.run_row(open_store(), run_id)
                seen.append(runs.run_row(open_store(), run_id).done)
                time.sleep(0.05)

        thread = threading.Thread(target=drain_queue, args=(open_store(), RunKind.PREDICTION))
        thread.start()
        wait_until(0.25)
        cluster.kill("one")
        wait_until(0.5)
        cluster.kill("scheduler")
        cluster.scheduler(port)
        wait_until(0.6)
        refusing = time.monotonic() + REFUSING_SECONDS
        proxied.proxy.spoil_by(lambda method, path: Fault.BUSY if time.monotonic() < refusing else None)
        wait_until(0.75)
        postgresql.stop()
        postgresql.start()
        thread.join(timeout=150)
        row = runs.run_row(open_store(), run_id)
    finally:
        cluster.end()
    assert row.state == "finished", row
    assert [*seen, row.done] == sorted([*seen, row.done])
    assert row.done == N_SLICES
    assert row.message.startswith(f"Predicted {N_SLICES - 1} slices")
    assert f"slice {poison.id}" in row.message
    for image in rows:
        assert len(versions(open_store(), image.id)) == (image.id != poison.id), image
