"""Correct by contours: a slice's outlines as polygons, and moved polygons as the reader's next draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np

from core.editing import contours
from core.editing.contours import Outline, Polygon
from core.errors import BadInput, Conflict
from core.imaging.thumbnail import thumbnail_png
from core.records.masks import Seen, Strokes
from core.records.orientation import AS_SOURCE, Turn
from core.store.database import open_store
from core.store.masks import drafts
from core.store.masks.reader_view import ReaderView, view_slice
from core.store.series.series import series_row
from core.store.slices.slices import slice_pixels

MAX_POLYGONS = 50
MAX_CORNERS = 2000
TAB = "contours"  # stands where strokes name their browser tab
ANOTHER_MASK = (
    "this slice has another mask since its contours were made, of another reader or another browser tab of "
    "yours; it stays, and its own contours are shown now"
)


@dataclass(frozen=True)
class OutlinedSlice:
    """A slice with the outlines of the mask that the reader sees."""

    picture: bytes  # PNG, `scale` times as large as the slice
    width: int  # of the picture
    height: int
    scale: tuple[float, float]  # picture pixels a slice pixel, (x, y)
    outlines: Mapping[Outline, tuple[Polygon, ...]]
    seen: Seen  # what they were made from
    turn: Turn  # which way round picture and outlines are


def open_outlines(slice_id: int, reader: str, side: int) -> OutlinedSlice:
    """Return the slice as a picture whose longer side has so many pixels, with its outlines.

    Raises:
        NotFound: when there is no such slice.
    """
    store = open_store()
    look = view_slice(store, slice_id, reader)
    row, turn = look.row, series_row(store, look.row.series_id).turn
    mask = turn.shown(shown_mask(look))
    rows, columns = mask.shape
    scale = side / max(rows, columns)
    width, height = max(1, round(columns * scale)), max(1, round(rows * scale))
    return OutlinedSlice(
        thumbnail_png(slice_pixels(store, row), None, side, turn),
        width,
        height,
        (width / columns, height / rows),
        contours.outlines(mask),
        look.seen,
        turn,
    )


def apply(
    slice_id: int,
    reader: str,
    after: Mapping[Outline, Sequence[Polygon]],
    *,
    seen: Seen,
    turn: Turn = AS_SOURCE,
    seconds: float = 0.0,
) -> Strokes:
    """Make the moved outlines the reader's draft; outlines that nobody moved keep their very pixels.

    Returns the state of the draft then, the one that was seen where the mask stays the same.

    Args:
        slice_id: which slice.
        reader: whose draft.
        after: the outlines as they are now.
        seen: what the outlines were made from.
        turn: which way round they are; the mask stays as the source has it.
        seconds: of active work on the outlines; they are added to those of the draft.

    Raises:
        BadInput: when a polygon cannot be one.
        Conflict: when the mask is another one since; nothing is changed then.
    """
    for polygons in after.values():
        check_polygons(polygons)
    store = open_store()
    look = view_slice(store, slice_id, reader)
    if (look.seen.parent_id, look.seen.strokes) != (seen.parent_id, seen.strokes):
        raise Conflict(ANOTHER_MASK)
    mask = shown_mask(look)
    shown = turn.shown(mask)
    moved = turn.as_source(contours.apply_outlines(shown, contours.outlines(shown), after))
    if np.array_equal(moved, mask):
        return look.seen.strokes
    made = Strokes(f"{TAB} {uuid4().hex}", seen.strokes.seq + 1)  # each a tab: an outdated one is a conflict
    drafts.save_draft(
        store,
        slice_id,
        reader,
        moved,
        parent_id=seen.parent_id,
        seq=made.seq,
        tab=made.tab,
        since=seen.strokes,
        seconds=(look.draft.seconds if look.draft else 0.0) + seconds,
    )
    return made


def shown_mask(look: ReaderView) -> np.ndarray:
    """Return the mask that the reader sees, (height, width) uint8; an empty one where there is none yet."""
    if look.mask is None:
        return np.zeros((look.row.height, look.row.width), np.uint8)
    return look.mask


def check_polygons(polygons: Sequence[Polygon]) -> None:
    """Raise BadInput for what is no polygon; points outside the picture are cut off, not refused."""
    if len(polygons) > MAX_POLYGONS:
        raise BadInput(f"there are {len(polygons)} contours of one kind, expected at most {MAX_POLYGONS}")
    for polygon in polygons:
        if not 3 <= len(polygon) <= MAX_CORNERS:
            raise BadInput(f"a contour has {len(polygon)} points, expected 3 to {MAX_CORNERS}; draw it again")
        if not np.isfinite(np.array(polygon, float)).all():
            raise BadInput("a contour has a point that lies nowhere; draw it again")
