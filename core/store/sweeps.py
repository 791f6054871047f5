"""Sweeps: runs that were asked for together, kept, stopped, continued and forgotten as one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import NotFound, RunRefused
from core.records import RunKind, RunRow, RunState, SweepRow
from core.store.database import Store
from core.store.runs import WAITING, as_record
from core.store.tables import EpochTable, RunTable, SweepTable, now

BEFORE_IT_BEGAN = "Cancelled before it began."


@dataclass(frozen=True)
class QueuedRun:
    """One run of a sweep, as it is asked for."""

    name: str
    configuration: dict[str, object]
    total: int


def add_sweep(
    store: Store, name: str, configuration: dict[str, object], asked: Sequence[QueuedRun], note: str = ""
) -> int:
    """Keep a sweep and put all its runs into the queue, whole or not at all; returns its id."""
    with store.unit_of_work() as session:
        sweep = SweepTable(name=name, configuration=json.dumps(configuration))
        session.add(sweep)
        session.flush()
        session.add_all(
            RunTable(
                kind=RunKind.TRAINING,
                state=RunState.QUEUED,
                configuration=json.dumps(run.configuration),
                total=run.total,
                message=WAITING,
                name=run.name,
                note=note,
                sweep_id=sweep.id,
            )
            for run in asked
        )
        return sweep.id


def list_sweeps(store: Store) -> list[SweepRow]:
    """Sweeps, newest first."""
    with store.reading() as session:
        rows = session.scalars(select(SweepTable).order_by(SweepTable.id.desc()))
        return [SweepRow(row.id, row.name, row.configuration, row.created_at) for row in rows]


def sweep_row(store: Store, sweep_id: int) -> SweepRow:
    """One sweep.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        row = session.get(SweepTable, sweep_id)
        if row is None:
            raise NotFound(f"there is no sweep {sweep_id} in the store")
        return SweepRow(row.id, row.name, row.configuration, row.created_at)


def runs_of(store: Store, sweep_id: int) -> list[RunRow]:
    """The runs of a sweep that were not deleted, in the order in which they were asked for."""
    query = select(RunTable).where(RunTable.sweep_id == sweep_id).order_by(RunTable.id)
    with store.reading() as session:
        return [as_record(row) for row in session.scalars(query)]


def ask_to_cancel(store: Store, sweep_id: int) -> None:
    """Ask the run at work to stop, and take all that wait out of the queue, in one step."""
    with store.unit_of_work() as session:
        for row in _locked(session, sweep_id, RunState.QUEUED, RunState.RUNNING):
            row.cancel_asked = True
            if row.state == RunState.QUEUED:
                row.state, row.ended_at, row.message = RunState.CANCELLED, now(), BEFORE_IT_BEGAN


def enqueue_again(store: Store, sweep_id: int) -> int:
    """Put every run that failed or was cancelled back into the queue; returns how many."""
    with store.unit_of_work() as session:
        rows = _locked(session, sweep_id, RunState.FAILED, RunState.CANCELLED)
        for row in rows:
            row.state, row.message, row.ended_at, row.cancel_asked = RunState.QUEUED, WAITING, None, False
        return len(rows)


def delete_sweep(store: Store, sweep_id: int) -> None:
    """Forget a sweep with its runs and their epochs; models that they produced stay.

    Raises:
        RunRefused: while one of them is at work or waits for its turn.
    """
    with store.unit_of_work() as session:
        if _locked(session, sweep_id, RunState.QUEUED, RunState.RUNNING):
            raise RunRefused(f"sweep {sweep_id} is not over; cancel it first, then delete it")
        ids = select(RunTable.id).where(RunTable.sweep_id == sweep_id).scalar_subquery()
        session.execute(delete(EpochTable).where(EpochTable.run_id.in_(ids)))
        session.execute(delete(RunTable).where(RunTable.sweep_id == sweep_id))
        session.execute(delete(SweepTable).where(SweepTable.id == sweep_id))


def _locked(session: Session, sweep_id: int, *states: RunState) -> list[RunTable]:
    """The sweep's runs in one of the states, for this transaction alone."""
    query = select(RunTable).where(RunTable.sweep_id == sweep_id, RunTable.state.in_(states))
    return list(session.scalars(query.order_by(RunTable.id).with_for_update()))
