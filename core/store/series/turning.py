"""Which way round the pictures of a series are shown; no pixel, mask or stroke changes by it."""

from core.errors import NotFound
from core.records.orientation import Turn
from core.store.database import Store
from core.store.tables.slices import SeriesTable
from core.store.trail import Action, record_event


def turn_series(store: Store, series_id: int, turn: Turn, person: str = "") -> None:
    """Show the pictures of a series another way round, to every reader.

    Raises:
        NotFound: when there is no such series.
    """
    with store.unit_of_work() as session:
        series = session.get(SeriesTable, series_id, with_for_update=True)
        if series is None:
            raise NotFound(f"there is no series {series_id} in the store; it may be in another one")
        if series.turn == turn.key:
            return
        series.turn = turn.key
        record_event(session, person, Action.SERIES_TURNED, f"series {series_id}", turn.key)
