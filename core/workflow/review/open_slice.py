"""A slice opened to be corrected: its picture, the mask that its reader sees, and what lies around it."""

from dataclasses import dataclass

import numpy as np

from core.editing.editor_codec import pack_slice
from core.records.decisions import Decision
from core.records.masks import Seen, Strokes, Version
from core.records.slices import SeriesRow, SliceRow, Status
from core.store.database import Store, open_store
from core.store.masks import masks
from core.store.masks.predictions import load_prediction
from core.store.masks.reader_view import view_slice
from core.store.series.series import series_row
from core.store.slices.history import NOBODY, status_changes
from core.store.slices.slices import slice_pixels
from core.workflow.review.queue import slices_around


@dataclass(frozen=True)
class OpenSlice:
    """A slice with all that the editor needs."""

    row: SliceRow
    series: SeriesRow
    packed: bytes  # what the editor takes, of core.editing.editor_codec.pack_slice
    revision: int  # the version that the drawing starts from, 0 where there is none
    stored: Strokes  # of the reader's draft
    seconds: float  # of active work in the draft
    newest: Version | None  # what everybody else sees
    neighbours: dict[str, SliceRow]  # the slices around, by the names of NEIGHBOURS
    decision: Decision  # the newest: who made the slice what it is, and why
    is_changed: bool = False  # whether the draft is another mask than the one that everybody sees

    @property
    def has_draft(self) -> bool:
        """Whether the reader has strokes that are no version yet."""
        return self.stored.seq > 0

    @property
    def is_changed_since_approved(self) -> bool:
        """Whether the reader has drawn on a slice whose approval is of the mask before."""
        return self.row.status == Status.APPROVED and self.is_changed

    @property
    def seen(self) -> Seen:
        """The versions and strokes that a reader has seen to whom this is shown."""
        return Seen(self.revision or None, self.stored, self.newest.id if self.newest else None)

    @property
    def is_conflict(self) -> bool:
        """Whether somebody saved after the reader's drawing began."""
        return self.has_draft and self.revision != (self.newest.id if self.newest else 0)


def open_slice(slice_id: int, reader: str, compare_with: int | None = None) -> OpenSlice:
    """Return everything that is shown of a slice, with the reader's own strokes on it.

    Args:
        slice_id: which slice.
        reader: whose draft.
        compare_with: id of a version that takes the place of the model's mask in the difference view.

    Raises:
        NotFound: when there is no such slice.
        StoreUnavailable: when its image is missing or damaged.
    """
    store = open_store()
    with store.snapshot():
        look = view_slice(store, slice_id, reader)
        row, seen = look.row, look.seen
        series = series_row(store, row.series_id)
        prediction = load_prediction(store, slice_id)
        compared = prediction.mask if prediction else None
        if compare_with is not None:
            compared = masks.version(store, compare_with).mask
        around = slices_around(store, row, series.n_phases)
        near = masks_shown(store, around)
        changes = status_changes(store, slice_id, limit=1)
    return OpenSlice(
        row=row,
        series=series,
        packed=pack_slice(
            slice_pixels(store, row),
            look.mask,
            spacing_mm=row.spacing_mm,
            confidence=prediction.confidence if prediction else None,
            model_mask=compared,
            neighbours=near,
        ),
        revision=seen.parent_id or 0,
        stored=seen.strokes,
        seconds=look.draft.seconds if look.draft else 0.0,
        newest=look.newest,
        neighbours=around,
        decision=changes[0].decision if changes else NOBODY,
        is_changed=look.draft is not None
        and (look.newest is None or not np.array_equal(look.draft.mask, look.newest.mask)),
    )


def masks_shown(store: Store, around: dict[str, SliceRow]) -> dict[str, np.ndarray]:
    """Return the masks, (height, width) uint8, that these slices show; a reader may copy from them."""
    versions = masks.newest_versions(store, [row.id for row in around.values()])
    return {name: versions[row.id].mask for name, row in around.items() if row.id in versions}
