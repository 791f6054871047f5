"""Silence is what somebody watched: neither clocks nor a sleeping machine make a living worker look dead."""

from collections.abc import Callable

import pytest

from core.records.runs import RunKind, RunState
from core.store.database import Store
from core.store.runs import beats, runs, silent_runs
from core.store.runs.beats import Beat, Watch

BEAT = Beat(1, "of the worker", 7)
KIND = RunKind.PREDICTION


class Clock:
    """A monotonic clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> Watch:
    return Watch(clock)


def look_for(watch: Watch, clock: Clock, seconds: int, beat: Callable[[int], Beat]) -> list[Beat]:
    """One look a second; returns what the last one told."""
    found: list[Beat] = []
    for second in range(seconds + 1):
        found = watch.silent([beat(second)])
        clock.seconds += 1
    return found


def test_a_beat_that_does_not_change_for_half_a_minute_is_silence(watch, clock):
    assert look_for(watch, clock, 29, lambda second: BEAT) == []
    assert watch.silent([BEAT]) == [BEAT]


def test_a_worker_that_beats_is_never_silent(watch, clock):
    assert look_for(watch, clock, 600, lambda second: Beat(1, "of the worker", second // 20)) == []


def test_the_next_worker_of_the_same_run_is_another(watch, clock):
    look_for(watch, clock, 29, lambda second: BEAT)
    assert watch.silent([Beat(1, "of the next", 7)]) == []


def test_a_watcher_that_slept_along_with_the_worker_waits_for_the_next_beat(watch, clock):
    """Both were halted for ten minutes, and the watcher goes on first."""
    look_for(watch, clock, 4, lambda second: BEAT)
    clock.seconds += 600
    assert look_for(watch, clock, 5, lambda second: BEAT) == []
    assert look_for(watch, clock, 600, lambda second: Beat(1, "of the worker", 8 + second // 5)) == []


def test_who_looks_only_now_and_then_notices_a_death_by_the_fourth_look(watch, clock):
    found = []
    for _ in range(4):
        found.append(watch.silent([BEAT]))
        clock.seconds += 120
    assert found == [[], [], [], [BEAT]]


@pytest.fixture
def at_work(store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """A run with its token; whoever looks does so by the clock in hand."""
    monkeypatch.setattr(silent_runs, "WATCH", watch)
    run_id = runs.enqueue(store, KIND, {}, total=10)
    claimed = runs.claim(store, KIND)
    assert claimed is not None
    return run_id, claimed[1]


def give_up_for(store: Store, clock: Clock, seconds: int) -> None:
    for _ in range(seconds + 1):
        silent_runs.give_up_silent_runs(store)
        clock.seconds += 1


def test_a_page_whose_clock_is_an_hour_ahead_fails_nobody(store, at_work, monkeypatch):
    from datetime import timedelta

    ahead = silent_runs.now() + timedelta(hours=1)
    monkeypatch.setattr(silent_runs, "now", lambda: ahead)
    silent_runs.give_up_silent_runs(store)
    silent_runs.give_up_silent_runs(store)
    assert runs.run_row(store, at_work[0]).state == RunState.RUNNING


def test_a_killed_worker_is_noticed_within_half_a_minute_of_being_watched(store, at_work, clock):
    give_up_for(store, clock, 29)
    assert runs.run_row(store, at_work[0]).state == RunState.RUNNING
    give_up_for(store, clock, 1)
    assert runs.run_row(store, at_work[0]).state == RunState.FAILED


def test_a_second_watcher_finds_done_what_the_first_did(store, at_work, clock, monkeypatch):
    first, second = Watch(clock), Watch(clock)
    for _ in range(31):
        for watch in (first, second):
            monkeypatch.setattr(silent_runs, "WATCH", watch)
            silent_runs.give_up_silent_runs(store)
        clock.seconds += 1
    failed = runs.run_row(store, at_work[0])
    assert failed.state == RunState.FAILED
    silent_runs.give_up_silent_runs(store)
    assert runs.run_row(store, at_work[0]) == failed


def test_a_worker_that_beats_between_the_look_and_the_verdict_lives(store, at_work, clock, monkeypatch):
    give_up_for(store, clock, 29)
    begin = store.unit_of_work

    def beats_first():  # type: ignore[no-untyped-def]
        monkeypatch.setattr(store, "unit_of_work", begin)
        runs.report(store, *at_work)
        return begin()

    monkeypatch.setattr(store, "unit_of_work", beats_first)
    silent_runs.give_up_silent_runs(store)
    assert runs.run_row(store, at_work[0]).state == RunState.RUNNING


def test_nobody_is_given_up_for_being_silent_while_the_store_could_not_be_written(
    store, at_work, clock, monkeypatch
):
    from core.errors import StoreUnavailable

    def full():  # type: ignore[no-untyped-def]
        raise StoreUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(store, "unit_of_work", full)
        give_up_for(store, clock, 45)
    silent_runs.give_up_silent_runs(store)  # somebody made room; the worker's next beat is seconds away
    assert runs.run_row(store, at_work[0]).state == RunState.RUNNING
    give_up_for(store, clock, int(beats.SILENT_SECONDS))
    assert runs.run_row(store, at_work[0]).state == RunState.FAILED
