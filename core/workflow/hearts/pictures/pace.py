"""How fast a heart beat when it was scanned, for whoever plays its phases."""

from core.metrics.function.rates import step_between
from core.records.hearts import BODY_BOUNDS, HeartFact
from core.store.database import open_store
from core.store.hearts.choices import heart_choices
from core.store.hearts.times import trigger_times_ms
from core.store.series.series import series_row


def phase_ms(series_id: int) -> float | None:
    """Return the time from one phase to the next in ms, None where neither source nor reader tells it.

    Raises:
        NotFound: when there is no such series.
    """
    store = open_store()
    with store.snapshot():
        times = trigger_times_ms(store, series_id)
        told = step_between(times, None)
        if told is not None or times.shape[1] < 2:
            return told
        given = heart_choices(store, series_id).facts.get(HeartFact.HEART_RATE_BPM)
        rate = given.value if given else series_row(store, series_id).provenance.heart_rate_bpm
    low, high = BODY_BOUNDS[HeartFact.HEART_RATE_BPM]
    return step_between(times, rate if rate is not None and low <= rate <= high else None)
