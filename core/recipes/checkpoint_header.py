"""Read and check what a checkpoint says about itself, without torch and without touching its weights.

A safetensors file is: the header's length (8 bytes, little-endian), the header (JSON), the weights in one
run of bytes. Reading the header runs no code from the file, whatever the file is.
"""

import hashlib
import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path

from core.errors import BadCheckpoint
from core.recipes.card_values import shown
from core.recipes.model import ModelConfig, Task

CONFIG_KEY = "septum"  # in the header's metadata
MAX_HEADER_BYTES = 8 << 20  # a thousand slice names take a few hundred kB
MAX_AXES = 4  # a convolution's; a million axes would take hours to multiply
ITEM_BYTES = {"F16": 2, "F32": 4, "I64": 8}  # what we write: weights and batch norm's counter
EXPECTED = "expected a .safetensors file that Septum wrote"

KNOWN_FORMATS = (
    (b"PK\x03\x04", "a zip file, as torch.save writes it"),
    (b"\x80", "a Python pickle"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x1f\x8b", "a gzip file"),
)


@dataclass(frozen=True)
class Header:
    """A checked header: the weights named here fill the file exactly."""

    config: ModelConfig
    shapes: dict[str, tuple[int, ...]]  # of each weight


def read_config(path: Path) -> ModelConfig:
    """The configuration of a checkpoint; needs no torch, so that pages can show it.

    Raises:
        BadCheckpoint: when the file is absent, truncated, of another kind or of other labels.
    """
    return read_header(path).config


def require_task(name: str, config: ModelConfig, task: Task) -> None:
    """Raise BadCheckpoint, with the name of the network in it, unless that is what the network is for."""
    if config.task == task:
        return
    if task == Task.SEGMENTATION:
        raise BadCheckpoint(
            f"{name} corrects masks by clicks and draws none of its own; choose a model that segments"
        )
    raise BadCheckpoint(
        f"{name} segments and knows nothing of clicks; choose a network that was trained to correct"
    )


def read_header(path: Path) -> Header:
    """Read and check the header alone."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return parse_header(path.name, file.read(8 + MAX_HEADER_BYTES), size)
    except FileNotFoundError as error:
        raise BadCheckpoint(f"there is no checkpoint {path}; check its name and folder") from error
    except OSError as error:
        raise BadCheckpoint(f"{path.name} cannot be read ({error.strerror}); {EXPECTED}") from error


def parse_header(name: str, start: bytes, size: int) -> Header:
    """Return the checked header of a file, from its first bytes.

    Args:
        name: of the file, for messages.
        start: the first bytes of the file, at least the header where the file is whole.
        size: of the whole file.
    """
    if start[8:9] != b"{":
        raise BadCheckpoint(
            f"{name} is {describe_unknown(start)}; {EXPECTED}, and nothing else is ever opened"
        )
    (length,) = struct.unpack("<Q", start[:8])
    if length > MAX_HEADER_BYTES:
        raise BadCheckpoint(
            f"{name} claims a header of {length} bytes; {EXPECTED}, with at most {MAX_HEADER_BYTES}"
        )
    if size < 8 + length:
        raise BadCheckpoint(f"{name} is truncated within its header; copy or download it again")
    try:
        header = json.loads(start[8 : 8 + length])
        metadata = header.pop("__metadata__", {})
        text = metadata.get(CONFIG_KEY)
        shapes, end = declared_weights(header)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadCheckpoint(f"{name} has a damaged header ({error}); {EXPECTED}") from error
    n_bytes = size - 8 - length
    if n_bytes < end:
        raise BadCheckpoint(
            f"{name} is truncated: {n_bytes} of {end} bytes of weights are there; copy or download it again"
        )
    if n_bytes > end:
        raise BadCheckpoint(f"{name} has {n_bytes - end} bytes that belong to no weight; {EXPECTED}")
    if not isinstance(text, str):
        raise BadCheckpoint(f"{name} has no Septum configuration; {EXPECTED}")
    try:
        return Header(ModelConfig.from_json(text), shapes)
    except (ValueError, RecursionError) as error:
        raise BadCheckpoint(f"{name} does not fit this Septum: {error}; choose another model") from error


def declared_weights(header: dict) -> tuple[dict[str, tuple[int, ...]], int]:
    """Shape of each weight, and the bytes of all; raises ValueError where they overlap or leave gaps."""
    shapes, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        shape = entry["shape"]
        if entry["dtype"] not in ITEM_BYTES:
            kind, kinds = shown(entry["dtype"]), ", ".join(ITEM_BYTES)
            raise ValueError(f"weight {shown(name)} has type {kind}, expected {kinds}")
        if len(shape) > MAX_AXES or any(type(length) is not int or length < 0 for length in shape):
            raise ValueError(f"weight {shown(name)} has a shape that no weight has")
        expected = [end, end + ITEM_BYTES[entry["dtype"]] * math.prod(shape)]
        if entry["data_offsets"] != expected:
            lies = shown(entry["data_offsets"])
            raise ValueError(f"weight {shown(name)} lies at {lies}, expected {expected}")
        shapes[name], end = tuple(shape), expected[1]
    return shapes, end


def describe_unknown(start: bytes) -> str:
    """Return what a file that is no safetensors is, in words."""
    if len(start) < 9:
        return "empty" if not start else "too short"
    for magic, description in KNOWN_FORMATS:
        if start.startswith(magic):
            return description
    return "of an unknown kind"


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
