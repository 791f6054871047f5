"""The hold-out that judged stays what it was, and is seen where it was changed."""

import pytest

from core.records.slices import Split
from core.store.database import open_store
from core.store.models import promotions
from core.store.slices.slices import list_slices
from core.workflow.promotion import promote
from core.workflow.training.selection import choose_slices
from tests.workflow.hearts import add_heart, add_hearts
from tests.workflow.promotion.candidates import ANNA, candidate

pytestmark = pytest.mark.usefixtures("model")


def test_a_thousand_more_patients_change_nothing_about_the_hold_out_that_judged(home):
    store = open_store()
    for seed in range(20):
        add_heart(seed, None)  # drawn by the store itself
    model = candidate(home, "candidate")
    promote.promote(model.id, ANNA, "before the store grows")
    frozen = promotions.holdout(store)
    assert frozen.n_patients >= 1
    before = {row.patient: row.split for row in list_slices(store, limit=None)}
    for seed in range(20, 1020):
        add_heart(seed, None, looks_like=0)
    after = {row.patient: row.split for row in list_slices(store, limit=None)}
    assert len(after) == 1020
    assert {patient: after[patient] for patient in before} == before
    assert promotions.holdout(store).n_patients > frozen.n_patients
    assert promotions.holdout(store, frozen.n_patients) == frozen
    assert promote.history()[0].holdout_unchanged
    judges = {patient for patient, split in after.items() if split != Split.TRAIN}
    learnt = {item.patient for item in choose_slices(store) if item.split == Split.TRAIN}
    assert len(learnt) > 500
    assert not learnt & judges
    tested = {patient for patient, split in after.items() if split == Split.TEST}
    assert not {item.patient for item in choose_slices(store, final=True)} & tested


def test_a_hold_out_that_was_tampered_with_is_noticed(home):
    from sqlalchemy import update

    from core.store.tables.slices import PatientTable

    add_hearts()
    promote.promote(candidate(home, "candidate").id, ANNA, "before somebody tampers")
    assert promote.history()[0].holdout_unchanged
    with open_store().unit_of_work() as session:
        moved = update(PatientTable).where(PatientTable.split == Split.TEST).values(split=Split.TRAIN)
        session.execute(moved)
    assert not promote.history()[0].holdout_unchanged
