"""Small things as bytes or text in a row: masks, probabilities, geometry."""

import base64
import json
import zlib
from dataclasses import asdict

import numpy as np

from core.records import Geometry


def pack(planes: np.ndarray) -> bytes:
    """One or more (height, width) uint8 planes, compressed; their size is the slice's."""
    return zlib.compress(np.ascontiguousarray(planes, np.uint8).tobytes(), 6)


def unpack(data: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """What `pack` was given."""
    return np.frombuffer(zlib.decompress(data), np.uint8).reshape(shape).copy()


def geometry_to_json(geometry: Geometry) -> str:
    """All of a geometry as text."""
    values = asdict(geometry)
    values["header"] = base64.b64encode(geometry.header).decode()
    return json.dumps(values, sort_keys=True)


def geometry_from_json(text: str) -> Geometry:
    """What `geometry_to_json` was given."""
    values = json.loads(text)
    values["header"] = base64.b64decode(values["header"])
    values["shape"] = tuple(values["shape"])
    values["slice_indices"] = tuple(values.get("slice_indices", ()))
    values["spacing_mm"] = tuple(values["spacing_mm"]) if values["spacing_mm"] else None
    values["affine"] = tuple(tuple(row) for row in values["affine"]) if values["affine"] else None
    return Geometry(**values)
