"""Readers who draw on slices and save, as their browsers ask for it."""

import json

import numpy as np

from core.editing.editor_codec import encode_runs
from core.records.slices import SliceRow, Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.slices import slice_row
from core.workflow.review import publish_draft
from core.workflow.review.open_slice import open_slice
from core.workflow.review.strokes import take_edit
from tests.workflow.small import HEART

DRAWN = np.rot90(HEART, 2).copy()


def header(packed: bytes) -> dict:
    return json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])


def draw(row: SliceRow, reader: str, mask: np.ndarray = DRAWN, seq: int = 1, tab: str = "t", **change):
    """The reader's strokes so far, as the browser sends them."""
    revision = open_slice(row.id, reader).revision
    payload = {
        "document": "doc",
        "revision": revision,
        "tab": tab,
        "seq": seq,
        "since": 0,
        "height": mask.shape[0],
        "width": mask.shape[1],
        "runs": encode_runs(mask),
        "seconds": 12.5,
    } | change
    return take_edit(row.id, reader, payload, document="doc", revision=revision)


def seen(row: SliceRow, reader: str):
    """What the reader sees who opens the slice now."""
    return open_slice(row.id, reader).seen


def save(row: SliceRow, reader: str, **options) -> int:
    """Save what the reader sees."""
    return publish_draft(row.id, reader, seen(row, reader), **options)


def newest(row: SliceRow):
    return masks.newest_version(open_store(), row.id)


def status(row: SliceRow) -> Status:
    return slice_row(open_store(), row.id).status
