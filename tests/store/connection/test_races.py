"""Processes that do one thing to one store at one moment: a few rounds of what benchmarks do for long."""

from collections.abc import Iterator

import pytest

from benchmarks import races
from benchmarks.races import Racer
from tests.servers.databases import OF_SERVER, use_postgresql

ROUNDS = 3


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def racers(request: pytest.FixtureRequest) -> Iterator[list[Racer]]:
    """Three processes, and where their stores are."""
    with pytest.MonkeyPatch.context() as patch, races.racers(3) as started:
        if request.param == "postgresql":
            request.getfixturevalue("postgresql")
            patch.setenv(OF_SERVER, "")  # so that it is as before afterwards
            use_postgresql()
        yield started


@pytest.mark.parametrize("race", races.RACES)
def test_whoever_is_first_what_must_hold_holds(racers, race):
    assert races.many_rounds(race, ROUNDS, racers).wrong == ()
