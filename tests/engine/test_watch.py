"""Home lists the nodes of a cluster: what each does, and why one takes nothing."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from core.engine.watch import node_states, state_of
from core.errors import RunRefused
from core.settings import ROOT
from core.store.database import open_store
from core.store.drawn import store_mark
from core.workflow.dashboard import cluster as dashboard
from pages.shared.home.cluster_section import IDLE, PAUSED, SILENT, now_of
from tests.engine.test_cluster import begin, small_shards, wait_until, work_off

__all__ = ["small_shards"]


def home_page() -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    assert not app.exception
    return app


def words_of(app: AppTest) -> str:
    return "\n".join([*(one.value for one in app.markdown), *(one.value for one in app.error)])


def test_home_tells_what_nodes_do_and_why_one_takes_nothing(cluster, tmp_path, monkeypatch):
    assert "No node is there" in words_of(home_page())
    cluster.node("one")
    run_id = begin()
    seen: list[object] = []
    thread = work_off()
    wait_until(lambda: seen.extend(node_states(store_mark(open_store()))[0].pieces) or not thread.is_alive())
    assert {(one.kind, one.run_id, one.n_slices) for one in seen} == {("prediction", run_id, 9)}
    with monkeypatch.context() as there:
        there.setenv("SEPTUM_DATABASE", f"sqlite:///{tmp_path / 'other.sqlite'}")
        cluster.node("stray", tmp_path / "another home")
    wait_until(lambda: dashboard.nodes()[0].n_shards == 6)
    assert [(one.name, one.is_elsewhere) for one in dashboard.nodes()] == [("one", False), ("stray", True)]
    told = words_of(home_page())
    assert f"| **one** | 1 | 0 | {IDLE} | 6 | now |" in told
    assert "| **stray** | 1 | 0 | takes nothing: it works on another store" in told
    cluster.kill("scheduler")
    assert "No scheduler answers at" in words_of(home_page())
    with pytest.raises(RunRefused, match="no scheduler answers"):
        dashboard.nodes()


def test_without_a_cluster_home_has_no_word_of_it(home):
    assert "Cluster" not in [one.value for one in home_page().header]


def test_a_node_that_is_silent_or_full_or_cannot_work_says_so():
    told = {"name": "one", "nthreads": 2, "last_seen": time.time(), "metrics": {}, "status": "running"}
    told |= {"store": "mark", "resources": {"GPU": 1.0}}
    state = state_of(told, "mark")
    assert (state.name, state.threads, state.gpus, state.n_shards) == ("one", 2, 1, 0)
    assert now_of(state) == IDLE
    assert now_of(state_of(told | {"status": "paused"}, "mark")) == PAUSED
    assert now_of(state_of(told | {"last_seen": time.time() - 60}, "mark")) == SILENT
    failed = {"septum": {"pieces": [], "n_shards": 3, "problem": "the bucket cannot be read"}}
    assert "The bucket cannot be read" in now_of(state_of(told | {"metrics": failed}, "mark"))
