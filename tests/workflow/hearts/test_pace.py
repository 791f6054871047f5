"""How fast a heart is played: by the times of its source, else by its heart rate, else nobody knows."""

from dataclasses import replace

import pytest

from core.records.hearts import HeartFact
from core.records.provenance import SeriesProvenance
from core.store.database import open_store
from core.store.series.series import add_series
from core.workflow.hearts.choices import give_fact
from core.workflow.hearts.pictures.pace import phase_ms
from tests.workflow.hearts.phantom_files import N_PHASES, heart

pytestmark = pytest.mark.usefixtures("home")


def added(*, times: bool, rate: float | None = None) -> int:
    """A phantom in the store, with or without the times of its slices."""
    series = replace(heart(0), provenance=SeriesProvenance(heart_rate_bpm=rate))
    if not times:
        series = replace(series, slices=tuple(replace(item, trigger_time_ms=None) for item in series.slices))
    return add_series(open_store(), series).series_id


def test_the_source_tells_the_time_from_phase_to_phase():
    assert phase_ms(added(times=True)) == pytest.approx(850 / N_PHASES)


def test_else_a_beat_is_shared_among_the_phases_by_the_heart_rate_that_is_known():
    number = added(times=False, rate=75)
    assert phase_ms(number) == pytest.approx(800 / N_PHASES)
    give_fact(number, HeartFact.HEART_RATE_BPM, 60, "ann")
    assert phase_ms(number) == pytest.approx(1000 / N_PHASES)


def test_else_nobody_knows():
    assert phase_ms(added(times=False)) is None
