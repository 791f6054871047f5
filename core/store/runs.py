"""Runs: claimed under a lease, and written to only by the worker that holds it."""

import json
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, RunRefused
from core.records import RunKind, RunRow, RunState
from core.store.database import Store
from core.store.tables import RunTable, now

LEASE_SECONDS = 30.0  # a worker that is silent for so long counts as dead
WAITING = "Waiting for its turn."
SILENT = "The worker stopped without a word: it was killed, ran out of memory, or the machine went down."


def enqueue(
    store: Store,
    kind: RunKind,
    configuration: dict[str, object],
    total: int = 0,
    *,
    name: str = "",
    note: str = "",
) -> int:
    """Ask for a run and return its id; a worker claims it when its turn comes."""
    with store.unit_of_work() as session:
        row = RunTable(
            kind=kind,
            state=RunState.QUEUED,
            configuration=json.dumps(configuration),
            total=total,
            message=WAITING,
            name=name,
            note=note,
        )
        session.add(row)
        session.flush()
        return row.id


def claim(store: Store, kind: RunKind, lease_seconds: float = LEASE_SECONDS) -> tuple[RunRow, str] | None:
    """Take the next queued run of the kind, sweeps last; returns it and the token to write with, or None.

    One run of a kind is done at a time: nothing is claimed while another holds a live lease.
    """
    with store.unit_of_work() as session:
        expire(session)
        running = select(RunTable.id).where(RunTable.kind == kind, RunTable.state == RunState.RUNNING)
        if session.scalar(running.limit(1)) is not None:
            return None
        queued = select(RunTable).where(RunTable.kind == kind, RunTable.state == RunState.QUEUED)
        first = queued.order_by(RunTable.sweep_id.is_not(None), RunTable.id).limit(1)
        row = session.scalar(first.with_for_update(skip_locked=True))
        if row is None:
            return None
        token = secrets.token_hex(16)
        row.state, row.token, row.started_at, row.message = RunState.RUNNING, token, now(), "Starting."
        row.lease_until = now() + timedelta(seconds=lease_seconds)
        return as_record(row), token


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
    lease_seconds: float = LEASE_SECONDS,
) -> bool:
    """Write progress and renew the lease; returns whether somebody asked to cancel. None changes nothing.

    Raises:
        RunRefused: when the lease ran out and the run was given up; the worker must stop.
    """
    with store.unit_of_work() as session:
        row = held(session, run_id, token)
        said = {
            "done": done,
            "total": total,
            "message": message,
            "device": device,
            "peak_memory_mb": peak_memory_mb,
            "model_id": model_id,
        }
        for name, value in said.items():
            if value is not None:
                setattr(row, name, value)
        row.lease_until = now() + timedelta(seconds=lease_seconds)
        return row.cancel_asked


def end(store: Store, run_id: int, token: str, state: RunState, message: str) -> None:
    """Write how a run ended; refused to a worker whose lease ran out."""
    with store.unit_of_work() as session:
        row = held(session, run_id, token)
        row.state, row.message, row.ended_at, row.token = state, message, now(), None


def held(session: Session, run_id: int, token: str) -> RunTable:
    """The run's row, if the token still holds it."""
    row = session.get(RunTable, run_id, with_for_update=True)
    if row is None or row.state != RunState.RUNNING or row.token != token:
        raise RunRefused(f"run {run_id} is no longer this worker's; it was given up or taken over")
    return row


def ask_to_cancel(store: Store, run_id: int) -> None:
    """Ask the worker to stop; a run that has not begun is cancelled at once."""
    with store.unit_of_work() as session:
        row = session.get(RunTable, run_id, with_for_update=True)
        if row is None:
            raise NotFound(f"there is no run {run_id} in the store")
        row.cancel_asked = True
        if row.state == RunState.QUEUED:
            row.state, row.ended_at, row.message = RunState.CANCELLED, now(), "Cancelled before it began."


def is_to_stop(store: Store, run_id: int, token: str) -> bool:
    """Whether the worker should stop: somebody asked it to, or the run is no longer its own."""
    query = select(RunTable.cancel_asked, RunTable.token).where(RunTable.id == run_id)
    with store.reading() as session:
        found = session.execute(query).first()
    return found is None or found.cancel_asked or found.token != token


def give_up_silent_runs(store: Store) -> None:
    """Mark runs whose worker fell silent as failed."""
    with store.reading() as session:
        if not session.scalar(silent(now()).limit(1)):
            return
    with store.unit_of_work() as session:
        expire(session)


def expire(session: Session) -> None:
    """Fail every run whose lease ran out; its worker can no longer write."""
    for row in session.scalars(silent(now())):
        row.state, row.message, row.ended_at, row.token = RunState.FAILED, SILENT, now(), None


def silent(moment: datetime):  # type: ignore[no-untyped-def]  # SQLAlchemy's Select of one table
    """Runs that should be at work and have not said so in time."""
    return select(RunTable).where(RunTable.state == RunState.RUNNING, RunTable.lease_until < moment)


def run_row(store: Store, run_id: int) -> RunRow:
    """One run.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        row = session.get(RunTable, run_id)
        if row is None:
            raise NotFound(f"there is no run {run_id} in the store")
        return as_record(row)


def list_runs(
    store: Store, kind: RunKind | None = None, limit: int | None = 50, states: tuple[RunState, ...] = ()
) -> list[RunRow]:
    """Runs, newest first; no states mean all."""
    wanted = [RunTable.kind == kind] if kind is not None else []
    wanted += [RunTable.state.in_(states)] if states else []
    query = select(RunTable).where(*wanted).order_by(RunTable.id.desc()).limit(limit)
    with store.reading() as session:
        return [as_record(row) for row in session.scalars(query)]


def as_record(row: RunTable) -> RunRow:
    """The row as everybody else sees it."""
    return RunRow(
        id=row.id,
        kind=RunKind(row.kind),
        state=RunState(row.state),
        configuration=row.configuration,
        done=row.done,
        total=row.total,
        message=row.message,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancel_asked=row.cancel_asked,
        name=row.name,
        note=row.note,
        device=row.device,
        peak_memory_mb=row.peak_memory_mb,
        model_id=row.model_id,
        sweep_id=row.sweep_id,
    )
