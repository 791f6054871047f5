"""Which model predicts: the active one of the store, one that somebody names, or the shipped default."""

from pathlib import Path

from core.errors import BadCheckpoint, NotFound
from core.recipes.checkpoint_header import read_config, require_task
from core.recipes.model import Task
from core.records.models import ModelRow
from core.settings import settings
from core.store.database import Store, open_store
from core.store.models import models
from core.workflow.models.checkpoint_files import SUFFIX, content_sha256, own_copy, registered_file
from core.workflow.models.shared_files import brought, share


def active_model() -> ModelRow:
    """Return the model that predicts in the app, its file whole and the store's own.

    The shipped default becomes it in an empty store. From then on only a person's decision changes it:
    where its file is gone or was replaced, nothing predicts until the file is back or another is promoted.

    Raises:
        BadCheckpoint: when there is no model yet, or its file is not what was registered.
        StoreUnavailable: when the store's own copy of it cannot be written.
    """
    store = open_store()
    return with_own_copy(store, models.active_model(store) or _first_model(store))


def shipped_or_active() -> ModelRow | None:
    """Return the active model, whatever became of its file; None where there is no model at all yet."""
    store = open_store()
    row = models.active_model(store)
    if row is not None:
        return row
    try:
        return _first_model(store)
    except BadCheckpoint:
        return None


def _first_model(store: Store) -> ModelRow:
    row = register(store, find_checkpoint(), detail="came with Septum")
    return models.activate_first(store, row.id)


def with_own_copy(store: Store, row: ModelRow) -> ModelRow:
    """Return the model with its file in the store's home, where an update of Septum does not reach it.

    Raises:
        NotFound: when the model was removed.
        BadCheckpoint: when its file is gone or another one stands in its place.
        StoreUnavailable: when the copy cannot be written.
    """
    own = own_copy(whole_checkpoint(row), row.sha256)
    return row if own == Path(row.path) else register(store, own)


def register(
    store: Store, path: Path, parent_id: int | None = None, *, person: str = "", detail: str = ""
) -> ModelRow:
    """Register a checkpoint with the store, which keeps a copy of its own of one that lies elsewhere.

    Args:
        store: which.
        path: of the checkpoint.
        parent_id: the model whose weights it started from, where that is known.
        person: who brings it, for the trail.
        detail: from where, for the trail.

    Raises:
        BadCheckpoint: when it is none, or one that does not segment.
        StoreUnavailable: when its copy cannot be written.
    """
    config, sha256 = read_config(path), content_sha256(path)
    require_task(path.name, config, Task.SEGMENTATION)
    share(store, path)
    return models.register_model(
        store,
        name=config.name.strip() or path.stem,
        sha256=sha256,
        path=str(own_copy(path, sha256).resolve()),
        card=config.to_json(),
        parent_id=parent_id,
        person=person,
        detail=detail,
    )


def whole_checkpoint(row: ModelRow) -> Path:
    """Return the model's file, if it is still the one that was registered.

    Raises:
        NotFound: when the model was removed.
        BadCheckpoint: when it is gone or another one stands in its place.
        StoreUnavailable: when it is kept beside the images and cannot be brought here.
    """
    if row.removed_at is not None:
        raise NotFound(f"the model {row.name} was removed; import its checkpoint again, or choose another")
    path = registered_file(row) or brought(row)
    if path is None:
        raise BadCheckpoint(
            f"the checkpoint {row.path} of {row.name} is gone or was replaced since it was registered; put "
            "it back, or choose another model"
        )
    return path


def find_checkpoint(model: str = "") -> Path:
    """Return the file of a model: a path, or a name among the shipped ones and those in the store.

    Args:
        model: empty means the shipped default.

    Raises:
        BadCheckpoint: when there is none, naming those that there are.
    """
    wanted = model or settings().default_model
    folder = settings().checkpoints
    for path in (Path(wanted), folder / f"{wanted}{SUFFIX}"):
        if path.is_file():
            return path
    corrects = settings().correction_model.resolve()  # beside the models, and none of them
    names = [path.stem for path in folder.glob(f"*{SUFFIX}") if path.resolve() != corrects]
    if Path(wanted).suffix:
        raise BadCheckpoint(f"there is no checkpoint {wanted}; check the path")
    if has_store():
        rows = models.list_models(open_store())
        for row in rows:
            if row.name == wanted and (kept := registered_file(row)):
                return kept
        names += [row.name for row in rows]
    known = ", ".join(sorted(set(names))) or "none"
    gone = "" if folder.is_dir() else f" (the folder {folder} is not there; SEPTUM_CHECKPOINTS names it)"
    raise BadCheckpoint(
        f"there is no model {wanted!r}; there are: {known}{gone}; or give the path of a checkpoint"
    )


def has_store() -> bool:
    """Whether there is a store yet; looking for a model by name must not make one."""
    chosen = settings()
    return bool(chosen.database) or chosen.database_file.exists()
