"""The worklist: what is to do, heart by heart, and its other saved filters, in a list and in an address."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.records.slices import Series, Split, Status
from core.store.database import open_store
from core.store.slices.slices import set_status
from core.store.tables.slices import SeriesTable
from core.workflow.review import PLACED, Filter, Order, list_slices, queue
from core.workflow.review.address import from_address, to_address
from core.workflow.review.worklist import (
    MAX_RANGES,
    Saved,
    Worklist,
    has_import,
    newest_import,
    place_of,
    queue_window,
    ranges_of,
)
from tests.workflow.review.readers import draw, save
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")


def ids(worklist: Worklist, reader: str = "ann") -> list[int]:
    rows = queue_window(worklist.chosen(reader), worklist.order, 0, 200).rows
    return [shown.row.id for shown in rows]


def two_series() -> list[Series]:
    return [cine("berta", 2, 2, seed=1), cine("anna", 2, 2, seed=2)]


def test_it_goes_heart_by_heart_phase_by_phase_from_the_first_position():
    for series in two_series():
        stored(series)
    rows = [shown.row for shown in queue_window(Filter(), Order.HEART, 0, 200).rows]
    places = [(row.patient, row.phase, row.position) for row in rows]
    assert places == [(name, phase, at) for name in ("anna", "berta") for phase in (0, 1) for at in (0, 1)]
    for before, (row, following) in enumerate(zip(rows, [*rows[1:], rows[0]], strict=True)):
        assert place_of(row.id, Filter(), Order.HEART) == before
        assert queue.next_in_queue(row.id, Filter(), Order.HEART) == following.id


@pytest.mark.parametrize("order", list(Order))
def test_every_order_lists_and_walks_alike(order):
    for series in two_series():
        stored(series)
    todo = Worklist(order=order)
    listed = ids(todo)
    assert len(listed) == 8
    for slice_id, following in zip(listed, listed[1:], strict=False):
        assert queue.next_in_queue(slice_id, todo.chosen("ann"), order) == following


def test_what_is_decided_is_no_longer_to_do_and_keeps_its_place():
    rows = stored(cine("anna", 3, 1))
    set_status(open_store(), rows[1].id, Status.REJECTED)
    assert ids(Worklist()) == [rows[0].id, rows[2].id]
    assert place_of(rows[1].id, Worklist().chosen("ann"), Order.HEART) == 1
    assert queue.next_in_queue(rows[1].id, Worklist().chosen("ann"), Order.HEART) == rows[2].id


def test_every_saved_filter_finds_its_slices():
    first, second, third = stored(cine("anna", 3, 1, masked=True))
    late = stored(cine("berta", 1, 1, seed=3))[0]
    draw(first, "ann")
    save(second, "ann", approve=True)
    draw(third, "bob")
    save(third, "bob", note="another heart")
    found = {saved: ids(Worklist(saved, ((late.series_id, late.series_id),))) for saved in Saved}
    assert found == {
        Saved.TODO: [third.id, late.id],
        Saved.MINE: [first.id],
        Saved.IMPORT: [late.id],
        Saved.CHANGED: [first.id, third.id],
        Saved.DISAGREEMENTS: [],
        Saved.ALL: [first.id, second.id, third.id, late.id],
    }
    window = queue_window(Filter(), Order.HEART, 0, 200)
    assert [shown.is_changed for shown in window.rows] == [True, False, True, False]


def test_phases_have_their_names():
    stored(replace(cine("anna", 1, 2), phase_names=((0, "ED"), (1, "ES"))))
    window = queue_window(Filter(), Order.HEART, 0, 200)
    assert [shown.phases.describe(shown.row.phase) for shown in window.rows] == ["ED", "ES"]


@pytest.mark.parametrize(
    "worklist",
    [
        Worklist(),
        Worklist(Saved.MINE, order=Order.WORTH),
        Worklist(Saved.IMPORT, ((2, 9), (12, 12))),
        Worklist(Saved.ALL, (), "a.b&c", (Status.IN_PROGRESS, Status.NEW), (Split.TEST,), 3),
    ],
)
def test_an_address_says_all_of_a_worklist(worklist):
    again = from_address(to_address(worklist))
    assert set(again.statuses) == set(worklist.statuses)
    assert replace(again, statuses=worklist.statuses) == worklist


@pytest.mark.parametrize("series", ["", "x", "3-", "1-2.x", "9" * 30, "1" + ".1" * MAX_RANGES, "\u0663"])
def test_an_import_that_nobody_can_read_is_no_filter(series):
    assert from_address({"filter": "import", "series": series}).saved is Saved.ALL


def test_series_with_too_many_gaps_are_told_by_their_ends():
    assert ranges_of(range(0, 4 * MAX_RANGES, 2)) == ((0, 4 * MAX_RANGES - 2),)
    assert ranges_of([]) == ()
    assert len(list_slices(Filter(series=((1, 5),)))) == 0


def test_this_import_is_what_came_in_last_one_soon_after_the_other():
    assert not has_import()
    assert newest_import() == ()
    early, *late = (stored(cine(name, 1, 1, seed=seed))[0] for seed, name in enumerate(("a", "b", "c")))
    assert has_import()
    with open_store().unit_of_work() as session:
        session.get(SeriesTable, early.series_id).imported_at -= timedelta(hours=1)
    assert newest_import() == ((late[0].series_id, late[1].series_id),)


@pytest.mark.parametrize("order", list(Order))
def test_the_place_of_a_slice_is_told_in_orders_with_an_index(order):
    rows = [*stored(cine("b", 2, 2, seed=1)), *stored(cine("a", 1, 2, seed=2))]
    listed = [row.id for row in list_slices(Filter(), order, limit=None)]
    for row in rows:
        place = place_of(row.id, Filter(), order)
        assert place is None if order not in PLACED else listed.index(row.id) == place
