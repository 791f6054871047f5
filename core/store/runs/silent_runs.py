"""Runs whose worker died without a word: noticed by whoever looks, and ended."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import StoreUnavailable
from core.records.runs import ACTIVE, CanDo, RunKind, RunState, anywhere
from core.store.database import Store
from core.store.runs.beats import WATCH, Beat
from core.store.runs.run_records import run_record
from core.store.tables.base import now
from core.store.tables.runs import RunTable

SILENT = "The worker stopped without a word: it was killed, ran out of memory, or the machine went down."
ALREADY_GONE = "Cancelled; its worker was gone already. What was done until then is kept."


def give_up_silent_runs(store: Store) -> None:
    """Mark runs whose worker fell silent as failed, or as cancelled where somebody had asked for that."""
    with store.reading() as session:
        if not WATCH.silent(beats_of(session)):
            return
    try:
        with store.unit_of_work() as session:
            end_silent_runs(session)
    except StoreUnavailable:
        WATCH.begin_anew()  # whoever looks shall see what is there; and the worker could not write either


def end_silent_runs(session: Session) -> None:
    """End every run whose worker this process has seen to be silent; it can no longer write."""
    for beat in WATCH.silent(beats_of(session)):
        row = session.get(RunTable, beat.run_id, with_for_update=True)
        if row is not None and (row.token, row.beats) == (beat.token, beat.count):
            row.state = RunState.CANCELLED if row.cancel_asked else RunState.FAILED
            row.message = ALREADY_GONE if row.cancel_asked else SILENT
            row.ended_at, row.token = now(), None


def blocking_beat(store: Store, kind: RunKind, can_do: CanDo = anywhere) -> Beat | None:
    """Return the beat of the run at work for which another of its kind waits; None where none does.

    Args:
        store: which.
        kind: of run.
        can_do: whether this machine has what a run reads; only such runs count.
    """
    query = select(RunTable).where(RunTable.kind == kind, RunTable.state.in_(ACTIVE)).order_by(RunTable.id)
    with store.reading() as session:
        active = [run for run in map(run_record, session.scalars(query)) if can_do(run)]
        if not any(run.state == RunState.QUEUED for run in active):
            return None
        holder = next((run.id for run in active if run.state == RunState.RUNNING), None)
        return next((beat for beat in beats_of(session) if beat.run_id == holder), None)


def beats_of(session: Session) -> list[Beat]:
    """Return the beats of every run at work."""
    query = select(RunTable.id, RunTable.token, RunTable.beats).where(RunTable.state == RunState.RUNNING)
    return [Beat(*row) for row in session.execute(query).tuples()]
