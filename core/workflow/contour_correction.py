"""Correct by contours: a slice's outlines as polygons, and moved polygons as the reader's next draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core import contours
from core.contours import Outline, Polygon
from core.errors import BadInput
from core.imaging.thumbnail import thumbnail_png
from core.store import drafts, masks
from core.store.database import Store, open_store
from core.store.slices import slice_pixels, slice_row

MOST_POLYGONS = 50
MOST_CORNERS = 2000
TAB = "contours"  # stands where strokes name their browser tab

__all__ = ["Outline", "OutlinedSlice", "Polygon", "apply", "open_outlines"]


@dataclass(frozen=True)
class OutlinedSlice:
    """A slice with the outlines of the mask that the reader sees."""

    picture: bytes  # PNG, `scale` times as large as the slice
    width: int  # of the picture
    height: int
    scale: tuple[float, float]  # picture pixels a slice pixel, (x, y)
    outlines: Mapping[Outline, tuple[Polygon, ...]]
    seq: int  # of the draft that they were made from


def open_outlines(slice_id: int, reader: str, side: int) -> OutlinedSlice:
    """The slice as a picture whose longer side has so many pixels, with its outlines.

    Raises:
        NotFound: when there is no such slice.
    """
    store = open_store()
    row = slice_row(store, slice_id)
    mask, _, seq = shown_mask(store, slice_id, reader)
    scale = side / max(row.height, row.width)
    width, height = max(1, round(row.width * scale)), max(1, round(row.height * scale))
    return OutlinedSlice(
        thumbnail_png(slice_pixels(store, row), None, side),
        width,
        height,
        (width / row.width, height / row.height),
        contours.outlines(mask),
        seq,
    )


def apply(slice_id: int, reader: str, after: Mapping[Outline, Sequence[Polygon]], *, seq: int) -> None:
    """Make the moved outlines the reader's draft; outlines that nobody moved keep their very pixels.

    Args:
        slice_id: which slice.
        reader: whose draft.
        after: the outlines as they are now.
        seq: of the draft that they were made from.

    Raises:
        BadInput: when a polygon cannot be one.
        Conflict: when the reader has drawn elsewhere since.
    """
    for polygons in after.values():
        check_polygons(polygons)
    store = open_store()
    mask, parent_id, newest_seq = shown_mask(store, slice_id, reader)
    moved = contours.apply_outlines(mask, contours.outlines(mask), after)
    if np.array_equal(moved, mask):
        return
    drafts.save_draft(
        store,
        slice_id,
        reader,
        moved,
        parent_id=parent_id,
        seq=newest_seq + 1,
        tab=f"{TAB} {newest_seq + 1}",  # each is a tab of its own: an outdated one is a conflict
        since=seq,
    )


def shown_mask(store: Store, slice_id: int, reader: str) -> tuple[np.ndarray, int | None, int]:
    """(mask, the version it starts from, number of its newest change) as the reader sees the slice."""
    row = slice_row(store, slice_id)
    draft = drafts.load_draft(store, slice_id, reader)
    if draft is not None:
        return draft.mask, draft.parent_id, draft.seq
    newest = masks.newest_version(store, slice_id)
    if newest is None:
        return np.zeros((row.height, row.width), np.uint8), None, 0
    return newest.mask, newest.id, 0


def check_polygons(polygons: Sequence[Polygon]) -> None:
    """Raise BadInput for what is no polygon; places outside the picture are cut off, not refused."""
    if len(polygons) > MOST_POLYGONS:
        raise BadInput(f"there are {len(polygons)} contours of one kind, expected at most {MOST_POLYGONS}")
    for polygon in polygons:
        if not 3 <= len(polygon) <= MOST_CORNERS:
            raise BadInput(
                f"a contour has {len(polygon)} points, expected 3 to {MOST_CORNERS}; draw it again"
            )
        if not np.isfinite(np.array(polygon, float)).all():
            raise BadInput("a contour has a point that lies nowhere; draw it again")
