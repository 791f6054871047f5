"""A run is cut along its series; what fails is halved until a slice is named, and nothing goes back."""

import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.engine import run_in_shards
from core.engine.run_in_shards import Progress, cut, cut_series
from core.engine.shard import Node, Outcome, Shard
from core.errors import StoreUnavailable
from core.records.nodes import Piece
from core.records.slices import SliceIds


def rows(*lengths: int, stack: int = 10_000) -> SliceIds:
    """Slices of as many series, of these lengths, in stacks of as many slices."""
    phases = np.concatenate([np.arange(length) // stack for length in lengths]) if lengths else np.arange(0)
    return SliceIds(np.arange(sum(lengths)), np.repeat(np.arange(len(lengths)), lengths), phases)


class Told:
    """A run's row that remembers what it was told."""

    def __init__(self) -> None:
        self.run, self.token = SimpleNamespace(id=7), "token"
        self.done: list[int] = []
        self.by: list[tuple[int, int]] = []

    def progress(self, done: int, total: int, message: str, *, n_nodes: int, n_shards: int) -> None:
        assert done <= total
        self.done.append(done)
        self.by.append((n_nodes, n_shards))

    def raise_if_cancelled(self) -> None:
        """Nobody asks to stop."""


class Nodes:
    """An engine whose nodes fail at some slices."""

    def __init__(self, poison=(), away=lambda: False, damaged=(), tell=False) -> None:
        self.tell = tell
        self.poison, self.away, self.damaged = set(poison), away, set(damaged)
        self.given: list[Shard] = []
        self.most = 0
        self.cancelled = False

    def submit(self, shard: Shard) -> None:
        self.given.append(shard)
        self.most = max(self.most, len(self.given))

    def finished(self, seconds: float) -> list[Outcome]:
        shard = self.given.pop(0)
        ids = set(shard.slice_ids)
        if self.away() or ids & self.damaged:
            return [Outcome(shard, problem="the images cannot be read", again=True)]
        node = ("one", "two")[shard.slice_ids[0] % 2]
        return [Outcome(shard, problem="it burst" if ids & self.poison else "", node=node)]

    def cancel(self) -> None:
        self.cancelled = True

    def nodes(self) -> list[Node]:
        """Both are at the same shards, half through, and have not yet told that the first of all ended."""
        told = [Piece("prediction", 7, 256, 0, 256)]
        told += [Piece("prediction", 7, 256, shard.slice_ids[0], 128) for shard in self.given[:2]]
        return [Node(name, 1, 0, tuple(told if self.tell else ())) for name in ("one", "two")]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(run_in_shards, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(run_in_shards, "WHOLE_SECONDS", 0.2)


def do(monkeypatch, engine: Nodes, slices: SliceIds) -> tuple[Told, list[str]]:
    monkeypatch.setattr(run_in_shards, "engine_for", lambda control, done: engine)
    told = Told()
    return told, run_in_shards.run_in_shards(told, slices, "Working.")


def test_shards_end_where_series_do_unless_one_is_very_long():
    assert [len(shard) for shard in cut(rows(100, 200, 300, 10))] == [300, 300, 10]
    assert [len(shard) for shard in cut(rows(3000))] == [1024, 1024, 952]
    assert [len(shard) for shard in cut(rows(10, 10, 10, 50), 16)] == [20, 60]
    assert list(cut(rows())) == []
    assert [len(shard) for shard in cut(rows(3000, stack=100))] == [1000, 1000, 1000]
    assert [len(shard) for shard in cut(rows(100, 2990, stack=12))] == [1024, 1020, 1020, 26]
    whole = rows(100, 200, 3000, 40)
    assert [one for shard in cut(whole) for one in shard] == list(range(3340))
    assert cut_series(whole) == [2]
    assert cut_series(rows(100, 200, 300)) == []


def test_all_are_done_and_only_a_few_are_handed_in_at_once(monkeypatch):
    engine = Nodes()
    told, left_out = do(monkeypatch, engine, rows(*[256] * 20))
    assert (left_out, told.done[-1], engine.most) == ([], 5120, 4)
    assert told.done == sorted(told.done)
    assert told.by == [(1, number + 1) for number in range(20)]
    assert engine.cancelled


def test_what_nodes_have_done_of_their_shards_counts_once_and_before_these_end(monkeypatch):
    told, _ = do(monkeypatch, Nodes(tell=True), rows(*[256] * 4))
    assert told.done == [256, 512, 512, 768, 768, 896, 1024]


def test_a_run_of_a_million_slices_takes_few_bytes_for_each(monkeypatch):
    slices = rows(*[20] * 50_000)
    monkeypatch.setattr(run_in_shards, "engine_for", lambda control, done: Nodes())
    control = SimpleNamespace(run=SimpleNamespace(id=7), token="token", raise_if_cancelled=lambda: None)
    control.progress = lambda done, total, message, *, n_nodes, n_shards: None
    tracemalloc.start()
    try:
        run_in_shards.run_in_shards(control, slices, "Working.")
        cut_series(slices)
        assert tracemalloc.get_traced_memory()[1] < 30 * len(slices)
    finally:
        tracemalloc.stop()


def test_poison_is_halved_until_it_is_named(monkeypatch):
    told, left_out = do(monkeypatch, Nodes(poison={300, 301, 700}), rows(*[256] * 4))
    assert sorted(left_out) == [f"slice {number}: it burst" for number in (300, 301, 700)]
    assert told.done[-1] == 1024
    assert told.done == sorted(told.done)


def test_what_cannot_be_read_for_a_while_is_done_again_and_nothing_is_left_out(monkeypatch):
    tries = iter(range(1000))
    told, left_out = do(monkeypatch, Nodes(away=lambda: next(tries) < 40), rows(*[256] * 4))
    assert (left_out, told.done[-1]) == ([], 1024)


def test_a_slice_that_can_never_be_read_is_named_while_others_are_done(monkeypatch):
    _, left_out = do(monkeypatch, Nodes(damaged={500}), rows(*[256] * 4))
    assert left_out == ["slice 500: the images cannot be read"]


def test_the_only_shard_of_a_run_is_halved_after_a_while_to_find_what_can_be_read(monkeypatch):
    monkeypatch.setattr(run_in_shards, "WHOLE_SECONDS", 0.0)
    _, left_out = do(monkeypatch, Nodes(damaged={5}), rows(40))
    assert left_out == ["slice 5: the images cannot be read"]


def test_when_nothing_can_be_read_for_minutes_the_run_says_why(monkeypatch):
    monkeypatch.setattr(run_in_shards, "RETRY_SECONDS", 0.0)
    engine = Nodes(away=lambda: True)
    with pytest.raises(StoreUnavailable, match="the images cannot be read"):
        do(monkeypatch, engine, rows(40))
    assert engine.cancelled


def test_progress_never_goes_back_whatever_is_told_twice():
    told = Told()
    progress = Progress(told, 10, "Working.")
    shard = Shard(7, "token", (1, 2, 3, 4))
    progress.add(4)
    progress.add(4)  # the same again, after a failure
    progress.settle(Outcome(shard))
    progress.settle(Outcome(replace(shard, slice_ids=(5, 6, 7, 8, 9, 10)), left_out=("slice 5: it burst",)))
    assert told.done == sorted(told.done)
    assert told.done[-1] == 10
    assert progress.left_out == ["slice 5: it burst"]
