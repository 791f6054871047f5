"""When in the beat the slices of a series were taken, as their source says it."""

import numpy as np
from sqlalchemy import select

from core.store.database import Store
from core.store.tables.slices import SliceTable


def trigger_times_ms(store: Store, series_id: int) -> np.ndarray:
    """Return the trigger times of a series, (positions, phases) in ms; NaN where a slice has none."""
    query = select(SliceTable.position, SliceTable.phase, SliceTable.trigger_time_ms)
    with store.reading() as session:
        rows = session.execute(query.where(SliceTable.series_id == series_id)).tuples().all()
    shape = (1 + max((row[0] for row in rows), default=-1), 1 + max((row[1] for row in rows), default=-1))
    times = np.full(shape, np.nan)
    for position, phase, time_ms in rows:
        times[position, phase] = np.nan if time_ms is None else time_ms
    return times
