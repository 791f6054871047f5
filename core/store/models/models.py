"""The models that the store knows; at most one is active, and a removed one stays as a row."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records.models import ModelRow
from core.store.database import Store
from core.store.models.model_paths import likely_path, stored_path
from core.store.names import NAME_LETTERS, stored_name
from core.store.tables.models import ModelTable
from core.store.trail import Action, record_event


def register_model(
    store: Store,
    *,
    name: str,
    sha256: str,
    path: str,
    card: str,
    parent_id: int | None = None,
    person: str = "",
    detail: str = "",
) -> ModelRow:
    """Make a checkpoint known and return its row; one of the same content is known already, or comes back.

    Args:
        store: which.
        name: of the model.
        sha256: of the file.
        path: of the file.
        card: its configuration, as JSON.
        parent_id: the model whose weights it started from, where that is known.
        person: who brings it, for the trail.
        detail: from where, for the trail.
    """
    new = ModelTable(
        name=stored_name(name, NAME_LETTERS),
        sha256=sha256,
        path=stored_path(path),
        card=card,
        parent_id=parent_id,
    )
    event_detail = f"{new.name}, {detail}" if detail else new.name
    with store.unit_of_work() as session:
        row = session.scalar(select(ModelTable).where(ModelTable.sha256 == new.sha256).with_for_update())
        is_new = row is None or row.removed_at is not None
        if row is None:
            row = new
            session.add(row)
        row.path, row.removed_at = new.path, None  # the same weights may have moved
        session.flush()
        if is_new:
            record_event(session, person, Action.MODEL_ADDED, f"model {row.id}", event_detail)
        return _record(row)


def activate_first(store: Store, model_id: int) -> ModelRow:
    """Make a model active where none is yet, by nobody's decision; returns the one that is active then."""
    with store.unit_of_work() as session:
        held = lock_models(session)
        active = next((one for one, state in held.items() if state.active), None)
        if active is None:
            row = session.get_one(ModelTable, model_id)
            row.active, active = True, model_id
            event_detail = f"{row.name}, the first model of this store"
            record_event(session, "", Action.MODEL_PROMOTED, f"model {model_id}", event_detail)
        return _record(session.get_one(ModelTable, active))


@dataclass(frozen=True)
class LockedModel:
    """What a model is while nobody else can change it."""

    active: bool
    removed: bool


def lock_models(session: Session) -> dict[int, LockedModel]:
    """Return all models by id, held until the unit of work ends, since promotions take turns."""
    query = select(ModelTable.id, ModelTable.active, ModelTable.removed_at).order_by(ModelTable.id)
    return {
        row.id: LockedModel(row.active, row.removed_at is not None)
        for row in session.execute(query.with_for_update())
    }


def make_active(session: Session, model_id: int) -> None:
    """Make this model the only one that predicts, within a unit of work that holds them all."""
    session.execute(update(ModelTable).values(active=ModelTable.id == model_id))


def active_model(store: Store) -> ModelRow | None:
    """Return the model that predicts, or None before one was made active."""
    with store.reading() as session:
        row = session.scalar(select(ModelTable).where(ModelTable.active))
        return _record(row) if row else None


def model_row(store: Store, model_id: int) -> ModelRow:
    """Return one model, also a removed one: what it made keeps naming it.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        row = session.get(ModelTable, model_id)
        if row is None:
            raise NotFound(f"there is no model {model_id} in the store; choose one from the list")
        return _record(row)


def model_of(store: Store, sha256: str) -> ModelRow | None:
    """Return the model of this content, also a removed one; None where the store has never had it."""
    with store.reading() as session:
        row = session.scalar(select(ModelTable).where(ModelTable.sha256 == sha256))
        return _record(row) if row else None


def list_models(store: Store) -> list[ModelRow]:
    """Return all models that are not removed, newest first."""
    query = select(ModelTable).where(ModelTable.removed_at.is_(None)).order_by(ModelTable.id.desc())
    with store.reading() as session:
        return [_record(row) for row in session.scalars(query)]


def model_names(store: Store) -> dict[int, str]:
    """Return name of every model by id, removed ones too."""
    with store.reading() as session:
        return dict(session.execute(select(ModelTable.id, ModelTable.name)).tuples().all())


def _record(row: ModelTable) -> ModelRow:
    return ModelRow(
        id=row.id,
        name=row.name,
        sha256=row.sha256,
        path=str(likely_path(row.path)),
        active=row.active,
        card=row.card,
        created_at=row.created_at,
        parent_id=row.parent_id,
        removed_at=row.removed_at,
    )
