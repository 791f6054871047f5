"""Sweeps: runs that were asked for together, kept, stopped, continued and forgotten as one."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import NotFound, RunRefused, StoreUnavailable
from core.records.runs import ACTIVE, STOPPED, RunKind, RunRow, RunState, SweepRow
from core.store.database import Store
from core.store.files.kinds import RUN_FILE
from core.store.files.named import hold_removals
from core.store.names import NAME_LETTERS, stored_name, stored_text
from core.store.runs.epochs import delete_epochs
from core.store.runs.run_changes import requeue, stop_run
from core.store.runs.run_files import forget_files, name_file, remove_unnamed
from core.store.runs.run_records import run_record
from core.store.runs.runs import WAITING
from core.store.runs.silent_runs import end_silent_runs
from core.store.tables.runs import RunTable, SweepTable
from core.store.trail import Action, record_event


@dataclass(frozen=True)
class QueuedRun:
    """One run of a sweep, as it is asked for."""

    name: str
    configuration: dict[str, object]
    total: int


def add_sweep(
    store: Store,
    name: str,
    configuration: dict[str, object],
    asked: Sequence[QueuedRun],
    note: str = "",
    person: str = "",
    shared: Path | None = None,
) -> int:
    """Keep a sweep and put all its runs into the queue, whole or not at all; returns its id.

    Args:
        store: which.
        name: of the sweep.
        configuration: which choices it varies, in plain values.
        asked: its runs.
        note: for people.
        person: who asks for it.
        shared: a file of this machine that each of the runs has to begin with, under its name; it must not
            be written to again.
    """
    digest = store.arrays.keep_file(shared, RUN_FILE) if shared is not None else ""
    with store.unit_of_work(first=hold_removals) as session:
        sweep = SweepTable(name=stored_name(name, NAME_LETTERS), configuration=json.dumps(configuration))
        session.add(sweep)
        session.flush()
        queued = [
            RunTable(
                kind=RunKind.TRAINING,
                state=RunState.QUEUED,
                configuration=json.dumps(run.configuration),
                total=run.total,
                message=WAITING,
                name=stored_name(run.name, NAME_LETTERS),
                note=stored_text(note),
                sweep_id=sweep.id,
                asked_by=person,
            )
            for run in asked
        ]
        session.add_all(queued)
        session.flush()
        if shared is not None:
            name_file(store, session, [run.id for run in queued], shared, digest)
        _record(session, person, Action.RUN_ASKED, sweep, len(asked))
        return sweep.id


def list_sweeps(store: Store) -> list[SweepRow]:
    """Return sweeps, newest first."""
    with store.reading() as session:
        rows = session.scalars(select(SweepTable).order_by(SweepTable.id.desc()))
        return [SweepRow(row.id, row.name, row.configuration, row.created_at) for row in rows]


def sweep_row(store: Store, sweep_id: int) -> SweepRow:
    """Return one sweep.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        row = session.get(SweepTable, sweep_id)
        if row is None:
            raise NotFound(f"there is no sweep {sweep_id} in the store")
        return SweepRow(row.id, row.name, row.configuration, row.created_at)


def runs_of(store: Store, sweep_id: int) -> list[RunRow]:
    """Return the runs of a sweep that were not deleted, in the order in which they were asked for."""
    query = select(RunTable).where(RunTable.sweep_id == sweep_id).order_by(RunTable.id)
    with store.reading() as session:
        return [run_record(row) for row in session.scalars(query)]


def ask_to_cancel(store: Store, sweep_id: int, person: str = "") -> None:
    """Ask the run at work to stop, and take all that wait out of the queue, in one step."""
    with store.unit_of_work() as session:
        rows = _locked(session, sweep_id, *ACTIVE)
        stopped = sum(stop_run(row, person) for row in rows)
        if stopped:
            _record(session, person, Action.RUN_STOPPED, session.get_one(SweepTable, sweep_id), stopped)
        end_silent_runs(session)


def enqueue_again(store: Store, sweep_id: int, person: str = "") -> int:
    """Put every run that failed or was cancelled back into the queue; returns how many."""
    with store.unit_of_work() as session:
        rows = _locked(session, sweep_id, *STOPPED)
        for row in rows:
            requeue(row)
        if rows:
            _record(session, person, Action.RUN_RESUMED, session.get_one(SweepTable, sweep_id), len(rows))
        return len(rows)


def delete_sweep(store: Store, sweep_id: int, person: str = "") -> None:
    """Forget a sweep with its runs and their epochs; models that they produced stay.

    Raises:
        RunRefused: while one of them is at work or waits for its turn.
        NotFound: when there is none of that id.
    """
    with store.unit_of_work() as session:
        end_silent_runs(session)
        if _locked(session, sweep_id, *ACTIVE):
            raise RunRefused(f"sweep {sweep_id} is not over; cancel it first, then delete it")
        sweep = session.get(SweepTable, sweep_id)
        if sweep is None:
            raise NotFound(f"there is no sweep {sweep_id} in the store")
        ids = select(RunTable.id).where(RunTable.sweep_id == sweep_id)
        _record(session, person, Action.RUN_DELETED, sweep, len(session.scalars(ids).all()))
        delete_epochs(session, ids)
        unused = forget_files(session, ids)
        session.execute(delete(RunTable).where(RunTable.sweep_id == sweep_id))
        session.delete(sweep)
    with suppress(StoreUnavailable):  # leftovers, which `verify` clears away
        remove_unnamed(store, unused)


def _record(session: Session, person: str, action: Action, sweep: SweepTable, n_runs: int) -> None:
    """Add to the trail what is done to a sweep, one event for all its runs."""
    detail = f"{sweep.name}, {n_runs} run{'' if n_runs == 1 else 's'}"
    record_event(session, person, action, f"sweep {sweep.id}", detail)


def _locked(session: Session, sweep_id: int, *states: RunState) -> list[RunTable]:
    """The sweep's runs in one of the states, for this transaction alone."""
    query = select(RunTable).where(RunTable.sweep_id == sweep_id, RunTable.state.in_(states))
    return list(session.scalars(query.order_by(RunTable.id).with_for_update()))
