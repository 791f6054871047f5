"""Nodes do what this machine would, each slice once, whatever dies in between."""

import re
import resource
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from distributed import get_worker
from distributed.system import MEMORY_LIMIT

from core.engine import run_in_shards
from core.engine.choice import cluster_of_settings
from core.engine.cluster import Cluster, connected
from core.engine.run_in_shards import room_for
from core.errors import BadSetting, RunRefused
from core.jobs.worker import drain_queue, drain_side_by_side
from core.network.predict import Predictor
from core.recipes.training import RECOMMENDED
from core.records.masks import Origin
from core.records.runs import RunKind, RunRow
from core.records.slices import Split, Status
from core.settings import ROOT, settings
from core.store.database import Store, open_store
from core.store.masks.masks import newest_versions, versions
from core.store.masks.predictions import load_prediction
from core.store.runs import run_changes, runs
from core.store.slices.slices import list_slices, slice_pixels
from core.workflow.prediction import predict_store
from core.workflow.review import Filter, count_slices
from core.workflow.training.preview import preview_training
from core.workflow.training.request import TrainingRequest
from core.workflow.training.runs import start_training
from tests.engine.local_cluster import LocalCluster
from tests.store.files.s3_servers import point_at
from tests.workflow.small import cine, stored


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    monkeypatch.setattr(run_in_shards, "SHARD_SLICES", 6)
    monkeypatch.setattr(run_in_shards, "MOST_SLICES", 12)


def begin(n_patients: int = 6) -> int:
    """Slices that wait, and a run that asks for them."""
    for number in range(n_patients):
        stored(cine(f"patient {number}", n_positions=3, n_phases=3, seed=number))
    return predict_store.start_prediction()


def work_off() -> threading.Thread:
    """Do the queue in the background, as a worker process would."""
    thread = threading.Thread(target=drain_queue, args=(open_store(), RunKind.PREDICTION))
    thread.start()
    return thread


def wait_until(condition, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def row_of(run_id: int) -> RunRow:
    return runs.run_row(open_store(), run_id)


def require_each_once(model, n_slices: int) -> None:
    """Every slice has the mask that the model says, in one version."""
    rows = list_slices(open_store(), limit=None)
    assert count_slices(Filter((Status.PREDICTED,))) == len(rows) == n_slices
    predictor = Predictor(model, "cpu", remove_islands=True)
    told = predictor.predict([slice_pixels(open_store(), row) for row in rows], [(1.8, 1.8)] * len(rows))
    newest = newest_versions(open_store(), [row.id for row in rows])
    for row, said in zip(rows, told, strict=True):
        assert np.array_equal(newest[row.id].mask, said.mask)
        assert np.array_equal(load_prediction(open_store(), row.id).mask, said.mask)
        assert [one.origin for one in versions(open_store(), row.id)] == [Origin.MODEL]
        assert row.worth is not None


def test_nodes_do_a_run_as_this_machine_would(cluster, model):
    for name in ("one", "two"):
        cluster.node(name)
    engine = Cluster()
    assert sorted((node.name, node.threads) for node in engine.nodes()) == [("one", 1), ("two", 1)]
    assert room_for(engine.nodes()) == 4
    engine.cancel()
    run_id = begin()
    work_off().join()
    row = row_of(run_id)
    assert (row.state, row.message, row.done) == ("finished", "Predicted 54 slices with unet-cine.", 54)
    assert (row.n_nodes, row.n_shards) == (2, 6)
    require_each_once(model, 54)


def test_progress_goes_on_within_a_shard(cluster, model, monkeypatch):
    for name in ("SHARD_SLICES", "LEAST_SLICES", "MOST_SLICES"):
        monkeypatch.setattr(run_in_shards, name, 1000)
    cluster.node("one")
    run_id = begin(30)
    seen: set[int] = set()
    thread = work_off()
    wait_until(lambda: count_slices(Filter((Status.PREDICTED,))))
    with open_store().unit_of_work():  # the node cannot go on, and tells where it is
        time.sleep(2 * run_in_shards.LOOK_SECONDS)
    wait_until(lambda: seen.add(row_of(run_id).done) or not thread.is_alive())
    assert (row_of(run_id).state, row_of(run_id).n_shards) == ("finished", 1)
    assert any(0 < n < 270 for n in seen)


def test_a_node_and_the_scheduler_die_and_every_slice_is_done_once(cluster, model):
    for name in ("one", "two"):
        cluster.node(name)
    run_id = begin(12)
    seen: list[int] = []
    thread = work_off()
    wait_until(lambda: seen.append(row_of(run_id).done) or seen[-1] >= 18)
    cluster.kill("one")
    wait_until(lambda: seen.append(row_of(run_id).done) or seen[-1] >= 45)
    port = int(cluster.address.rpartition(":")[2])
    cluster.kill("scheduler")
    cluster.scheduler(port)  # the other node finds it by itself
    thread.join(timeout=180)
    row = row_of(run_id)
    assert (row.state, row.done) == ("finished", 108), row.message
    assert [*seen, row.done] == sorted([*seen, row.done])
    require_each_once(model, 108)


def test_a_run_waits_for_nodes_and_can_be_cancelled_within_seconds(cluster):
    run_id = begin()
    thread = work_off()
    wait_until(lambda: row_of(run_id).state == "running")
    time.sleep(1)
    run_changes.ask_to_cancel(open_store(), run_id)
    thread.join(timeout=15)
    assert row_of(run_id).state == "cancelled"


def test_a_node_on_another_store_ends_the_run_with_a_sentence_and_leaves_nothing_out(
    cluster, tmp_path, monkeypatch
):
    other = Store(f"sqlite:///{tmp_path / 'other.sqlite'}", "")
    with monkeypatch.context() as there:
        there.setenv("SEPTUM_DATABASE", f"sqlite:///{other.place}")
        cluster.node("lost", tmp_path / "another home")
    run_id = begin(2)
    assert runs.enqueue(other, RunKind.PREDICTION, {}) == run_id  # and it has a run of that number
    work_off().join(timeout=60)
    row = row_of(run_id)
    assert (row.state, row.done) == ("failed", 0)
    assert "works on another store" in row.message
    assert "SEPTUM_DATABASE" in row.message


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SEPTUM_DATABASE", "postgresql+psycopg://septum@127.0.0.1:9/septum", "SEPTUM_DATABASE"),
        ("SEPTUM_ARRAYS", "s3://septum-nowhere/arrays", "septum-nowhere"),
    ],
)
def test_a_node_that_cannot_open_its_store_says_why_and_takes_nothing(
    cluster, name, value, told, monkeypatch
):
    with monkeypatch.context() as there:
        there.setenv(name, value)
        point_at(there, "http://127.0.0.1:9")
        assert told in refused("worker", cluster.address)
    engine = Cluster()
    assert engine.nodes() == []
    engine.cancel()


