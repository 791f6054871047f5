"""The ways through the queue: on to the next slice, and to the slices around."""

from core.records.slices import SliceRow
from core.store.database import Store, open_store
from core.store.series.series import series_row
from core.store.slices.filters import Filter, Order
from core.store.slices.places import slice_after
from core.store.slices.slices import list_slices, slice_row, slices_at

NEIGHBOURS = {  # places towards the apex and phases that the editor's command of this name moves on by
    "previous_slice": (-1, 0),
    "next_slice": (1, 0),
    "previous_phase": (0, -1),
    "next_phase": (0, 1),
}


def next_in_queue(slice_id: int, chosen: Filter, order: Order) -> int | None:
    """Return the slice to open after this one, before or after its status changed; None when all are done.

    At the end of the queue it goes on with what was passed over before.
    """
    store = open_store()
    following = slice_after(store, slice_id, chosen, order)
    if following is not None:
        return following
    others = (other.id for other in list_slices(store, chosen, order, limit=2) if other.id != slice_id)
    return next(others, None)


def neighbours(slice_id: int) -> dict[str, SliceRow]:
    """Return the slices around in the same series, by the names of NEIGHBOURS, as far as there are any."""
    store = open_store()
    here = slice_row(store, slice_id)
    return slices_around(store, here, series_row(store, here.series_id).n_phases)


def slices_around(store: Store, here: SliceRow, n_phases: int) -> dict[str, SliceRow]:
    """Return the same for a slice that was read already, of a series of so many phases.

    Phases go round, since the heart does; slices do not: above is towards the base.
    """
    wanted = {
        name: (here.from_base + places, (here.phase + phases) % n_phases)
        for name, (places, phases) in NEIGHBOURS.items()
        if n_phases > 1 or not phases
    }
    near = {(row.from_base, row.phase): row for row in slices_at(store, here.series_id, [*wanted.values()])}
    return {name: near[at] for name, at in wanted.items() if at in near}
