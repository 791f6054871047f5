"""Files of models beside the images, where several homes share these: each takes its own copy from there."""

from pathlib import Path

from core.records.models import ModelRow
from core.settings import settings
from core.store.database import Store, open_store
from core.store.files.kinds import MODEL
from core.store.models.model_paths import models_folder
from core.store.runs.run_files import remove_unnamed
from core.workflow.models.checkpoint_files import content_sha256, short_name
from core.workflow.run_files import bring


def share(store: Store, path: Path) -> str:
    """Keep a model's file beside the images; returns its SHA-256, or "" where no other home has these.

    Raises:
        StoreUnavailable: when it cannot be written.
    """
    if not is_shared(store):
        return ""
    sha256 = content_sha256(path)
    if not store.arrays.holds(sha256, MODEL):
        store.arrays.keep_file(path, MODEL)
    return sha256


def brought(row: ModelRow) -> Path | None:
    """Return a model's file, taken from beside the images into this home; None where it is not there.

    Those of a copied store lie there also where the images are in the home.

    Raises:
        StoreUnavailable: when it cannot be brought here.
    """
    store = open_store()
    if not store.arrays.holds(row.sha256, MODEL):
        return None
    path = models_folder() / Path(row.path).name
    if path.exists():  # another model of this name, made on this machine
        path = models_folder() / short_name(path.name, row.sha256)
    bring(store.arrays, row.sha256, MODEL, path)
    return path


def withdraw(store: Store, sha256: str) -> None:
    """Remove the file beside the images of a model that was removed.

    Raises:
        StoreUnavailable: when it cannot be removed; `verify` does it later.
    """
    remove_unnamed(store, [sha256], MODEL)


def is_shared(store: Store) -> bool:
    """Return whether the images are where another home can have them, too: not within this one."""
    folder = store.arrays.folder
    return folder is None or not folder.resolve().is_relative_to(settings().home.resolve())
