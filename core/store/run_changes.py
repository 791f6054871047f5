"""What a person may do with a run that is there: name it, let it go on, forget it."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.errors import NotFound, RunRefused
from core.records import RunState
from core.store.database import Store
from core.store.runs import WAITING
from core.store.tables import EpochTable, RunTable


def describe(store: Store, run_id: int, name: str, note: str) -> None:
    """Give a run another name and note."""
    with store.unit_of_work() as session:
        row = _locked(session, run_id)
        row.name, row.note = name, note


def enqueue_again(store: Store, run_id: int) -> None:
    """Put a run that failed or was cancelled back into the queue, to go on where it stopped.

    Raises:
        RunRefused: when it is at work, waits already, or has finished.
    """
    with store.unit_of_work() as session:
        row = _locked(session, run_id)
        if row.state not in (RunState.FAILED, RunState.CANCELLED):
            raise RunRefused(f"run {run_id} is {row.state}; only one that failed or was cancelled can go on")
        row.state, row.message, row.ended_at, row.cancel_asked = RunState.QUEUED, WAITING, None, False


def delete_run(store: Store, run_id: int) -> None:
    """Forget a run and its epochs; a model that it produced stays.

    Raises:
        RunRefused: while it is at work or waits for its turn.
    """
    with store.unit_of_work() as session:
        row = _locked(session, run_id)
        if row.state in (RunState.QUEUED, RunState.RUNNING):
            raise RunRefused(f"run {run_id} is {row.state}; cancel it first, then delete it")
        session.execute(delete(EpochTable).where(EpochTable.run_id == run_id))
        session.delete(row)


def _locked(session: Session, run_id: int) -> RunTable:
    row = session.get(RunTable, run_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no run {run_id} in the store")
    return row
