"""Correct: a slice opened to draw on, its draft stroke by stroke, and what becomes of it."""

from dataclasses import dataclass

import numpy as np

from core.editing import pack_slice, read_edit
from core.errors import NotFound
from core.imaging.thumbnail import thumbnail_png
from core.labels import FOREGROUND, Label
from core.metrics.counts import count, counts_of
from core.metrics.overlap import dice
from core.records import Seen, SeriesRow, SliceRow, Strokes, Version
from core.store import drafts, masks, presence, publishing
from core.store.database import Store, open_store
from core.store.predictions import load_prediction
from core.store.presence import NOBODY, Here
from core.store.series import series_row
from core.store.slices import slice_pixels, slice_row
from core.workflow.models import model_name
from core.workflow.worklist import slices_around

__all__ = [
    "NOBODY",
    "Here",
    "OpenSlice",
    "VersionLine",
    "conflict_pictures",
    "dice_between",
    "discard",
    "keep_mine",
    "open_slice",
    "others_here",
    "pack_version",
    "restore",
    "save",
    "take_edit",
    "version_lines",
]


@dataclass(frozen=True)
class OpenSlice:
    """A slice with all that the editor needs; `packed` is what it takes."""

    row: SliceRow
    series: SeriesRow
    packed: bytes
    revision: int  # the version that the drawing starts from, 0 where there is none
    stored: Strokes  # of the reader's draft
    seconds: float  # of active work in the draft
    newest: Version | None  # what everybody else sees
    predicted_by: str  # name of the model whose confidence is shown, "" where none has predicted
    neighbours: dict[str, SliceRow]  # the slices around, by the names of NEIGHBOURS

    @property
    def has_draft(self) -> bool:
        """Whether the reader has strokes that are no version yet."""
        return self.stored.seq > 0

    @property
    def seen(self) -> Seen:
        """What a reader has seen to whom this is shown."""
        return Seen(self.revision or None, self.stored, self.newest.id if self.newest else None)

    @property
    def is_conflict(self) -> bool:
        """Whether somebody saved after the reader's drawing began."""
        return self.has_draft and self.revision != (self.newest.id if self.newest else 0)


def open_slice(slice_id: int, reader: str, compare_with: int | None = None) -> OpenSlice:
    """Everything that is shown of a slice, with the reader's own strokes on it.

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
        look = drafts.look_at(store, slice_id, reader)
        row, seen = look.row, look.seen
        series = series_row(store, row.series_id)
        prediction = load_prediction(store, slice_id)
        compared = prediction.mask if prediction else None
        if compare_with is not None:
            compared = masks.version(store, compare_with).mask
        around = slices_around(store, row, series.n_phases)
        near = masks_shown(store, around)
        predicted_by = model_name(prediction.model_id) if prediction else ""
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
        predicted_by=predicted_by,
        neighbours=around,
    )


def masks_shown(store: Store, around: dict[str, SliceRow]) -> dict[str, np.ndarray]:
    """The masks of these slices, which a reader may copy from."""
    found = masks.newest_versions(store, [row.id for row in around.values()])
    return {name: found[row.id].mask for name, row in around.items() if row.id in found}


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


def save(
    slice_id: int, reader: str, seen: Seen, *, seq: int = 0, note: str = "", approve: bool = False
) -> int:
    """Make the reader's strokes a version, and on request the slice approved; returns the version's id.

    Raises:
        Conflict: when there are strokes or versions that the reader has not seen, or a stroke (up to number
            `seq`) is still on its way.
        NotFound: when there is nothing to save.
    """
    return publishing.publish_draft(
        open_store(), slice_id, reader, seen, seq=seq, note=note.strip(), approve=approve
    )


def discard(slice_id: int, reader: str, seen: Seen) -> None:
    """Give the unsaved strokes up; the newest version is shown again.

    Raises:
        Conflict: when another tab of the reader drew since; its strokes stay.
    """
    drafts.clear_draft(open_store(), slice_id, reader, seen)


def keep_mine(slice_id: int, reader: str, seen: Seen) -> None:
    """After a conflict: go on from the other reader's version with the own mask as it is drawn.

    Raises:
        Conflict: when there are strokes or versions that the reader has not seen.
    """
    drafts.rebase_draft(open_store(), slice_id, reader, seen)


def restore(version_id: int, reader: str, newest_id: int | None) -> int:
    """Show an old version again, as a new one; nothing in between is lost. Returns the new version's id.

    The slice is in progress then, also where another mask was approved.

    Raises:
        BadInput: when the reader has strokes on the slice that are not saved.
        Conflict: when somebody saved after version `newest_id`.
    """
    return publishing.restore_version(open_store(), version_id, reader, newest_id)


def conflict_pictures(slice_id: int, reader: str, side: int = 260) -> tuple[bytes, bytes, bytes]:
    """PNGs of the slice with the reader's draft, with the newest version, and with what differs.

    Raises:
        NotFound: when one of the two is missing, so that there is nothing to compare.
    """
    store = open_store()
    look = drafts.look_at(store, slice_id, reader)
    if look.draft is None or look.newest is None:
        raise NotFound("there are no two masks of this slice to compare; open it again")
    mine, theirs = look.draft.mask, look.newest.mask
    differs = np.where(mine != theirs, np.maximum(mine, theirs), Label.BACKGROUND).astype(np.uint8)
    pixels = slice_pixels(store, look.row)
    pictures = [thumbnail_png(pixels, mask, side) for mask in (mine, theirs, differs)]
    return pictures[0], pictures[1], pictures[2]


def pack_version(version_id: int) -> bytes:
    """An old version as the viewer takes it; its difference view shows what the newest has otherwise."""
    store = open_store()
    old = masks.version(store, version_id)
    newest = masks.newest_version(store, old.slice_id)
    row = slice_row(store, old.slice_id)
    return pack_slice(
        slice_pixels(store, row),
        old.mask,
        spacing_mm=row.spacing_mm,
        model_mask=newest.mask if newest else None,
    )


@dataclass(frozen=True)
class VersionLine:
    """One version as the list of a slice's versions tells it."""

    version: Version
    dice: dict[Label, float]  # with the version before; NaN where both lack the label, empty for the first


def version_lines(slice_id: int) -> list[VersionLine]:
    """All versions of a slice, newest first, each compared with the one that it started from."""
    found = masks.versions(open_store(), slice_id)
    by_id = {version.id: version for version in found}
    return [
        VersionLine(version, dice_between(by_id[version.parent_id].mask, version.mask))
        if version.parent_id in by_id
        else VersionLine(version, {})
        for version in found
    ]


def dice_between(before: np.ndarray, after: np.ndarray) -> dict[Label, float]:
    """Dice of each heart label; NaN where neither mask has it."""
    confusion = count(before, after)
    return {label: dice(counts_of(confusion, label)) for label in FOREGROUND}


def others_here(slice_id: int, reader: str, last: Here = NOBODY) -> Here:
    """Who else has the slice open now; tells them of this reader, too. `last`: what it came to before."""
    return presence.touch(open_store(), slice_id, reader, last)
