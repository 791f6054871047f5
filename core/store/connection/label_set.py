"""Which label set the masks of a store hold: one for all, since figures are added up across series."""

from sqlalchemy import Engine, text

from core.errors import StoreUnavailable
from core.labels import HEART

LABEL_SET = "label set"  # name of the setting, written by the migration that brought it


def require_label_set(engine: Engine, place: str) -> None:
    """Raise StoreUnavailable unless the store's masks hold the labels of this Septum's set."""
    with engine.connect() as connection:
        query = text("SELECT value FROM setting WHERE name = :name")
        label_set = connection.scalar(query, {"name": LABEL_SET})
    if label_set != HEART.id:
        raise StoreUnavailable(
            f"the masks of the store at {place} are of the label set {label_set or 'of no name'!r}, and this "
            f"Septum knows {HEART.id!r} alone; nothing was changed, start the Septum that made it, or set "
            "SEPTUM_HOME or SEPTUM_DATABASE to another store"
        )
