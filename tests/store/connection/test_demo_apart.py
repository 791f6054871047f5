"""Hearts of the demo that an older store counted as patients are set apart; nobody else is."""

import sqlalchemy as sa

from core.records.slices import Split
from core.store.series.demo_patients import demo_patients
from core.store.series.series import list_series
from core.store.slices.slices import list_slices
from tests.servers.databases import behind
from tests.store.old_form import take_back, write_old_store
from tests.store.small import open_at

PATIENT = 'INSERT INTO patient (name, split, "group") VALUES (?, ?, ?)'


def test_an_older_stores_demo_is_set_apart_and_a_patient_of_such_a_name_is_not(tmp_path):
    write_old_store(tmp_path, "0004")
    with behind(tmp_path) as connection:
        connection.execute(PATIENT, ("demo-heart-1", "test", "DCM"))
        connection.execute(PATIENT, ("demo-heart-4", "test", "synthetic"))
        connection.execute("UPDATE series SET patient = 'demo-heart-4'")
        connection.execute("UPDATE slice SET patient = 'demo-heart-4'")
        connection.commit()
    store = open_at(tmp_path)
    assert demo_patients(store) == {"demo-heart-4": Split.DEMO}
    assert {row.split for row in list_slices(store)} == {Split.DEMO}
    assert [row.split for row in list_series(store)] == [Split.DEMO]
    with store.reading() as session:
        splits = dict(session.execute(sa.text("SELECT name, split FROM patient")).tuples().all())
    assert splits == {"anna": "test", "demo-heart-1": "test", "demo-heart-4": "demo"}
    take_back(store, "0004")
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql('SELECT split, "group" FROM patient ORDER BY name').all()
        assert rows == [("test", "DCM"), ("test", "DCM"), ("test", "synthetic")]
        assert set(connection.exec_driver_sql("SELECT split FROM slice").scalars()) == {"test"}
