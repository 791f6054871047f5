"""The queue and the open slice: filtered, sorted and walked through, quickly with thousands of slices."""

import time
from dataclasses import replace

import numpy as np
import pytest

from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.slices.slices import set_status
from core.workflow.models.registry import active_model
from core.workflow.review import Filter, Order, count_slices, list_slices, queue
from core.workflow.review.open_slice import open_slice
from tests.store.predicted import save_prediction
from tests.workflow.small import HEART, cine, stored

EVERYTHING = Filter()
pytestmark = pytest.mark.usefixtures("home")


def doubt(slice_id: int, nats: float) -> None:
    """A prediction of so much doubt."""
    said = np.full((4, *HEART.shape), 0.75, np.float32)
    model = active_model()
    save_prediction(open_store(), slice_id, HEART, said, nats, model.id, model.name)


def ids(chosen: Filter = EVERYTHING, order: Order = Order.WORTH, **window) -> list[int]:
    return [row.id for row in list_slices(chosen, order, **window)]


def test_the_queue_is_filtered_and_sorted_and_counted_alike(model):
    anna = stored(cine("anna", split=Split.TRAIN))
    berta = stored(cine("berta", split=Split.TEST, masked=True, seed=1))
    for row, nats in zip(anna[:3], (0.1, 0.9, 0.5), strict=True):
        doubt(row.id, nats)
    assert ids()[:3] == [anna[1].id, anna[2].id, anna[0].id]
    assert ids(order=Order.IMPORTED, offset=2, limit=3) == [anna[2].id, anna[3].id, anna[4].id]
    for chosen, expected in (
        (Filter((Status.PREDICTED,)), anna[:3]),
        (Filter((Status.PREDICTED, Status.NEW)), anna),
        (Filter(splits=(Split.TEST,)), berta),
        (Filter(patient=" ERT "), berta),
        (Filter(series_id=anna[0].series_id), anna),
        (Filter(patient="anna", phase=2), [row for row in anna if row.phase == 2]),
        (Filter(patient="%"), []),
    ):
        assert sorted(ids(chosen)) == [row.id for row in expected]
        assert count_slices(chosen) == len(expected)


def test_the_next_slice_is_found_whether_or_not_the_filter_still_holds_the_open_one(model):
    rows = stored(cine("anna"))
    for number, row in enumerate(rows[:4]):
        doubt(row.id, 1.0 - number / 10)
    waiting = Filter((Status.PREDICTED,))
    assert queue.next_in_queue(rows[0].id, waiting, Order.WORTH) == rows[1].id
    set_status(open_store(), rows[1].id, Status.APPROVED)
    assert queue.next_in_queue(rows[1].id, waiting, Order.WORTH) == rows[2].id
    assert queue.next_in_queue(rows[3].id, waiting, Order.WORTH) == rows[0].id  # passed over before
    for row in rows[:4]:
        set_status(open_store(), row.id, Status.REJECTED)
    assert queue.next_in_queue(rows[3].id, waiting, Order.WORTH) is None


def test_phases_go_round_and_positions_end():
    rows = {(row.position, row.phase): row.id for row in stored(cine("anna", 2, 3))}

    def around(position: int, phase: int) -> dict[str, int]:
        return {name: row.id for name, row in queue.neighbours(rows[position, phase]).items()}

    assert around(0, 0) == {
        "next_slice": rows[1, 0],
        "previous_phase": rows[0, 2],
        "next_phase": rows[0, 1],
    }
    assert around(1, 2) == {
        "previous_slice": rows[0, 2],
        "previous_phase": rows[1, 1],
        "next_phase": rows[1, 0],
    }


def test_a_single_phase_has_no_other_beside_it():
    row = stored(cine("anna", 2, 1))[0]
    assert set(queue.neighbours(row.id)) == {"next_slice"}


def test_thousands_of_slices_are_listed_counted_and_walked_within_a_blink(model):
    template = cine("p", 1, 1).slices[0]
    for number in range(2):
        many = tuple(replace(template, position=p, phase=f) for p in range(130) for f in range(20))
        last = stored(replace(cine(f"p{number}"), slices=many))[-1]
    doubt(last.id, 0.5)
    assert count_slices() == 5200
    slowest = 0.0
    for verb in (
        lambda: list_slices(order=Order.WORTH),
        lambda: list_slices(order=Order.HEART, offset=5000),
        lambda: count_slices(Filter(patient="p1")),
        lambda: queue.next_in_queue(last.id, EVERYTHING, Order.WORTH),
        lambda: queue.neighbours(last.id),
        lambda: open_slice(last.id, "anna"),
    ):
        times = []
        for _ in range(3):
            began = time.perf_counter()
            verb()
            times.append(time.perf_counter() - began)
        slowest = max(slowest, min(times))
    assert slowest < 0.2
