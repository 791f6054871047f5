"""A reader's strokes: kept as they come, and seen beside the mask that another reader saved meanwhile."""

import numpy as np

from core.editing.editor_codec import read_edit
from core.errors import NotFound
from core.imaging.thumbnail import thumbnail_png
from core.labels import Label
from core.records.masks import Strokes
from core.store.database import open_store
from core.store.masks import drafts
from core.store.masks.reader_view import view_slice
from core.store.series.series import series_row
from core.store.slices.slices import slice_pixels, slice_row


def take_edit(slice_id: int, reader: str, payload: object, *, document: str, revision: int) -> Strokes:
    """Check what a browser sent and keep it as the reader's draft; it is on the disk when this returns.

    Args:
        slice_id: the slice that is open.
        reader: who draws.
        payload: as the editor sends it; nothing in it is trusted.
        document: the editor's name of the slice that is open.
        revision: the version that the drawing starts from, 0 where there is none.

    Raises:
        BadInput: when it is no edit of this slice on this version; nothing has changed then.
        Conflict: when another tab of the reader drew since; its strokes stay.
    """
    store = open_store()
    row = slice_row(store, slice_id)
    edit = read_edit(payload, document=document, revision=revision, shape=(row.height, row.width))
    drafts.save_draft(
        store,
        slice_id,
        reader,
        edit.mask,
        parent_id=revision or None,
        seq=edit.seq,
        tab=edit.tab,
        since=edit.since,
        seconds=edit.seconds,
    )
    return Strokes(edit.tab, edit.seq)


def conflict_pictures(slice_id: int, reader: str, side: int = 260) -> tuple[bytes, bytes, bytes]:
    """Return PNGs of the slice with the reader's draft, with the newest version, and with what differs.

    Raises:
        NotFound: when one of the two is missing, so that there is nothing to compare.
    """
    store = open_store()
    look = view_slice(store, slice_id, reader)
    if look.draft is None or look.newest is None:
        raise NotFound("there are no two masks of this slice to compare; open it again")
    mine, theirs = look.draft.mask, look.newest.mask
    differs = np.where(mine != theirs, np.maximum(mine, theirs), Label.BACKGROUND).astype(np.uint8)
    pixels, turn = slice_pixels(store, look.row), series_row(store, look.row.series_id).turn
    pictures = [thumbnail_png(pixels, mask, side, turn) for mask in (mine, theirs, differs)]
    return pictures[0], pictures[1], pictures[2]
