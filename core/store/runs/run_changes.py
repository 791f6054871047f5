"""What a person may do with a run that is there: name it, stop it, let it go on, forget it."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, RunRefused, StoreUnavailable
from core.records.runs import ACTIVE, STOPPED, RunState
from core.store.database import Store
from core.store.names import NAME_LETTERS, stored_name, stored_text
from core.store.runs.epochs import delete_epochs
from core.store.runs.run_files import forget_files, remove_unnamed
from core.store.runs.run_records import trail_detail, trail_subject
from core.store.runs.runs import WAITING
from core.store.runs.silent_runs import end_silent_runs
from core.store.tables.base import now
from core.store.tables.runs import RunTable
from core.store.trail import Action, record_event

BEFORE_IT_BEGAN = "Cancelled before it began."


def describe(store: Store, run_id: int, name: str, note: str) -> None:
    """Give a run another name and note."""
    with store.unit_of_work() as session:
        row = _locked(session, run_id)
        row.name, row.note = stored_name(name, NAME_LETTERS), stored_text(note)


def ask_to_cancel(store: Store, run_id: int, person: str = "") -> None:
    """Ask the worker to stop; a run that has not begun, or whose worker is gone, is cancelled at once."""
    with store.unit_of_work() as session:
        row = _locked(session, run_id)
        if stop_run(row, person):
            record_event(session, person, Action.RUN_STOPPED, trail_subject(row), trail_detail(row))
        end_silent_runs(session)


def stop_run(row: RunTable, person: str) -> bool:
    """Have the run of a locked row stop; returns whether there was anything to stop."""
    if row.state not in ACTIVE or row.cancel_asked:
        return False
    row.cancel_asked, row.stopped_by = True, person
    if row.state == RunState.QUEUED:
        row.state, row.ended_at, row.message = RunState.CANCELLED, now(), BEFORE_IT_BEGAN
    return True


def enqueue_again(store: Store, run_id: int, person: str = "") -> None:
    """Put a run that failed or was cancelled back into the queue, to go on where it stopped.

    Raises:
        RunRefused: when it is at work, waits already, or has finished.
    """
    with store.unit_of_work() as session:
        row = _locked(session, run_id)
        if row.state not in STOPPED:
            raise RunRefused(f"run {run_id} is {row.state}; only one that failed or was cancelled can go on")
        requeue(row)
        record_event(session, person, Action.RUN_RESUMED, trail_subject(row), trail_detail(row))


def requeue(row: RunTable) -> None:
    """Put the run of a locked row, which is over, back into the queue."""
    row.state, row.message, row.ended_at = RunState.QUEUED, WAITING, None
    row.cancel_asked, row.stopped_by = False, ""


def delete_run(store: Store, run_id: int, person: str = "") -> None:
    """Forget a run, its epochs and its files; a model that it produced stays.

    Raises:
        RunRefused: while it is at work or waits for its turn.
    """
    with store.unit_of_work() as session:
        end_silent_runs(session)
        row = _locked(session, run_id)
        if row.state in ACTIVE:
            raise RunRefused(f"run {run_id} is {row.state}; cancel it first, then delete it")
        record_event(session, person, Action.RUN_DELETED, trail_subject(row), trail_detail(row))
        of_run = select(RunTable.id).where(RunTable.id == run_id)
        delete_epochs(session, of_run)
        unused = forget_files(session, of_run)
        session.delete(row)
    with suppress(StoreUnavailable):  # leftovers, which `verify` clears away
        remove_unnamed(store, unused)


def record_files_deleted(store: Store, run_id: int, person: str = "") -> None:
    """Add to the trail that somebody deletes what a run keeps on the disk; its row stays."""
    with store.unit_of_work() as session:
        row = _locked(session, run_id)
        record_event(session, person, Action.RUN_DELETED, trail_subject(row), f"files of {trail_detail(row)}")


def _locked(session: Session, run_id: int) -> RunTable:
    row = session.get(RunTable, run_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no run {run_id} in the store")
    return row