def test_a_node_that_looks_for_images_elsewhere_says_why_and_takes_nothing(cluster, tmp_path, monkeypatch):
    open_store()  # here, as it should be
    with monkeypatch.context() as there:
        there.setenv("SEPTUM_ARRAYS", str(tmp_path / "not mounted"))
        cluster.node("early")  # while there is no image anywhere
        run_id = begin(2)
        said = refused("worker", cluster.address)
    assert "finds no image of its store in" in said
    assert "not mounted" in said
    work_off().join(timeout=60)
    row = row_of(run_id)
    assert (row.state, row.done) == ("failed", 0)
    assert "not mounted; set SEPTUM_ARRAYS" in row.message


def pages_made_anew() -> int:
    """How often the system gives this thread a cleared page while large arrays come and go."""

    def come_and_go() -> int:
        for _ in range(10):
            np.ones(2**18)  # 2 MB
        return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt

    return -come_and_go() + come_and_go()


def looks_at_itself() -> bool:
    """Whether Dask takes a profile of this node's work, all the time."""
    return "profile" in get_worker().periodic_callbacks


def test_a_node_has_its_core_and_the_memory_for_the_work(cluster):
    cluster.node("one")
    with connected(cluster.address) as client:
        assert client.submit(pages_made_anew).result(60) < 100  # of 5,120
        assert not client.submit(looks_at_itself).result(60)
        (node,) = client.scheduler_info()["workers"].values()
        assert node["memory_limit"] == MEMORY_LIMIT  # a share by its threads would end a training


def test_nothing_listens_beyond_this_machine(cluster):
    cluster.node("one")
    assert cluster.listening() == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("tcp://10.1.2.3:8786", "without certificates anybody could run programs"),
        ("8786", "no scheduler's address"),
        ("tls://head:8786", "SEPTUM_CLUSTER_TLS is not set"),
    ],
)
def test_an_address_that_cannot_be_or_is_unsafe_is_told(address, told, home, monkeypatch):
    monkeypatch.setenv("SEPTUM_CLUSTER", address)
    settings.cache_clear()
    with pytest.raises(BadSetting, match=told):
        Cluster()


