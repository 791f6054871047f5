"""The masks of a heart as one reader sees them, small: read once for each state that a mask is in."""

import io
from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
from PIL import Image, ImageColor

from core.labels import COLOURS, HEART
from core.store.database import Store, open_store
from core.store.masks.drafts import load_drafts
from core.store.masks.masks import versions_by_id
from core.workflow.hearts.overview.cells import Cell, HeartOverview
from core.workflow.hearts.overview.kept import Kept
from core.workflow.hearts.overview.small import MaskPart, Square, part_of, small_mask, square_around

COLUMNS = 32  # masks beside each other in a sheet of them
OVERHEAD = 256  # bytes of an entry beside its pixels
PARTS: Kept[tuple[MaskPart | None]] = Kept(64 * 2**20, lambda kept: OVERHEAD + size_of(kept[0]))
SQUARES: Kept[Square] = Kept(2**18, lambda kept: OVERHEAD)


def size_of(part: MaskPart | None) -> int:
    """Return how many bytes the pixels of a mask take."""
    return 0 if part is None else part.labels.nbytes


def mask_parts(overview: HeartOverview) -> dict[int, MaskPart | None]:
    """Return what each mask of a heart holds, by slice; those that are not there or empty are None."""
    store = open_store()
    masked = {cell.row.id: cell for cell in overview.cells if cell.has_mask}
    kept = {number: PARTS.get(state_of(store, cell, overview.reader)) for number, cell in masked.items()}
    missing = [masked[number] for number, found in kept.items() if found is None]
    for number, mask in read_masks(store, missing, overview.reader).items():
        kept[number] = PARTS.put(state_of(store, masked[number], overview.reader), (part_of(mask),))
    return {number: None if found is None else found[0] for number, found in kept.items()}


def read_masks(store: Store, cells: Sequence[Cell], reader: str) -> dict[int, np.ndarray]:
    """Return the masks of slices, (height, width) uint8 by slice, as far as they are still what was seen."""
    if not cells:
        return {}
    wanted = {cell.row.id: cell.seen for cell in cells}
    drawn = load_drafts(store, [cell.row.id for cell in cells if cell.has_strokes], reader)
    newest = (cell.seen.newest_id for cell in cells if not cell.has_strokes)
    saved = versions_by_id(store, [number for number in newest if number is not None])
    masks = {version.slice_id: version.mask for version in saved.values()}
    return masks | {
        number: draft.mask for number, draft in drawn.items() if draft.strokes == wanted[number].strokes
    }


def state_of(store: Store, cell: Cell, reader: str) -> Hashable:
    """Return what tells a mask from any other one: it never changes while this is the same."""
    if not cell.has_strokes:
        return store.place, cell.seen.newest_id
    return store.place, cell.row.id, reader, cell.seen.parent_id, cell.seen.strokes


def square_of(overview: HeartOverview, parts: Mapping[int, MaskPart | None]) -> Square:
    """Return which part of its slices is shown: the heart in its masks, the same while they fit in."""
    key = (open_store().place, overview.series.id, overview.shape)
    boxes = [part.box for part in parts.values() if part is not None]
    kept = SQUARES.get(key)
    if kept is not None and boxes and all(kept.holds(box) for box in boxes):
        return kept
    square = square_around(boxes, overview.shape)
    return SQUARES.put(key, square) if boxes else square


def mask_sheet(parts: Iterable[MaskPart | None], square: Square, side: int) -> bytes:
    """Return a PNG with masks beside and below each other, `COLUMNS` in a row, in the colours of the labels.

    Args:
        parts: the masks, in their order.
        square: the part of them that is shown.
        side: pixels of each mask, whose background is clear.
    """
    small = [
        np.zeros((side, side), np.uint8) if one is None else small_mask(one, square, side) for one in parts
    ]
    n_rows, n_columns = max(1, -(-len(small) // COLUMNS)), min(COLUMNS, max(1, len(small)))
    sheet = np.zeros((n_rows * side, n_columns * side), np.uint8)
    for number, mask in enumerate(small):
        row, column = divmod(number, COLUMNS)
        sheet[row * side : (row + 1) * side, column * side : (column + 1) * side] = mask
    picture = Image.fromarray(sheet, "P")
    picture.putpalette([value for one in HEART.structures for value in ImageColor.getrgb(COLOURS[one.label])])
    data = io.BytesIO()
    picture.save(data, "PNG", transparency=0, compress_level=3)
    return data.getvalue()
