"""Runs: claimed by one worker at a time, and written to only while its beats are heard."""

import json
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, RunRefused
from core.records.runs import ACTIVE, CanDo, RunKind, RunRow, RunState, anywhere
from core.store.database import Store
from core.store.names import NAME_LETTERS, stored_name, stored_text
from core.store.runs.run_records import run_record, trail_detail, trail_subject
from core.store.runs.silent_runs import end_silent_runs
from core.store.tables.base import now
from core.store.tables.runs import RunTable
from core.store.trail import Action, record_event

WAITING = "Waiting for its turn."


def enqueue(
    store: Store,
    kind: RunKind,
    configuration: dict[str, object],
    total: int = 0,
    *,
    name: str = "",
    note: str = "",
    person: str = "",
) -> int:
    """Ask for a run and return its id; a worker claims it when its turn comes.

    Args:
        store: which.
        kind: of run.
        configuration: what it is asked for, in plain values.
        total: how much there is to do, where that is known.
        name, note: for people.
        person: who asks; "" where nobody said.
    """
    with store.unit_of_work() as session:
        row = RunTable(
            kind=kind,
            state=RunState.QUEUED,
            configuration=json.dumps(configuration),
            total=total,
            message=WAITING,
            name=stored_name(name, NAME_LETTERS),
            note=stored_text(note),
            asked_by=person,
        )
        session.add(row)
        session.flush()
        record_event(session, person, Action.RUN_ASKED, trail_subject(row), trail_detail(row))
        return row.id


def claim(
    store: Store, kind: RunKind, token: str = "", *, at_once: int = 1, can_do: CanDo = anywhere
) -> tuple[RunRow, str] | None:
    """Take the next queued run of the kind, sweeps last; returns it and the token to write with, or None.

    Args:
        store: which.
        kind: of run.
        token: to claim with; what it has claimed already is returned again, as its answer may have been lost.
        at_once: runs of the kind; nothing is claimed while so many are at work.
        can_do: whether this machine has what a run reads; others are left alone, and hold up nothing here.
    """
    token = token or new_token()
    with store.unit_of_work() as session:
        end_silent_runs(session)
        active = RunTable.state.in_(ACTIVE)
        query = select(RunTable).where(RunTable.kind == kind, active).order_by(RunTable.id)
        rows = [row for row in session.scalars(query.with_for_update()) if can_do(run_record(row))]
        at_work = [row for row in rows if row.state == RunState.RUNNING]
        if mine := next((row for row in at_work if row.token == token), None):
            return run_record(mine), token
        waiting = [row for row in rows if row.state == RunState.QUEUED]
        if not waiting or len(at_work) >= at_once:
            return None
        row = min(waiting, key=lambda row: (row.sweep_id is not None, row.id))
        row.state, row.token, row.started_at, row.message = RunState.RUNNING, token, now(), "Starting."
        row.beats += 1
        return run_record(row), token


def new_token() -> str:
    """Return a token that no worker has had."""
    return secrets.token_hex(16)


def report(
    store: Store,
    run_id: int,
    token: str,
    *,
    done: int | None = None,
    total: int | None = None,
    message: str | None = None,
    device: str | None = None,
    peak_memory_mb: float | None = None,
    model_id: int | None = None,
    n_nodes: int | None = None,
    n_shards: int | None = None,
) -> bool:
    """Write progress and beat; returns whether somebody asked to cancel. None changes nothing.

    Raises:
        RunRefused: when the worker was silent for so long that the run was given up; it must stop.
    """
    with store.row_work() as session:
        row = held_run(session, run_id, token)
        columns = {
            "done": done,
            "total": total,
            "message": message,
            "device": device,
            "peak_memory_mb": peak_memory_mb,
            "model_id": model_id,
            "n_nodes": n_nodes,
            "n_shards": n_shards,
        }
        for name, value in columns.items():
            if value is not None:
                setattr(row, name, value)
        row.beats += 1
        return row.cancel_asked


def end(store: Store, run_id: int, token: str, state: RunState, message: str) -> None:
    """Write how a run ended; refused to a worker whose run was given up."""
    with store.unit_of_work() as session:
        row = held_run(session, run_id, token)
        row.state, row.message, row.ended_at, row.token = state, message, now(), None


def held_run(session: Session, run_id: int, token: str) -> RunTable:
    """Return the run's row, if the token still holds it."""
    row = session.get(RunTable, run_id, with_for_update=True)
    if row is None or row.state != RunState.RUNNING or row.token != token:
        raise RunRefused(f"run {run_id} is no longer this worker's; it was given up or taken over")
    return row


def require_held(session: Session, run_id: int, token: str) -> None:
    """Let a transaction commit only while the token holds the run; many may ask at once.

    Raises:
        RunRefused: when the run is over, or another worker's.
    """
    query = select(RunTable.token, RunTable.state).where(RunTable.id == run_id).with_for_update(read=True)
    row = session.execute(query).first()
    if row is None or row.state != RunState.RUNNING or row.token != token:
        raise RunRefused(f"run {run_id} is no longer this worker's; it was given up or taken over")


def should_stop(store: Store, run_id: int, token: str) -> bool:
    """Return whether the worker should stop: somebody asked it to, or the run is no longer its own."""
    query = select(RunTable.cancel_asked, RunTable.token).where(RunTable.id == run_id)
    with store.reading() as session:
        state = session.execute(query).first()
    return state is None or state.cancel_asked or state.token != token


def waiting_kinds(store: Store, can_do: CanDo = anywhere) -> list[RunKind]:
    """Return the kinds of which a run waits and none is at work, among those that this machine can do."""
    active = [run for run in list_runs(store, None, None, ACTIVE) if can_do(run)]
    waiting, at_work = ({run.kind for run in active if run.state == wanted} for wanted in ACTIVE)
    return sorted(waiting - at_work)


def run_row(store: Store, run_id: int) -> RunRow:
    """Return one run.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        row = session.get(RunTable, run_id)
        if row is None:
            raise NotFound(f"there is no run {run_id} in the store")
        return run_record(row)


def list_runs(
    store: Store, kind: RunKind | None = None, limit: int | None = 50, states: tuple[RunState, ...] = ()
) -> list[RunRow]:
    """Return runs, newest first; no states mean all."""
    wanted = [RunTable.kind == kind] if kind is not None else []
    wanted += [RunTable.state.in_(states)] if states else []
    query = select(RunTable).where(*wanted).order_by(RunTable.id.desc()).limit(limit)
    with store.reading() as session:
        return [run_record(row) for row in session.scalars(query)]