def test_a_scheduler_that_is_not_there_is_told_in_a_sentence(home, monkeypatch):
    monkeypatch.setenv("SEPTUM_CLUSTER", "tcp://127.0.0.1:9")
    monkeypatch.setattr("core.engine.cluster.CONNECT_SECONDS", 0.5)
    settings.cache_clear()
    with pytest.raises(RunRefused, match="no scheduler answers at tcp://127.0.0.1:9"):
        Cluster()


def refused(*arguments: str) -> str:
    """What a scheduler or node says that cannot begin."""
    command = [sys.executable, "-m", "core", "cluster", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_an_address_that_cannot_be_listened_on_is_told_in_a_sentence(home, tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused("scheduler", "--host", "127.0.0.1", "--port", str(port))
    assert re.search(rf"no scheduler can listen on 127\.0\.0\.1:{port} \(.*in use", told)
    monkeypatch.setenv("SEPTUM_CLUSTER_TLS", str(certificates(tmp_path / "tls")))
    told = refused("worker", "tls://127.0.0.1:9", "--host", "192.0.2.99")  # of nobody
    assert re.search(r"no node can be started for tls://127\.0\.0\.1:9 \(.*assign", told)


def test_with_certificates_nodes_work_and_strangers_are_not_heard(model, tmp_path, monkeypatch):
    folder, other = certificates(tmp_path / "ours"), certificates(tmp_path / "theirs")
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    monkeypatch.setenv("SEPTUM_CLUSTER_TLS", str(folder))
    made = LocalCluster(tmp_path)
    try:
        made.scheduler()
        assert made.address.startswith("tls://127.0.0.1:")
        made.node("one")
        monkeypatch.setenv("SEPTUM_CLUSTER", made.address)
        settings.cache_clear()
        run_id = begin(2)
        work_off().join()
        assert (row_of(run_id).state, row_of(run_id).done) == ("finished", 18)
        monkeypatch.setenv("SEPTUM_CLUSTER_TLS", str(other))
        monkeypatch.setattr("core.engine.cluster.CONNECT_SECONDS", 3.0)
        settings.cache_clear()
        with pytest.raises(RunRefused, match="no scheduler answers"):
            Cluster()
    finally:
        made.end()


def certificates(folder: Path) -> Path:
    """A folder with a certificate, its key, and the authority that both sides know, as in the guide."""
    folder.mkdir()
    for command in OPENSSL:
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder


OPENSSL = (
    "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Septum -keyout ca-key.pem -out ca.pem",
    "req -newkey rsa:2048 -nodes -subj /CN=node -keyout key.pem -out node.csr",
    "x509 -req -in node.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -out cert.pem",
)


def ask_for_a_training(seed: int = 0) -> int:
    config = replace(RECOMMENDED, widths=(4, 8), bottleneck=8, epochs=3, crop=16, validate_every=1, seed=seed)
    request = TrainingRequest(config)
    return start_training(request, preview_training(request).load)


def test_whole_trainings_go_to_nodes_several_at_once_and_bring_candidates(cluster, monkeypatch):
    for name in ("one", "two"):
        cluster.node(name)
    monkeypatch.setenv("SEPTUM_CLUSTER_TRAININGS", "2")
    settings.cache_clear()
    stored(cine("anna", masked=True))
    stored(cine("berta", masked=True, split=Split.VALIDATION, seed=1))
    run_ids = [ask_for_a_training(seed) for seed in range(3)]
    thread = threading.Thread(target=drain_side_by_side, args=(open_store(), RunKind.TRAINING))
    thread.start()
    states: set[tuple[str, ...]] = set()
    wait_until(lambda: states.add(tuple(row_of(one).state for one in run_ids)) or not thread.is_alive())
    assert max(state.count("running") for state in states) == 2
    for one in run_ids:
        row = row_of(one)
        assert (row.state, row.done) == ("finished", 3), row.message
        assert row.model_id is not None
        assert "cored" in row.message


def test_a_missing_package_is_told_in_a_sentence(home, monkeypatch):
    monkeypatch.setenv("SEPTUM_CLUSTER", "tcp://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "core.engine.cluster")
    settings.cache_clear()
    with pytest.raises(BadSetting, match="the package distributed is missing; install the extra"):
        cluster_of_settings(SimpleNamespace(raise_if_cancelled=lambda: None))
