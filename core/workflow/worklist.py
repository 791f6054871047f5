"""The queue and the slice that is open: what Review shows, and how far a slice is."""

from core.errors import BadInput
from core.imaging.thumbnail import thumbnail_png as draw_thumbnail
from core.records import SeriesRow, SliceRow, Split, Status
from core.store import masks
from core.store.database import Store, open_store
from core.store.series import list_series, series_row
from core.store.slices import (
    Filter,
    Order,
    count_slices,
    list_slices,
    slice_after,
    slice_pixels,
    slice_row,
    slices_at,
)
from core.store.slices import set_status as store_status

__all__ = [
    "NEIGHBOURS",
    "Filter",
    "Order",
    "count",
    "neighbours",
    "next_in_queue",
    "queue",
    "row",
    "series_choices",
    "set_status",
    "thumbnail_png",
]

NEIGHBOURS = {  # positions and phases that the editor's command of this name moves on by
    "previous_slice": (-1, 0),
    "next_slice": (1, 0),
    "previous_phase": (0, -1),
    "next_phase": (0, 1),
}


def queue(
    *,
    statuses: tuple[Status, ...] = (),
    splits: tuple[Split, ...] = (),
    patient_text: str = "",
    series_id: int | None = None,
    phase: int | None = None,
    order: Order = Order.WORTH,
    offset: int = 0,
    limit: int = 100,
) -> list[SliceRow]:
    """A window of the queue; what is left empty does not filter."""
    chosen = Filter(statuses, splits, patient_text.strip(), series_id, phase)
    return list_slices(open_store(), chosen, order, offset, limit)


def count(
    *,
    statuses: tuple[Status, ...] = (),
    splits: tuple[Split, ...] = (),
    patient_text: str = "",
    series_id: int | None = None,
    phase: int | None = None,
) -> int:
    """How many slices the same filters leave in the queue."""
    return count_slices(open_store(), Filter(statuses, splits, patient_text.strip(), series_id, phase))


def next_in_queue(
    slice_id: int,
    *,
    statuses: tuple[Status, ...] = (),
    splits: tuple[Split, ...] = (),
    patient_text: str = "",
    series_id: int | None = None,
    phase: int | None = None,
    order: Order = Order.WORTH,
) -> int | None:
    """The slice to open after this one, before or after its status changed; None when the queue is done.

    At the end of the queue it goes on with what was passed over before.
    """
    store = open_store()
    chosen = Filter(statuses, splits, patient_text.strip(), series_id, phase)
    following = slice_after(store, slice_id, chosen, order)
    if following is not None:
        return following
    others = (other.id for other in list_slices(store, chosen, order, limit=2) if other.id != slice_id)
    return next(others, None)


def neighbours(slice_id: int) -> dict[str, SliceRow]:
    """The slices around in the same series, by the names of NEIGHBOURS, as far as there are any."""
    store = open_store()
    here = slice_row(store, slice_id)
    return slices_around(store, here, series_row(store, here.series_id).n_phases)


def slices_around(store: Store, here: SliceRow, n_phases: int) -> dict[str, SliceRow]:
    """The same for a slice that was read already, of a series of so many phases.

    Phases go round, since the heart does; positions do not.
    """
    places = {
        name: (here.position + positions, (here.phase + phases) % n_phases)
        for name, (positions, phases) in NEIGHBOURS.items()
        if n_phases > 1 or not phases
    }
    near = {(row.position, row.phase): row for row in slices_at(store, here.series_id, [*places.values()])}
    return {name: near[place] for name, place in places.items() if place in near}


def row(slice_id: int) -> SliceRow:
    """One slice of the queue as it is now.

    Raises:
        NotFound: when there is no such slice.
    """
    return slice_row(open_store(), slice_id)


def set_status(slice_id: int, status: Status) -> None:
    """Say how far a slice is.

    Raises:
        BadInput: when a slice without a mask would be approved; there would be nothing to learn from.
    """
    store = open_store()
    if status == Status.APPROVED and slice_row(store, slice_id).newest_version_id is None:
        raise BadInput("this slice has no mask to approve; predict or draw one first, even an empty one")
    store_status(store, slice_id, status)


def series_choices(text: str = "", most: int = 1000) -> list[SeriesRow]:
    """Series to choose from, newest first; those with the text in the patient's or the series' name."""
    return list_series(open_store(), most, text=text.strip())


def thumbnail_png(slice_id: int, side: int = 96, with_mask: bool = True) -> bytes:
    """A small picture of a slice with the mask that is shown of it."""
    store = open_store()
    shown = slice_row(store, slice_id)
    version = masks.newest_version(store, slice_id) if with_mask else None
    return draw_thumbnail(slice_pixels(store, shown), version.mask if version else None, side)
