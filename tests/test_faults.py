"""A short round of every fault that the long campaign makes: nothing acknowledged is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks import faults
from benchmarks.fault_rounds import bucket, imports, readers, sessions, store, workers

SHORT = {
    (bucket, "N_HEARTS"): 8,
    (imports, "KILLS"): 2,
    (imports, "N_HEARTS"): 12,
    (readers, "N_READERS"): 5,
    (readers, "N_STROKES"): 3,
    (readers, "PAUSE_S"): 0.2,
    (readers, "MAX_MEDIAN_SECONDS"): 5.0,  # other tests run beside this one
    (sessions, "N_RUNS"): 30,
    (sessions, "N_SESSIONS"): 30,
    (store, "KILLS"): 2,
    (workers, "EPOCHS"): 12,
    (workers, "KILLS"): 1,
    (workers, "N_HEARTS"): 30,
    (workers, "N_SLICES"): 48,
}
# A full disk needs one of its own; two tabs and two servers are tried beside the browser tests, a cluster in
# tests/engine.
ELSEWHERE = ("app", "two tabs", "moved", "full disk", "cluster")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    for (module, name), value in SHORT.items():
        monkeypatch.setattr(module, name, value)


@pytest.mark.crash
@pytest.mark.parametrize("kind", [kind for kind in faults.KINDS if kind not in ELSEWHERE])
def test_nothing_that_was_acknowledged_is_lost(kind):
    line = faults.one_round(kind, seed=1)
    assert line.lost == ()
    assert line.tried


@pytest.mark.crash
@pytest.mark.browser
def test_nothing_is_lost_on_the_page(monkeypatch):
    monkeypatch.setattr("benchmarks.fault_rounds.app.KILLS", 3)
    with ThreadPoolExecutor(1) as thread:  # of its own: this one may have the driver of the browser tests
        line = thread.submit(faults.one_round, "app", seed=1).result()
    assert line.lost == ()
    assert (line.kills, line.tried > 2) == (3, True)


@pytest.mark.crash
def test_nothing_is_lost_on_a_full_disk(small_disk):  # which skips where none can be made
    assert faults.one_round("full disk", seed=1).lost == ()


def test_a_campaign_that_was_cut_off_goes_on(tmp_path):
    done = [faults.one_round("torn files", seed) for seed in (0, 2)]
    left = list(faults.campaign(["torn files"], 3, 0, done))
    assert [line.seed for line in left] == [1]


def test_what_is_lost_is_told_in_the_table(monkeypatch):
    def loses(folder, chance):
        return faults.Round(2, 7, ("a stroke is gone",))

    monkeypatch.setitem(faults.KINDS, "writer", loses)
    table = faults.table([faults.one_round("writer", 0), faults.one_round("writer", 1)])
    assert "| writer | 2 | 4 | 14 | 2 |" in table
