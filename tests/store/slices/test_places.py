"""What follows a slice in the queue is what stands behind it in the list, in every order and filter."""

import numpy as np
import pytest
from sqlalchemy import select

from core.records.slices import Status
from core.store.database import Store
from core.store.series.series import add_series
from core.store.slices.filters import ORDERS, PLACED, Filter, Order
from core.store.slices.places import n_before, slice_after
from core.store.slices.slices import list_slices
from core.store.tables.slices import SliceTable
from tests.servers.databases import on_postgresql
from tests.store.small import small_series

TO_DO = (Status.NEW, Status.PREDICTED, Status.IN_PROGRESS)
FILTERS = {
    "all": Filter(),
    "to do": Filter(TO_DO),
    "approved": Filter((Status.APPROVED,)),
    "one patient": Filter(patient="ENT1"),
}


@pytest.fixture
def queue(store) -> None:
    """Forty slices of which many share a worth, some have none, and any status may be."""
    random = np.random.default_rng(5)
    for seed in range(8):
        add_series(store, small_series(f"patient{seed % 3}", f"cine {seed}", seed=seed, n_positions=5))
    with store.unit_of_work() as session:
        for row in session.query(SliceTable):
            row.worth = random.choice([None, 0.1, 0.2, 0.3])
            row.uncertainty = random.choice([None, 0.5])
            row.status = random.choice(list(Status))


@pytest.mark.parametrize("chosen", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("order", Order)
def test_the_next_slice_is_the_one_behind_it_in_the_list(store, queue, order, chosen):
    everything = [row.id for row in list_slices(store, Filter(), order, limit=None)]
    listed = {row.id for row in list_slices(store, chosen, order, limit=None)}
    assert len(everything) == 40
    for place, number in enumerate(everything):
        behind = [other for other in everything[place + 1 :] if other in listed]
        assert slice_after(store, number, chosen, order) == (behind[0] if behind else None)
        if order in PLACED:
            assert n_before(store, number, chosen, order) == len(listed.intersection(everything[:place]))


def test_nothing_follows_a_slice_that_is_gone(store, queue):
    assert slice_after(store, 999) is None


@pytest.mark.sqlite
@pytest.mark.parametrize("order", Order)
def test_a_window_of_the_queue_is_read_along_an_index_however_long_the_queue_is(store, order):
    plan = plan_of(store, FILTERS["to do"], order)
    assert "SCAN slice" in plan[0]
    assert not any("TEMP B-TREE" in line for line in plan)


@pytest.mark.sqlite
@pytest.mark.parametrize("order", Order)
def test_slices_are_searched_for_by_the_patients_that_match_in_every_order(store, order):
    """Along the order, a name that few have would be looked for in every slice of a million."""
    plan = plan_of(store, Filter(patient="smith"), order)
    assert plan[0] == "SEARCH slice USING INDEX slice_by_heart (patient=?)"
    assert not any("SCAN slice" in line for line in plan)


def test_what_readers_disagree_on_is_found_once_and_not_again_for_each_slice(store):
    plan = plan_of(store, Filter(disagreed_on=True), Order.HEART)
    assert any(("hashed SubPlan" if on_postgresql() else "LIST SUBQUERY") in step for step in plan)


def plan_of(store: Store, chosen: Filter, order: Order) -> list[str]:
    """What the database says of how it reads a window of the queue, step by step."""
    query = select(SliceTable).where(*chosen.conditions(in_order=True)).order_by(*ORDERS[order])
    asked = query.limit(100).compile(store.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN" if on_postgresql() else "EXPLAIN QUERY PLAN"
    with store.reading() as session:
        return [row[-1] for row in session.connection().exec_driver_sql(f"{explain} {asked}")]
