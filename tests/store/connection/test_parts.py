"""Every function that is given ids takes more of them than the database takes in one statement."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import event

from core.errors import NotFound
from core.metrics.statistics.calibration import N_BINS, Reliability
from core.records.reasons import Reason, Rule
from core.store.database import Store
from core.store.masks import masks
from core.store.models import models
from core.store.runs import epochs
from core.store.series.deletion_counts import count_deletion
from core.store.series.preview import preview_series
from core.store.series.provenance import slice_provenance
from core.store.series.series import add_series, series_sources
from core.store.slices import scores, slices
from core.store.slices.slice_arrays import masked_slices
from tests.store.small import open_at, small_series

pytestmark = pytest.mark.sqlite  # which takes the fewest
MOST = 32_766  # of one statement, as SQLite is delivered; some systems raise it
IDS = list(range(1, 40_001))
MASK = np.zeros((6, 5), np.uint8)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """Two slices with masks and scores, in a database that keeps to the limit."""
    store = open_at(tmp_path_factory.mktemp("many"))
    for engine in (store.engine, store.readers):
        engine.dispose()
        event.listen(
            engine,
            "connect",
            lambda connection, record: connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, MOST),
        )
    add_series(store, small_series(masked=True))
    models.register_model(store, name="unet", sha256="a", path="a", card="{}")
    scores.save_scores(store, 1, [score(1), score(2)])
    return store


def score(slice_id: int) -> scores.SliceScore:
    tables = (Reliability(np.zeros(N_BINS, int), np.zeros(N_BINS, int), np.zeros(N_BINS)),) * 4
    return scores.SliceScore(slice_id, slice_id, MASK, np.zeros((4, 4), np.int64), np.zeros((2, 4)), tables)


ASKED: dict[str, tuple[Callable[[Store], object], int]] = {
    "slices": (lambda store: slices.slices_by_id(store, IDS), 2),
    "places": (lambda store: slices.slices_at(store, 1, [(number - 1, 0) for number in IDS]), 2),
    "newest versions": (lambda store: masks.newest_versions(store, IDS), 2),
    "versions": (lambda store: masks.versions_by_id(store, IDS), 2),
    "scored masks": (lambda store: scores.scored_masks(store, 1, IDS), 2),
    "provenance": (lambda store: slice_provenance(store, IDS), 2),
    "sources": (lambda store: series_sources(store, IDS), 1),
    "columns": (lambda store: masked_slices(store, series_ids=IDS), 2),
    "epochs": (lambda store: epochs.epochs_of(store, IDS), len(IDS)),
}


@pytest.mark.parametrize("name", ASKED)
def test_forty_thousand_ids_are_asked_for(store, name):
    ask, n_found = ASKED[name]
    assert len(ask(store)) == n_found


def test_forty_thousand_slices_get_their_worth(store):
    slices.save_worth(store, {number: (number / 10, [Reason(Rule.UNSURE)]) for number in IDS})
    assert [row.worth for row in slices.list_slices(store)] == [0.1, 0.2]


def test_a_deletion_of_forty_thousand_series_names_the_first_that_is_not_there(store):
    with pytest.raises(NotFound, match="no series 2"):
        count_deletion(store, IDS)


def test_a_series_of_more_images_than_one_statement_takes_is_known_again(store):
    series = small_series("berta", n_positions=1)
    many = replace(series, slices=tuple(replace(series.slices[0], position=n) for n in range(1200)))
    assert add_series(store, many).created
    assert not preview_series(store, many).added.created
