"""Models for other programs: as ONNX, from the Models page and the command line; or as their checkpoint."""

from pathlib import Path

from core.errors import BadCheckpoint, BadInput
from core.store import models
from core.store.database import open_store
from core.workflow.models import find_checkpoint, whole_checkpoint

ONNX, SAFETENSORS = ".onnx", ".safetensors"


def export_onnx(model_id: int) -> bytes:
    """A model of the store as an ONNX file, its expectations in the metadata.

    Raises:
        BadCheckpoint: when the model's file is gone or another one stands in its place.
    """
    return as_onnx(whole_checkpoint(models.model_row(open_store(), model_id)))


def as_onnx(path: Path) -> bytes:
    """A checkpoint as an ONNX file.

    Raises:
        BadCheckpoint: when it is none.
    """
    from core.network import checkpoint  # torch takes seconds to load
    from core.network.onnx_file import to_onnx

    return to_onnx(*checkpoint.load(path))


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

    data = as_onnx(path) if output.suffix == ONNX else path.read_bytes()
    write_checkpoint(output, data)
    return f"Wrote {path.stem} to {output} ({len(data) / 1e6:.1f} MB)."
