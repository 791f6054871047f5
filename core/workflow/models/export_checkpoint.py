"""Models for other programs: as ONNX, from the Models page and the command line; or as their checkpoint."""

import json
from pathlib import Path

from core.errors import BadCheckpoint, BadInput
from core.recipes.checkpoint_header import CONFIG_KEY, require_task
from core.recipes.model import ModelConfig, Task
from core.store.database import open_store
from core.store.models import models
from core.workflow.models.patient_marks import without_names
from core.workflow.models.registry import find_checkpoint, whole_checkpoint

LENGTH_BYTES = 8  # of the header, before it; also what the header's length is a multiple of
ONNX, SAFETENSORS = ".onnx", ".safetensors"


def export_onnx(model_id: int) -> bytes:
    """Return a model of the store as an ONNX file that says in its metadata what it wants to be fed.

    Raises:
        BadCheckpoint: when the model's file is gone or another one stands in its place.
    """
    return as_onnx(whole_checkpoint(models.model_row(open_store(), model_id)))


def export_checkpoint(model_id: int) -> bytes:
    """Return a model's checkpoint as it is; one of an older version without the names of its patients.

    Raises:
        BadCheckpoint: when the file is gone or another one stands in its place.
        NotFound: when the model was removed.
    """
    return without_names_in(whole_checkpoint(models.model_row(open_store(), model_id)).read_bytes())


def as_onnx(path: Path) -> bytes:
    """Return a checkpoint as an ONNX file.

    Raises:
        BadCheckpoint: when it is none, or does not segment.
    """
    from core.network import checkpoint  # torch takes seconds to load
    from core.network.onnx_file import to_onnx

    network, config = checkpoint.load(path)
    require_task(path.name, config, Task.SEGMENTATION)  # the file would not say what the other planes are
    return to_onnx(network, without_names(config))


def without_names_in(data: bytes) -> bytes:
    """Return the bytes of a checkpoint with no patient's name in the header; the weights stay as they are."""
    length = int.from_bytes(data[:LENGTH_BYTES], "little")
    header = json.loads(data[LENGTH_BYTES : LENGTH_BYTES + length])
    config = ModelConfig.from_json(header["__metadata__"][CONFIG_KEY])
    if without_names(config) == config:
        return data
    header["__metadata__"][CONFIG_KEY] = without_names(config).to_json()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % LENGTH_BYTES)  # the format wants the weights aligned
    return len(text).to_bytes(LENGTH_BYTES, "little") + text + data[LENGTH_BYTES + length :]


def write_model(model: str, output: Path) -> str:
    """Write a model into a file of its own; returns what was written, in a sentence.

    Args:
        model: its name, or the path of a checkpoint; empty means the shipped default.
        output: ends in .onnx or .safetensors, which decides what is written.

    Raises:
        BadInput: for another ending, or a folder that is not there.
        BadCheckpoint: when there is no such model, or the output exists already.
    """
    if output.suffix not in (ONNX, SAFETENSORS):
        raise BadInput(f"--output must end in {ONNX} or {SAFETENSORS}, got {output.name!r}")
    if not output.parent.is_dir():
        raise BadInput(f"there is no folder {output.parent} to write into; make it first")
    if output.exists():
        raise BadCheckpoint(f"{output} exists and is never overwritten; choose another --output")
    path = find_checkpoint(model)
    from core.network.checkpoint import write_checkpoint  # torch takes seconds to load

    data = as_onnx(path) if output.suffix == ONNX else without_names_in(path.read_bytes())
    write_checkpoint(output, data)
    return f"Wrote {path.stem} to {output} ({len(data) / 1e6:.1f} MB)."
