"""What a person should know of the models: a file that is gone, a model that an update brought."""

from core.errors import BadCheckpoint, StoreUnavailable
from core.records.models import ModelRow
from core.settings import settings
from core.store.database import open_store
from core.store.models import models, promotions
from core.workflow.models.checkpoint_files import SUFFIX, content_sha256
from core.workflow.models.registry import register, shipped_or_active, whole_checkpoint


def model_notices() -> list[str]:
    """Return what a person should know of the models, in sentences: a file gone, an update's model."""
    active = shipped_or_active()
    if active is None:
        return []
    notices = []
    try:
        whole_checkpoint(active)
    except BadCheckpoint as error:
        notices.append(f"Nothing can be predicted: {error}.")
    try:
        update = shipped_update(active)
    except (BadCheckpoint, StoreUnavailable) as error:
        notices.append(f"The model that came with an update cannot be taken in: {error}.")
    else:
        if update is not None:
            notices.append(
                f"An update of Septum brought another model, {update.name}, which is a candidate (number "
                f"{update.id}). {active.name} goes on predicting; compare them, and promote the new one or "
                "remove it."
            )
    return notices


def shipped_update(active: ModelRow) -> ModelRow | None:
    """Return the shipped default where it never was active and nobody removed it; taken in where it is new.

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
