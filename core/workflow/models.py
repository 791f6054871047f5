"""Which model predicts: the active one of the store, one that somebody names, or the shipped default."""

from functools import lru_cache
from pathlib import Path

from core.errors import BadCheckpoint
from core.network.header import file_sha256, read_config
from core.records import ModelRow
from core.settings import settings
from core.store import models
from core.store.database import Store, open_store


def active_model() -> ModelRow:
    """The model that predicts in the app; the shipped default becomes it when it is first needed.

    Where a file was replaced since it was registered, as by an update of Septum, what it holds now is
    registered beside the old row and takes its place; nothing is ever predicted under another's name.

    Raises:
        BadCheckpoint: when there is no usable checkpoint; says which there are.
    """
    store = open_store()
    row = models.active_model(store)
    path = Path(row.path) if row else find_checkpoint()
    if not path.is_file():
        raise BadCheckpoint(f"the active model's checkpoint {path} is gone; put it back or promote another")
    if row is None or row.sha256 != content_sha256(path):
        row = register(store, path)
        models.set_active(store, row.id)
        row = models.model_row(store, row.id)
    return row


def shipped_or_active() -> ModelRow | None:
    """The active model, or None where there is no model at all yet: for pages that only tell."""
    try:
        return active_model()
    except BadCheckpoint:
        return None


def model_name(model_id: int | None) -> str:
    """Name of a model in the store; "" for none."""
    return models.model_row(open_store(), model_id).name if model_id is not None else ""


def register(store: Store, path: Path, parent_id: int | None = None) -> ModelRow:
    """Make a checkpoint known to the store.

    Args:
        store: which.
        path: of the checkpoint.
        parent_id: the model whose weights it started from, where that is known.

    Raises:
        BadCheckpoint: when it is none.
    """
    config = read_config(path)
    return models.register_model(
        store,
        name=config.name or path.stem,
        sha256=content_sha256(path),
        path=str(path.resolve()),
        card=config.to_json(),
        parent_id=parent_id,
    )


def whole_checkpoint(row: ModelRow) -> Path:
    """The model's file, if it is still the one that was registered.

    Raises:
        BadCheckpoint: when it is gone or another one stands in its place.
    """
    path = Path(row.path)
    if not path.is_file() or content_sha256(path) != row.sha256:
        raise BadCheckpoint(
            f"the checkpoint {path} of {row.name} is gone or was replaced since it was registered; put it "
            "back, or choose another model"
        )
    return path


def find_checkpoint(model: str = "") -> Path:
    """The file of a model: a path, or a name among the shipped ones and those in the store.

    Args:
        model: empty means the shipped default.

    Raises:
        BadCheckpoint: when there is none, naming those that there are.
    """
    wanted = model or settings().default_model
    folder = settings().checkpoints
    for path in (Path(wanted), folder / f"{wanted}.safetensors"):
        if path.is_file():
            return path
    names = [path.stem for path in folder.glob("*.safetensors")]
    if Path(wanted).suffix:
        raise BadCheckpoint(f"there is no checkpoint {wanted}; check the path")
    if stored_already():
        rows = models.list_models(open_store())
        for row in rows:
            if row.name == wanted and Path(row.path).is_file():
                return Path(row.path)
        names += [row.name for row in rows]
    known = ", ".join(sorted(set(names))) or "none"
    raise BadCheckpoint(f"there is no model {wanted!r}; there are: {known}; or give the path of a checkpoint")


def stored_already() -> bool:
    """Whether a store is there to be asked; looking for a model by name must not make one."""
    chosen = settings()
    return bool(chosen.database) or (chosen.home / "septum.sqlite").exists()


def content_sha256(path: Path) -> str:
    """SHA-256 of a checkpoint, computed again only when the file has changed."""
    stat = path.stat()
    return _sha256(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _sha256(path: Path, mtime_ns: int, size: int) -> str:
    return file_sha256(path)
