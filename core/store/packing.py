"""Small things as bytes or text in a row: masks, probabilities, geometry."""

import base64
import json
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np

from core.records import Geometry, SourceFile
from core.store.names import one_line


def pack(planes: np.ndarray) -> bytes:
    """One or more (height, width) uint8 planes, compressed; their size is the slice's."""
    return zlib.compress(np.ascontiguousarray(planes, np.uint8).tobytes(), 6)


def unpack(data: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """What `pack` was given."""
    return np.frombuffer(zlib.decompress(data), np.uint8).reshape(shape).copy()


def geometry_to_json(geometry: Geometry) -> str:
    """All of a geometry as text."""
    return json.dumps(_geometry_values(geometry), sort_keys=True)


def geometry_from_json(text: str) -> Geometry:
    """What `geometry_to_json` was given; what an older one did not know yet is empty."""
    return _geometry(json.loads(text))


def files_to_json(files: tuple[SourceFile, ...]) -> str:
    """The files of a series as text."""
    return json.dumps(
        [
            {"name": one_line(file.name), "geometry": _geometry_values(file.geometry), "phases": file.phases}
            for file in files
        ]
    )


def files_from_json(text: str) -> tuple[SourceFile, ...]:
    """What `files_to_json` was given."""
    return tuple(
        SourceFile(values["name"], _geometry(values["geometry"]), tuple(values["phases"]))
        for values in json.loads(text)
    )


def _geometry_values(geometry: Geometry) -> dict[str, object]:
    return asdict(geometry) | {"header": base64.b64encode(geometry.header).decode()}


def _geometry(values: dict[str, Any]) -> Geometry:
    return Geometry(
        **values
        | {
            "header": base64.b64decode(values["header"]),
            "shape": tuple(values["shape"]),
            "slice_indices": tuple(values.get("slice_indices", ())),
            "spacing_mm": tuple(values["spacing_mm"]) if values["spacing_mm"] else None,
            "affine": tuple(tuple(row) for row in values["affine"]) if values["affine"] else None,
        }
    )
