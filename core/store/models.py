"""The models that the store knows; exactly one is active."""

from sqlalchemy import select, update

from core.errors import NotFound
from core.records import ModelRow
from core.store.database import Store
from core.store.tables import ModelTable


def register_model(
    store: Store, *, name: str, sha256: str, path: str, card: str, parent_id: int | None = None
) -> ModelRow:
    """Make a checkpoint known and return its row; one of the same content is known already."""
    with store.unit_of_work() as session:
        row = session.scalar(select(ModelTable).where(ModelTable.sha256 == sha256))
        if row is None:
            row = ModelTable(
                name=name, sha256=sha256, path=path, card=card, parent_id=parent_id, active=False
            )
            session.add(row)
            session.flush()
        row.path = path  # the same weights may have moved
        return _record(row)


def set_active(store: Store, model_id: int) -> None:
    """Make this model the one that predicts."""
    with store.unit_of_work() as session:
        if session.get(ModelTable, model_id) is None:
            raise NotFound(f"there is no model {model_id} in the store; choose one from the list")
        session.execute(update(ModelTable).values(active=ModelTable.id == model_id))


def active_model(store: Store) -> ModelRow | None:
    """The model that predicts, or None before one was made active."""
    with store.reading() as session:
        row = session.scalar(select(ModelTable).where(ModelTable.active))
        return _record(row) if row else None


def model_row(store: Store, model_id: int) -> ModelRow:
    """One model.

    Raises:
        NotFound: when there is none of that id.
    """
    with store.reading() as session:
        row = session.get(ModelTable, model_id)
        if row is None:
            raise NotFound(f"there is no model {model_id} in the store; choose one from the list")
        return _record(row)


def list_models(store: Store) -> list[ModelRow]:
    """All models, newest first."""
    with store.reading() as session:
        return [_record(row) for row in session.scalars(select(ModelTable).order_by(ModelTable.id.desc()))]


def _record(row: ModelTable) -> ModelRow:
    return ModelRow(
        id=row.id,
        name=row.name,
        sha256=row.sha256,
        path=row.path,
        active=row.active,
        card=row.card,
        created_at=row.created_at,
        parent_id=row.parent_id,
    )
