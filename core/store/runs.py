"""Runs: claimed by one worker at a time, and written to only while its beats are heard."""

import json
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, RunRefused
from core.records import RunKind, RunRow, RunState
from core.store.database import Store
from core.store.names import NAME_LETTERS, stored_name, stored_text
from core.store.silent_runs import expire
from core.store.tables import RunTable, now
from core.store.trail import Action, record_event

ACTIVE = (RunState.QUEUED, RunState.RUNNING)
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
        record_event(session, person, Action.RUN_ASKED, subject_of(row), what_of(row))
        return row.id


def claim(store: Store, kind: RunKind) -> tuple[RunRow, str] | None:
    """Take the next queued run of the kind, sweeps last; returns it and the token to write with, or None.

    One run of a kind is done at a time: nothing is claimed while another is at work.
    """
    with store.unit_of_work() as session:
        expire(session)
        active = RunTable.state.in_(ACTIVE)
        # All of them are held, in one order: where a database lets two claim at once, the second waits.
        query = select(RunTable).where(RunTable.kind == kind, active).order_by(RunTable.id)
        rows = session.scalars(query.with_for_update()).all()
        if not rows or any(row.state == RunState.RUNNING for row in rows):
            return None
        row = min(rows, key=lambda row: (row.sweep_id is not None, row.id))
        token = secrets.token_hex(16)
        row.state, row.token, row.started_at, row.message = RunState.RUNNING, token, now(), "Starting."
        row.beats += 1
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
) -> bool:
    """Write progress and beat; returns whether somebody asked to cancel. None changes nothing.

    Raises:
        RunRefused: when the worker was silent for so long that the run was given up; it must stop.
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
        row.beats += 1
        return row.cancel_asked


def end(store: Store, run_id: int, token: str, state: RunState, message: str) -> None:
    """Write how a run ended; refused to a worker whose run was given up."""
    with store.unit_of_work() as session:
        row = held(session, run_id, token)
        row.state, row.message, row.ended_at, row.token = state, message, now(), None


def held(session: Session, run_id: int, token: str) -> RunTable:
    """The run's row, if the token still holds it."""
    row = session.get(RunTable, run_id, with_for_update=True)
    if row is None or row.state != RunState.RUNNING or row.token != token:
        raise RunRefused(f"run {run_id} is no longer this worker's; it was given up or taken over")
    return row


def is_to_stop(store: Store, run_id: int, token: str) -> bool:
    """Whether the worker should stop: somebody asked it to, or the run is no longer its own."""
    query = select(RunTable.cancel_asked, RunTable.token).where(RunTable.id == run_id)
    with store.reading() as session:
        found = session.execute(query).first()
    return found is None or found.cancel_asked or found.token != token


def waiting_alone(store: Store) -> list[RunKind]:
    """The kinds of which a run waits and none is at work."""
    query = select(RunTable.kind, RunTable.state).where(RunTable.state.in_(ACTIVE)).distinct()
    with store.reading() as session:
        found = set(session.execute(query).tuples())
    waiting, at_work = ({kind for kind, state in found if state == wanted} for wanted in ACTIVE)
    return [RunKind(kind) for kind in sorted(waiting - at_work)]


def subject_of(row: RunTable) -> str:
    """How the trail calls a run."""
    return f"run {row.id}"


def what_of(row: RunTable) -> str:
    """Its kind and its name, for when the run is gone."""
    return f"{row.kind} {row.name}".strip()


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
        asked_by=row.asked_by,
        stopped_by=row.stopped_by,
    )
