"""The last word of a run is said until the store knows it, and what lets it go on is there until then."""

import pytest

from core.errors import StoreUnavailable
from core.jobs import control as run_control
from core.jobs.kinds import JOB_KINDS
from core.jobs.worker import drain_queue
from core.records.runs import Epoch, RunKind, RunState
from core.store.runs import beats, epochs, run_changes, runs, silent_runs
from tests.jobs.counting import COUNTING
from tests.own_store import store

__all__ = ["store"]


KIND = RunKind.PREDICTION


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a store is over within a second."""
    monkeypatch.setattr(run_control, "RETRY_SECONDS", 1.0)
    monkeypatch.setattr(run_control, "MIN_PAUSE", 0.01)


def refuse(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the store refuse the last word of a run so many times."""
    stored, refused = runs.end, []

    def end(*said: object) -> None:
        if len(refused) < times:
            refused.append(said)
            raise StoreUnavailable("the disk is full")
        stored(*said)

    monkeypatch.setattr(runs, "end", end)


def work_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(JOB_KINDS, KIND, COUNTING)


@pytest.mark.usefixtures("impatient")
def test_a_last_word_that_the_store_refuses_is_said_again_until_it_is_kept(store, monkeypatch):
    work_here(monkeypatch)
    refuse(monkeypatch, 5)
    run_id = runs.enqueue(store, KIND, {}, total=1)
    waiting = runs.enqueue(store, KIND, {}, total=1)
    drain_queue(store, KIND)
    assert runs.run_row(store, run_id).state == RunState.FINISHED
    assert runs.run_row(store, waiting).state == RunState.FINISHED


def test_a_worker_goes_on_beating_while_its_last_word_is_refused(store, monkeypatch):
    work_here(monkeypatch)
    monkeypatch.setattr(beats, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(run_control, "MIN_PAUSE", 0.2)
    refuse(monkeypatch, 2)
    beaten: list[int] = []
    report = runs.report
    monkeypatch.setattr(runs, "report", lambda *said, **more: beaten.append(1) or report(*said, **more))
    runs.enqueue(store, KIND, {}, total=0)
    drain_queue(store, KIND)
    assert len(beaten) > 5


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_cannot_say_its_last_word_for_long_gives_up_and_the_run_can_be_taken_up(
    store, monkeypatch
):
    work_here(monkeypatch)
    run_id = runs.enqueue(store, KIND, {}, total=0)
    with monkeypatch.context() as patch:
        refuse(patch, 10_000)
        with pytest.raises(StoreUnavailable):
            drain_queue(store, KIND)
    monkeypatch.setattr(beats, "SILENT_SECONDS", 0.0)
    silent_runs.give_up_silent_runs(store)
    run_changes.enqueue_again(store, run_id)
    drain_queue(store, KIND)
    assert runs.run_row(store, run_id).state == RunState.FINISHED


@pytest.mark.usefixtures("impatient")
def test_what_is_tidied_up_after_a_run_stays_until_the_store_knows_that_it_has_finished(store, monkeypatch):
    claimed = (runs.enqueue(store, KIND, {}), runs.claim(store, KIND))[1]
    control = run_control.RunControl(store, *claimed)
    tidied: list[str] = []
    control.on_finished(lambda: tidied.append("tidied"))
    with monkeypatch.context() as patch:
        refuse(patch, 10_000)
        with pytest.raises(StoreUnavailable):
            control.end(RunState.FINISHED, "Done.")
    assert tidied == []
    control.end(RunState.FINISHED, "Done.")
    control.close()
    assert tidied == ["tidied"]


def test_an_epoch_is_stored_with_the_beat_that_reports_it_also_where_the_run_is_to_stop(store):
    run_id = runs.enqueue(store, RunKind.TRAINING, {}, 9)
    row, token = runs.claim(store, RunKind.TRAINING) or pytest.fail("nothing to claim")
    control = run_control.RunControl(store, row, token)
    try:
        first, second = (Epoch(n, 0.5, 0.4, (0.7, 0.8, 0.9), 1e-3, 2.0, True) for n in (1, 2))
        control.restart_epochs([first], 9)
        assert runs.run_row(store, run_id).message == "Epoch 2 of 9."
        run_changes.ask_to_cancel(store, run_id)
        with pytest.raises(run_control.Cancelled):
            control.record_epoch(second, 9, 512.0)
    finally:
        control.close()
    told = runs.run_row(store, run_id)
    assert (told.done, told.total, told.message, told.peak_memory_mb) == (2, 9, "Epoch 3 of 9.", 512.0)
    assert [epoch.number for epoch in epochs.epochs_of(store, [run_id])[run_id]] == [1, 2]
