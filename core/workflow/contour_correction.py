"""Correct by contours: a slice's outlines as polygons, and moved polygons as the reader's next draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np

from core import contours
from core.contours import Outline, Polygon
from core.errors import BadInput, Conflict
from core.imaging.thumbnail import thumbnail_png
from core.records import Seen
from core.store import drafts
from core.store.database import open_store
from core.store.slices import slice_pixels

MOST_POLYGONS = 50
MOST_CORNERS = 2000
TAB = "contours"  # stands where strokes name their browser tab
ANOTHER_MASK = (
    "this slice has another mask since its contours were made, of another reader or another browser tab of "
    "yours; it stays, and its own contours are shown now"
)

__all__ = ["Outline", "OutlinedSlice", "Polygon", "apply", "open_outlines"]


@dataclass(frozen=True)
class OutlinedSlice:
    """A slice with the outlines of the mask that the reader sees."""

    picture: bytes  # PNG, `scale` times as large as the slice
    width: int  # of the picture
    height: int
    scale: tuple[float, float]  # picture pixels a slice pixel, (x, y)
    outlines: Mapping[Outline, tuple[Polygon, ...]]
    seen: Seen  # what they were made from


def open_outlines(slice_id: int, reader: str, side: int) -> OutlinedSlice:
    """The slice as a picture whose longer side has so many pixels, with its outlines.

    Raises:
        NotFound: when there is no such slice.
    """
    store = open_store()
    look = drafts.look_at(store, slice_id, reader)
    row = look.row
    scale = side / max(row.height, row.width)
    width, height = max(1, round(row.width * scale)), max(1, round(row.height * scale))
    return OutlinedSlice(
        thumbnail_png(slice_pixels(store, row), None, side),
        width,
        height,
        (width / row.width, height / row.height),
        contours.outlines(shown_mask(look)),
        look.seen,
    )


def apply(
    slice_id: int,
    reader: str,
    after: Mapping[Outline, Sequence[Polygon]],
    *,
    seen: Seen,
    seconds: float = 0.0,
) -> None:
    """Make the moved outlines the reader's draft; outlines that nobody moved keep their very pixels.

    Args:
        slice_id: which slice.
        reader: whose draft.
        after: the outlines as they are now.
        seen: what the outlines were made from.
        seconds: of active work on the outlines; they are added to those of the draft.

    Raises:
        BadInput: when a polygon cannot be one.
        Conflict: when the mask is another one since; nothing is changed then.
    """
    for polygons in after.values():
        check_polygons(polygons)
    store = open_store()
    look = drafts.look_at(store, slice_id, reader)
    if (look.seen.parent_id, look.seen.strokes) != (seen.parent_id, seen.strokes):
        raise Conflict(ANOTHER_MASK)
    mask = shown_mask(look)
    moved = contours.apply_outlines(mask, contours.outlines(mask), after)
    if np.array_equal(moved, mask):
        return
    drafts.save_draft(
        store,
        slice_id,
        reader,
        moved,
        parent_id=seen.parent_id,
        seq=seen.strokes.seq + 1,
        tab=f"{TAB} {uuid4().hex}",  # each is a tab of its own: an outdated one is a conflict
        since=seen.strokes,
        seconds=(look.draft.seconds if look.draft else 0.0) + seconds,
    )


def shown_mask(look: drafts.Look) -> np.ndarray:
    """The mask that the reader sees, (height, width) uint8; an empty one where there is none yet."""
    if look.mask is None:
        return np.zeros((look.row.height, look.row.width), np.uint8)
    return look.mask


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
