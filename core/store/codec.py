"""Small things as bytes or text in a row: masks, probabilities, geometry, reasons."""

import zlib
from collections.abc import Sequence

import numpy as np
from pydantic import TypeAdapter

from core.records.reasons import Reason
from core.records.slices import Geometry, SourceFile

GEOMETRY = TypeAdapter(Geometry)
FILES = TypeAdapter(tuple[SourceFile, ...])
REASONS = TypeAdapter(tuple[Reason, ...])


def pack(planes: np.ndarray) -> bytes:
    """Return one or more (height, width) uint8 planes, compressed; their size is the slice's."""
    return zlib.compress(np.ascontiguousarray(planes, np.uint8).tobytes(), 6)


def unpack(data: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """Return what `pack` was given, of this shape."""
    return np.frombuffer(zlib.decompress(data), np.uint8).reshape(shape).copy()


def geometry_to_json(geometry: Geometry) -> str:
    """Return all of a geometry as text."""
    return GEOMETRY.dump_json(geometry).decode()


def geometry_from_json(text: str) -> Geometry:
    """Return what `geometry_to_json` was given; what an older one did not know yet has its default."""
    return GEOMETRY.validate_json(text)


def files_to_json(files: tuple[SourceFile, ...]) -> str:
    """Return the files of a series as text."""
    return FILES.dump_json(files).decode()


def files_from_json(text: str) -> tuple[SourceFile, ...]:
    """Return what `files_to_json` was given."""
    return FILES.validate_json(text)


def reasons_to_json(reasons: Sequence[Reason]) -> str:
    """Return why a slice is worth a look as text, without what a reason lacks."""
    return REASONS.dump_json(tuple(reasons), exclude_defaults=True).decode()


def reasons_from_json(text: str) -> tuple[Reason, ...]:
    """Return what `reasons_to_json` was given."""
    return REASONS.validate_json(text)
