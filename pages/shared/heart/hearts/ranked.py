"""Hearts ranked once, and kept as long as nothing in the store has changed them."""

from collections.abc import Iterator, Sequence

import streamlit as st

from core.records.slices import SeriesRow
from core.settings import settings
from core.workflow.hearts.sense import RankedHeart, heart_stamps, in_order, rank_heart

SHOWN_EACH = 8  # hearts after which it is shown how far it is; a click ends it there, with nothing lost
FEW = 20  # hearts that are ranked before anybody would read how far it is


def ranking_of(series: Sequence[SeriesRow]) -> list[RankedHeart]:
    """Return hearts in the order in which they are worth a look; of many it is shown how far that is."""
    if len(series) <= FEW:
        return in_order(list(_each(series)))
    hearts = []
    place = st.empty()
    for heart in _each(series):
        hearts.append(heart)
        if len(hearts) % SHOWN_EACH == 0:
            place.progress(len(hearts) / len(series), f"Ranking hearts: {len(hearts):,} of {len(series):,}")
    place.empty()
    return in_order(hearts)


def _each(series: Sequence[SeriesRow]) -> Iterator[RankedHeart]:
    """Each heart that is still there."""
    stamps, home = heart_stamps(), str(settings().home)
    for row in series:
        if row.id in stamps:
            yield _ranked(home, row.id, stamps[row.id])


# What is kept of a heart never changes, so that all sessions may share it.
@st.cache_resource(max_entries=5000, show_spinner=False)
def _ranked(home: str, series_id: int, stamp: str) -> RankedHeart:
    return rank_heart(series_id)
