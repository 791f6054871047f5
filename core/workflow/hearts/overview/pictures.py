"""The pictures of a heart, small, in one sheet: made once, since pictures never change."""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

from core.errors import StoreUnavailable
from core.pixels.grey_window import in_window
from core.records.slices import SliceRow
from core.store.database import Store, open_store
from core.store.slices.slices import slice_pixels
from core.workflow.hearts.overview.cells import HeartOverview
from core.workflow.hearts.overview.kept import Kept
from core.workflow.hearts.overview.small import Square, small_picture

READERS = 4  # threads, since files are waited for
QUALITY = 85  # of a JPEG: a picture of this size shows no loss
SHEETS: Kept[bytes] = Kept(64 * 2**20, len)


def picture_sheet(overview: HeartOverview, square: Square, side: int) -> bytes:
    """Return a JPEG of all slices of a heart: a row from base to apex, a column a phase, black where none is.

    All phases of a position share one window of grey, so that a beat does not flicker. A slice whose file is
    missing or damaged stays black; opening it says why.

    Args:
        overview: which heart.
        square: the part of each slice that is shown.
        side: pixels of each picture, a multiple of 8, so that none runs into the next.
    """
    rows = [cell.row for cell in overview.cells]
    key = (
        tuple(row.image_sha256 for row in rows),
        tuple((row.from_base, row.phase) for row in rows),
        square,
        side,
    )
    kept = SHEETS.get(key)
    if kept is not None:
        return kept
    store = open_store()
    with ThreadPoolExecutor(READERS) as readers:
        pictures = list(readers.map(lambda row: read_small(store, row, square, side), rows))
    data = sheet_of(rows, pictures, side)
    return SHEETS.put(key, data) if all(picture is not None for picture in pictures) else data


def read_small(store: Store, row: SliceRow, square: Square, side: int) -> np.ndarray | None:
    """Return the picture of a slice, (side, side) float32; None where its file cannot be read."""
    try:
        return small_picture(slice_pixels(store, row), square, side)
    except StoreUnavailable:
        return None


def sheet_of(rows: Sequence[SliceRow], pictures: Sequence[np.ndarray | None], side: int) -> bytes:
    """Return the JPEG of pictures (side, side) at the places of their slices."""
    n_rows, n_columns = 1 + max(row.from_base for row in rows), 1 + max(row.phase for row in rows)
    sheet = np.zeros((n_rows * side, n_columns * side), np.uint8)
    by_position: dict[int, list[tuple[int, np.ndarray]]] = {}
    for row, picture in zip(rows, pictures, strict=True):
        if picture is not None:
            by_position.setdefault(row.from_base, []).append((row.phase, picture))
    for position, of_phases in by_position.items():
        grey = in_window(np.concatenate([picture for _, picture in of_phases])) * 255
        for number, (phase, _) in enumerate(of_phases):
            one = grey[number * side : (number + 1) * side]
            sheet[position * side : (position + 1) * side, phase * side : (phase + 1) * side] = one
    data = io.BytesIO()
    Image.fromarray(sheet, "L").save(data, "JPEG", quality=QUALITY)
    return data.getvalue()
