"""Models in and out: a checkpoint taken in after it was checked, and one to take away."""

import hashlib
from pathlib import PurePosixPath

from core.network.header import MAX_HEADER_BYTES, parse_header
from core.records import ModelRow
from core.store import models
from core.store.database import open_store
from core.store.names import one_line
from core.workflow.importing.spool import Upload
from core.workflow.kept_checkpoints import found_file, new_file, tidy_name
from core.workflow.models import register, whole_checkpoint


def import_model(name: str, data: bytes, person: str = "") -> tuple[ModelRow, bool]:
    """Take a checkpoint in as a candidate; returns its row and whether it was new, or back after a removal.

    Args:
        name: of the file, as it was uploaded; never used as a path.
        data: the whole file; it is only ever read as safetensors, so nothing in it is run.
        person: who brings it.

    Raises:
        BadCheckpoint: when it is a pickle, of other labels, damaged, or fits no network of this Septum.
        StoreUnavailable: when it cannot be kept.
    """
    told = one_line(PurePosixPath(name).name) or "the file"
    parse_header(told, data[: 8 + MAX_HEADER_BYTES], len(data))  # most end here
    from core.network import checkpoint  # torch takes seconds to load

    checkpoint.parse(told, data)  # every weight there, of the right shape, and a number
    store, sha256 = open_store(), hashlib.sha256(data).hexdigest()
    known = models.model_of(store, sha256)
    is_new = known is None or known.removed_at is not None
    if known is not None and not is_new and found_file(known):
        return known, False
    path = new_file(tidy_name(name), data, sha256)
    return register(store, path, person=person, detail=f"from the file {told}"), is_new


def import_upload(upload: Upload, person: str = "") -> tuple[ModelRow, bool]:
    """Take in what a browser sent, as `import_model` does; what is no checkpoint is not read to its end."""
    with upload.path.open("rb") as file:
        told = one_line(PurePosixPath(upload.name).name) or "the file"
        parse_header(told, file.read(8 + MAX_HEADER_BYTES), upload.n_bytes)
    return import_model(upload.name, upload.path.read_bytes(), person)


def export_model(model_id: int) -> bytes:
    """The checkpoint as it is, its header with it.

    Raises:
        BadCheckpoint: when the file is gone or another one stands in its place.
        NotFound: when the model was removed.
    """
    return whole_checkpoint(models.model_row(open_store(), model_id)).read_bytes()
