"""Which model became active when, by whom and why; the hold-out by which it was judged."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.records.models import PromotionKind, PromotionRow
from core.records.slices import HELD_OUT
from core.store.database import Store
from core.store.models.models import lock_models, make_active
from core.store.names import stored_text
from core.store.tables.models import ModelTable, PromotionTable
from core.store.tables.slices import PatientTable, SeriesTable
from core.store.trail import Action, record_event


@dataclass(frozen=True)
class Holdout:
    """The patients that judge models, in the order in which they came in; only ever longer."""

    n_patients: int
    sha256: str  # of their names and splits


def holdout(store: Store, n_patients: int | None = None) -> Holdout:
    """Return the hold-out, or the first so many patients of it: what it was when it had no more."""
    arrival = func.min(SeriesTable.id)
    query = (
        select(PatientTable.name, PatientTable.split)
        .join(SeriesTable, SeriesTable.patient == PatientTable.name)
        .where(PatientTable.split.in_(HELD_OUT))
        .group_by(PatientTable.name, PatientTable.split)
        .order_by(arrival)
        .limit(n_patients)
    )
    digest = hashlib.sha256()
    with store.reading() as session:
        rows = session.execute(query).all()
    for row in rows:
        digest.update(f"{row.split}/{row.name}\n".encode())
    return Holdout(len(rows), digest.hexdigest())


def promote(
    store: Store,
    model_id: int,
    *,
    instead_of: int | None,
    kind: PromotionKind,
    reader: str,
    reason: str,
    verdict: str,
) -> int:
    """Make a model active and keep who did it and why, in one step; returns the promotion's id.

    Args:
        store: where.
        model_id: becomes active.
        instead_of: the model that was active when it was judged.
        kind: how it came to this.
        reader: who decided.
        reason: in the person's own words.
        verdict: what the hold-out said.

    Raises:
        NotFound: when there is no such model.
        Conflict: when somebody has promoted another model meanwhile.
    """
    seen = holdout(store)
    with store.unit_of_work() as session:
        held = lock_models(session)
        if model_id not in held:
            raise NotFound(f"there is no model {model_id} in the store; choose one from the list")
        if held[model_id].removed:
            raise NotFound(f"model {model_id} was removed meanwhile; add its file again, or choose another")
        active = next((one for one, state in held.items() if state.active), None)
        if active != instead_of:
            raise Conflict("another model became active meanwhile; look at the comparison with it first")
        make_active(session, model_id)
        row = PromotionTable(
            model_id=model_id,
            previous_id=instead_of,
            kind=kind,
            reader=reader,
            reason=stored_text(reason),
            verdict=verdict,
            holdout_patients=seen.n_patients,
            holdout_sha256=seen.sha256,
        )
        session.add(row)
        session.flush()
        action = Action.MODEL_ROLLED_BACK if kind == PromotionKind.ROLLED_BACK else Action.MODEL_PROMOTED
        change = f"{kind} in place of model {instead_of}" if instead_of is not None else str(kind)
        detail = f"{change}: {reason}" if reason else change
        record_event(session, reader, action, f"model {model_id}", detail)
        return row.id


def find_roll_back(session: Session) -> int | None:
    """Return the model that a roll back leads to, past removed ones; None where no promotion is left."""
    no_way = ModelTable.active | ModelTable.removed_at.is_not(None)
    passed = set(session.scalars(select(ModelTable.id).where(no_way)))
    before: list[int | None] = []
    for row in session.scalars(select(PromotionTable).order_by(PromotionTable.id)):
        if row.kind != PromotionKind.ROLLED_BACK:
            before.append(row.previous_id)
            continue
        while before and before.pop() != row.model_id:
            pass  # models that had been removed were passed over
    while before and before[-1] in passed:
        before.pop()
    return before[-1] if before else None


def roll_back_target(store: Store) -> int | None:
    """Return the model that a roll back leads to now; None where no promotion is left to undo."""
    with store.reading() as session:
        return find_roll_back(session)


def promotions(store: Store) -> list[PromotionRow]:
    """Return every change of the active model by a person, oldest first."""
    with store.reading() as session:
        return [
            PromotionRow(
                id=row.id,
                model_id=row.model_id,
                previous_id=row.previous_id,
                kind=PromotionKind(row.kind),
                reader=row.reader,
                reason=row.reason,
                verdict=row.verdict,
                holdout_patients=row.holdout_patients,
                holdout_sha256=row.holdout_sha256,
                promoted_at=row.promoted_at,
            )
            for row in session.scalars(select(PromotionTable).order_by(PromotionTable.id))
        ]
