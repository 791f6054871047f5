"""How a series is shown to its readers: which way up, and from which end its slices count."""

from core.imaging.grids.orientation import usual_turn
from core.store.database import on_open_store
from core.store.series import turning
from core.store.slices import base

__all__ = ["count_from_other_end", "turn_series", "usual_turn"]

turn_series = on_open_store(turning.turn_series)
count_from_other_end = on_open_store(base.count_from_other_end)
