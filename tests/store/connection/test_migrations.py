"""The migrations make exactly the tables of the code, and old stores open with all that is in them."""

from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from core.records.masks import Origin
from core.records.provenance import SeriesProvenance, SliceProvenance
from core.records.runs import RunState
from core.records.slices import Split, Status
from core.store import trail
from core.store.masks import drafts, masks
from core.store.runs import runs
from core.store.series.arrivals import Arrival
from core.store.series.provenance import slice_provenance
from core.store.series.series import add_series, list_series
from core.store.slices import slices
from core.store.tables.base import Base
from tests.servers.databases import on_postgresql
from tests.store.old_form import GEOMETRY, MASK, old_pixels, take_back, write_old_store
from tests.store.small import broken_references, open_at, small_series


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # tests of the queue look at those
def test_the_migrated_store_has_the_tables_of_the_code(store):
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_migrations_can_be_undone(store):
    take_back(store, "base")
    with store.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]


def test_a_store_of_the_first_release_opens_with_everything_in_it(tmp_path):
    write_old_store(tmp_path)
    store = open_at(tmp_path)
    (series,) = list_series(store)
    assert (series.patient, series.name, series.split, series.group) == ("anna", "cine", Split.TEST, "DCM")
    assert (series.notes, series.geometry.spacing_mm) == (("a note",), tuple(GEOMETRY["spacing_mm"]))
    assert (series.geometry.header, series.geometry.slice_indices) == (b"\x00\xff header", ())
    assert (series.phase_names, series.files, series.provenance) == ((), (), SeriesProvenance())
    first, second = slices.list_slices(store)
    assert (first.status, first.newest_origin, second.newest_origin) == (
        Status.APPROVED,
        Origin.READER,
        Origin.MODEL,
    )
    assert slice_provenance(store, [1, 2]) == {1: SliceProvenance(), 2: SliceProvenance()}
    for row in (first, second):
        assert np.array_equal(slices.slice_pixels(store, row), old_pixels(row.position))
        assert np.array_equal(masks.newest_version(store, row.id).mask, MASK)
    assert [(version.id, version.parent_id) for version in masks.versions(store, 1)] == [(2, 1), (1, None)]
    assert np.array_equal(drafts.load_draft(store, 2, "bob").mask, MASK)
    if not on_postgresql():
        with store.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert broken_references(store) == []


def test_a_run_that_was_at_work_under_an_older_form_goes_on(tmp_path):
    write_old_store(tmp_path)
    store = open_at(tmp_path)
    (run,) = runs.list_runs(store)
    assert (run.name, run.state, run.done) == ("mine", RunState.RUNNING, 2)
    assert not runs.report(store, run.id, "t", done=3)
    assert runs.run_row(store, run.id).done == 3
    assert trail.events(store) == []


def test_what_the_first_release_imported_is_known_by_its_pixels(tmp_path):
    write_old_store(tmp_path)
    series = small_series("anna", "another name")
    again = tuple(replace(item, pixels=old_pixels(item.position)) for item in series.slices)
    added = add_series(open_at(tmp_path), replace(series, slices=again))
    assert (added.series_ids, added.arrival) == ((1,), Arrival.UNCHANGED)


def test_the_way_back_keeps_what_the_first_release_knew(tmp_path):
    write_old_store(tmp_path)
    store = open_at(tmp_path)
    add_series(store, small_series("berta", seed=5, masked=True))
    take_back(store, "0001")
    with store.engine.connect() as connection:
        names = {column["name"] for column in sa.inspect(connection).get_columns("series")}
        assert names.isdisjoint({"files", "study_uid", "deidentified"})
        assert connection.execute(sa.text("SELECT count(*) FROM slice")).scalar() == 4
        assert connection.execute(sa.text("SELECT count(*) FROM mask")).scalar() == 5
