"""Which model became active when, by whom and why; the hold-out by which it was judged."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select, update

from core.errors import Conflict, NotFound
from core.records import PromotionKind, PromotionRow, Split
from core.store.database import Store
from core.store.tables import ModelTable, PatientTable, PromotionTable, SeriesTable

HELD_OUT = (Split.VALIDATION, Split.TEST)


@dataclass(frozen=True)
class Holdout:
    """The patients that judge models, in the order in which they came in; only ever longer."""

    n_patients: int
    sha256: str  # of their names and splits


def holdout(store: Store, n_patients: int | None = None) -> Holdout:
    """The hold-out, or the first so many patients of it: what it was when it had no more."""
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
        if session.get(ModelTable, model_id) is None:
            raise NotFound(f"there is no model {model_id} in the store; choose one from the list")
        active = session.scalar(select(ModelTable.id).where(ModelTable.active))
        if active != instead_of:
            raise Conflict("another model became active meanwhile; look at the comparison with it first")
        session.execute(update(ModelTable).values(active=ModelTable.id == model_id))
        row = PromotionTable(
            model_id=model_id,
            previous_id=instead_of,
            kind=kind,
            reader=reader,
            reason=reason,
            verdict=verdict,
            holdout_patients=seen.n_patients,
            holdout_sha256=seen.sha256,
        )
        session.add(row)
        session.flush()
        return row.id


def promotions(store: Store) -> list[PromotionRow]:
    """Every change of the active model by a person, oldest first."""
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
