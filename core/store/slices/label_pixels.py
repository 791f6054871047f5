"""Pixels of each label in stored masks: a row for each label, read beside other rows as one column each."""

import zlib

import numpy as np
from sqlalchemy import Select, and_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.labels import HEART
from core.store.tables.derived import MaskLabelTable
from core.store.tables.masks import MaskTable

ROWS = {one.label: aliased(MaskLabelTable, name=f"label_{int(one.label)}") for one in HEART.structures}
PIXELS = tuple(rows.pixels for rows in ROWS.values())  # columns of a query, in the order of the labels


def join_pixels(
    query: Select,
    mask_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    *,
    outer: bool = False,
) -> Select:
    """Return a query that selects `PIXELS` with the rows of those masks that it needs.

    A join for each label reads each row by its key; one join for all, with a row for each label, takes
    several times as long, since each slice is then handed over as often as there are labels.

    Args:
        query: of other tables, with `PIXELS` among its columns.
        mask_id: the column that names the mask.
        outer: also rows whose mask was not counted; their pixels are None then.
    """
    for label, rows in ROWS.items():
        query = query.join(rows, and_(rows.mask_id == mask_id, rows.label == label), isouter=outer)
    return query


def count_labels(version: MaskTable) -> list[dict[str, int]]:
    """Return the rows that keep how many pixels of each label a version has, as `insert` takes them."""
    counts = np.bincount(labels_in(version.pixels), minlength=len(ROWS)).tolist()
    return [
        {"mask_id": version.id, "label": int(label), "pixels": n}
        for label, n in zip(ROWS, counts, strict=True)
    ]


def labels_in(packed: bytes) -> np.ndarray:
    """Return the labels of a packed mask in one row, (pixels,) uint8."""
    return np.frombuffer(zlib.decompress(packed), np.uint8)
