"""Take a checkpoint in as a candidate, after it was checked whole."""

import hashlib
from pathlib import PurePosixPath

from core.recipes.checkpoint_header import MAX_HEADER_BYTES, parse_header, require_task
from core.recipes.model import Task
from core.records.models import ModelRow
from core.store.database import open_store
from core.store.models import models
from core.text import one_line
from core.workflow.models.checkpoint_files import keep_checkpoint, registered_file, tidy_name
from core.workflow.models.registry import register
from core.workflow.uploads.spool import Upload


def import_model(name: str, data: bytes, person: str = "") -> tuple[ModelRow, bool]:
    """Take a checkpoint in as a candidate; returns its row and whether it was new, or back after a removal.

    Args:
        name: of the file, as it was uploaded; never used as a path.
        data: the whole file; it is only ever read as safetensors, so nothing in it is run.
        person: who brings it.

    Raises:
        BadCheckpoint: when it is a pickle, of other labels, damaged, fits no network of this Septum, or
            does not segment.
        StoreUnavailable: when it cannot be kept.
    """
    file_name = shown_name(name)
    header = parse_header(file_name, data[: 8 + MAX_HEADER_BYTES], len(data))  # most end here
    require_task(file_name, header.config, Task.SEGMENTATION)
    from core.network import checkpoint  # torch takes seconds to load

    checkpoint.parse(file_name, data)  # every weight there, of the right shape, and a number
    store, sha256 = open_store(), hashlib.sha256(data).hexdigest()
    known = models.model_of(store, sha256)
    is_new = known is None or known.removed_at is not None
    if known is not None and not is_new and registered_file(known):
        return known, False
    path = keep_checkpoint(tidy_name(name), data, sha256)
    return register(store, path, person=person, detail=f"from the file {file_name}"), is_new


def import_upload(upload: Upload, person: str = "") -> tuple[ModelRow, bool]:
    """Take in what a browser sent, as `import_model` does; what is no checkpoint is not read to its end."""
    with upload.path.open("rb") as file:
        start = file.read(8 + MAX_HEADER_BYTES)
    header = parse_header(shown_name(upload.name), start, upload.n_bytes)
    require_task(shown_name(upload.name), header.config, Task.SEGMENTATION)
    return import_model(upload.name, upload.path.read_bytes(), person)


def shown_name(name: str) -> str:
    """Return a file's name without its folder, on one line, for messages."""
    return one_line(PurePosixPath(name).name) or "the file"
