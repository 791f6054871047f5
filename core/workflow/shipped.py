"""The model that comes with Septum: an update's is a candidate, and what became of the active one is told."""

from core.errors import BadCheckpoint, StoreUnavailable
from core.records import ModelRow
from core.settings import settings
from core.store import models, promotions
from core.store.database import open_store
from core.workflow.kept_checkpoints import SUFFIX, content_sha256
from core.workflow.models import register, shipped_or_active, whole_checkpoint


def notices() -> list[str]:
    """What a person should know of the models, in sentences: a file that is gone, an update's new model."""
    active = shipped_or_active()
    if active is None:
        return []
    found = []
    try:
        whole_checkpoint(active)
    except BadCheckpoint as error:
        found.append(f"Nothing can be predicted: {error}.")
    try:
        update = shipped_update(active)
    except (BadCheckpoint, StoreUnavailable) as error:
        found.append(f"The model that came with an update cannot be taken in: {error}.")
    else:
        if update is not None:
            found.append(
                f"An update of Septum brought another model, {update.name}, which is a candidate (number "
                f"{update.id}). {active.name} goes on predicting; compare them, and promote the new one or "
                "remove it."
            )
    return found


def shipped_update(active: ModelRow) -> ModelRow | None:
    """The shipped default where it never was active and nobody has removed it; taken in where it is new.

    Raises:
        BadCheckpoint: when its file is damaged.
        StoreUnavailable: when it cannot be kept.
    """
    chosen, store = settings(), open_store()
    path = chosen.checkpoints / f"{chosen.default_model}{SUFFIX}"
    if not path.is_file():
        return None
    row = models.model_of(store, content_sha256(path))
    if row is None:
        row = register(store, path, detail="came with an update of Septum")
    once = {line.previous_id for line in promotions.promotions(store)}
    once |= {line.model_id for line in promotions.promotions(store)}
    return None if row.id == active.id or row.removed_at is not None or row.id in once else row
