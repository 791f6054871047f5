"""Models in and out: a checkpoint taken in after it was checked, and one to take away."""

import re
from pathlib import Path, PurePosixPath

from core.errors import BadCheckpoint
from core.network.header import MAX_HEADER_BYTES, parse_header
from core.records import ModelRow
from core.store import models
from core.store.database import open_store
from core.workflow.models import content_sha256, register, whole_checkpoint
from core.workflow.run_files import free_checkpoint

SUFFIX = ".safetensors"


def import_model(name: str, data: bytes) -> tuple[ModelRow, bool]:
    """Take a checkpoint in as a candidate; returns its row and whether it was new.

    Args:
        name: of the file, as it was uploaded; never used as a path.
        data: the whole file; it is only ever read as safetensors, so nothing in it is run.

    Raises:
        BadCheckpoint: when it is a pickle, of other labels, damaged, or fits no network of this Septum.
    """
    path = free_checkpoint(tidy_name(name))
    told = PurePosixPath(name).name or path.name
    parse_header(told, data[: 8 + MAX_HEADER_BYTES], len(data))  # most end here
    from core.network import checkpoint  # torch takes seconds to load

    checkpoint.write_new(path, data)
    try:
        checkpoint.load(path)  # every weight there, of the right shape, and a number
    except BadCheckpoint:
        path.unlink()
        raise
    store = open_store()
    known = known_as(content_sha256(path))
    if known is not None:
        if Path(known.path) != path and Path(known.path).is_file():
            path.unlink()
            return known, False
        return register(store, path), False  # its file was gone; now it is back
    return register(store, path), True


def export_model(model_id: int) -> bytes:
    """The checkpoint as it is, its header with it.

    Raises:
        BadCheckpoint: when the file is gone or another one stands in its place.
    """
    return whole_checkpoint(models.model_row(open_store(), model_id)).read_bytes()


def known_as(sha256: str) -> ModelRow | None:
    """The model of this content, where the store has one."""
    return next((row for row in models.list_models(open_store()) if row.sha256 == sha256), None)


def tidy_name(name: str) -> str:
    """A file name of letters, digits, dots and dashes, without its folder and ending.

    >>> tidy_name("../../my model (2).safetensors")
    'my-model-2'
    """
    stem = PurePosixPath(name.replace("\\", "/")).name.removesuffix(SUFFIX)
    return re.sub(r"[^A-Za-z0-9.]+", "-", stem).strip("-.")[:60] or "model"
