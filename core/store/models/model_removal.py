"""A model removed: its row stays, since masks, scores and promotions name it; its file may go then."""

import json
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, RunRefused
from core.records.runs import ACTIVE, STOPPED, RunKind, RunState
from core.store.database import Store
from core.store.models.models import lock_models
from core.store.models.promotions import find_roll_back
from core.store.tables.base import now
from core.store.tables.models import ModelTable
from core.store.tables.runs import RunTable
from core.store.trail import Action, record_event

MODEL_KEYS = ("start_from", "model_id")  # what a run's configuration calls the model that it begins with


def removal_obstacle(store: Store, model_id: int) -> str:
    """Return why a model cannot be removed now, in a sentence; "" where it can."""
    with store.reading() as session:
        return _hindrance(session, model_id)


def remove_model(store: Store, model_id: int, person: str) -> None:
    """Take a model out of every list and choice, and note who did it.

    Raises:
        NotFound: when there is none of that id, or it was removed already.
        RunRefused: while it is the active model, the one that a roll back leads to, or a run begins with it.
    """
    with store.unit_of_work() as session:
        lock_models(session)
        if obstacle := _hindrance(session, model_id):
            raise RunRefused(obstacle)
        row = session.get_one(ModelTable, model_id)
        row.removed_at = now()
        record_event(session, person, Action.MODEL_REMOVED, f"model {model_id}", row.name)


def stopped_runs_from(store: Store, model_id: int) -> list[int]:
    """Return trainings that stopped and could go on, were the model still there."""
    with store.reading() as session:
        return _runs_with(session, model_id, STOPPED, (RunKind.TRAINING,))


def _hindrance(session: Session, model_id: int) -> str:
    row = session.get(ModelTable, model_id)
    if row is None or row.removed_at is not None:
        raise NotFound(f"there is no model {model_id} in the store; choose one from the list")
    if row.active:
        return "the active model cannot be removed; promote another one first"
    if find_roll_back(session) == model_id:
        return "a roll back leads to this model; remove it once another model stands between"
    waiting = _runs_with(session, model_id, ACTIVE, RunKind)
    if waiting:
        return f"run {waiting[0]} begins with this model; wait until it has ended, or stop it, then remove"
    return ""


def _runs_with(
    session: Session, model_id: int, states: Iterable[RunState], kinds: Iterable[RunKind]
) -> list[int]:
    query = (
        select(RunTable.id, RunTable.configuration)
        .where(RunTable.state.in_(list(states)), RunTable.kind.in_(list(kinds)))
        .order_by(RunTable.id)
    )
    runs = [(row.id, json.loads(row.configuration)) for row in session.execute(query)]
    return [run_id for run_id, request in runs if any(request.get(key) == model_id for key in MODEL_KEYS)]
