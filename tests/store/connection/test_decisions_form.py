"""An older store learns which version was approved; nobody's decision is invented."""

import pytest
import sqlalchemy as sa

from core.records.decisions import Decision
from core.records.reasons import Reason, Rule
from core.records.slices import Status
from core.store.connection.migrating import form_of, newest_form
from core.store.slices import slices
from core.store.slices.filters import Filter
from core.store.slices.history import status_changes
from tests.store.connection.test_labels_as_rows import change
from tests.store.old_form import take_back, write_old_store
from tests.store.small import open_at

UNSURE = '["the model is unsure (0.64 nats in the heart)", "RV in 2 pieces"]'


@pytest.mark.parametrize("form", ["0001", "0002", "0003", "0004"])
def test_an_older_store_of_every_form_says_what_was_approved_and_why_to_look(tmp_path, form):
    write_old_store(tmp_path, form)
    change(tmp_path, f"UPDATE slice SET reasons = '{UNSURE}' WHERE id = 2")
    store = open_at(tmp_path)
    with store.reading() as session:
        rows = session.execute(sa.text("SELECT id, approved_version_id FROM slice ORDER BY id")).all()
    assert rows == [(1, 2), (2, None)]
    assert slices.list_slices(store, Filter(changed_since_approved=True)) == []
    assert slices.slice_row(store, 2).reasons == (
        Reason(Rule.UNSURE),
        Reason(Rule.PIECES, "right_ventricle", amount=2),
    )
    assert all(one.decision == Decision() for one in status_changes(store, 1))


def test_the_way_back_and_forth_again_keeps_statuses(tmp_path):
    write_old_store(tmp_path)
    store = open_at(tmp_path)
    slices.set_status(store, 2, Status.REJECTED, Decision("ann"))
    take_back(store, "0004")
    again = open_at(tmp_path)
    assert form_of(again.engine) == newest_form()
    statuses = [row.status for row in slices.list_slices(again)]
    assert statuses == [Status.APPROVED, Status.REJECTED]
    assert status_changes(again, 2)[0].after == Status.REJECTED
