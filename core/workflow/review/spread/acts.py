"""A spread done as it was previewed, and taken back."""

from dataclasses import dataclass

from core.errors import BadInput
from core.records.spreads import Spread, SpreadSlice
from core.store.database import open_store
from core.store.masks import spreads
from core.store.series.series import series_row
from core.store.slices.slices import slices_by_id
from core.workflow.review.spread.preview import SpreadPreview, words_of


@dataclass(frozen=True)
class DoneSpread:
    """What was done."""

    name: str  # by which it is taken back
    slice_ids: tuple[int, ...]


def do_spread(preview: SpreadPreview, seconds: float = 0.0) -> DoneSpread:
    """Make what a preview shows the reader's drafts, all of them or none.

    Args:
        preview: what the reader saw.
        seconds: of active work on it, which its slices share.

    Raises:
        BadInput: when it changes nothing.
        Conflict: when a slice shows another mask, or has another status, than the preview did.
    """
    if not preview.changes:
        raise BadInput("this changes no slice; choose others")
    changed = tuple(change.as_seen() for change in preview.changes)
    some: tuple[SpreadSlice, ...] = (*changed, *preview.sources)
    name = spreads.save_spread(open_store(), preview.reader, preview.request.kind, some, seconds)
    return DoneSpread(name, tuple(one.slice_id for one in changed))


def last_spread(series_id: int, reader: str) -> Spread | None:
    """Return the reader's last spread over slices of a series, as far as it is left; None where none is."""
    return spreads.newest_spread(open_store(), reader, series_id)


def undo_spread(name: str, reader: str) -> tuple[int, ...]:
    """Let the slices of a spread be what they were before it; returns which they are.

    Raises:
        Conflict: when one of them has been drawn on, saved or approved since; nothing is changed then.
    """
    store = open_store()
    known = spreads.find_spread(store, reader, name)
    rows = slices_by_id(store, known.slice_ids if known else ())
    phases = {number: series_row(store, number).phases for number in {row.series_id for row in rows.values()}}
    words = {row.id: words_of(row, phases[row.series_id]) for row in rows.values()}
    return spreads.undo_spread(store, reader, name, words)
