"""The queue and the open slice: filtered, sorted and walked through, quickly with thousands of slices."""

import io
import time
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.errors import BadInput
from core.records import Split, Status
from core.store.database import open_store
from core.store.predictions import save_prediction
from core.workflow import correction, worklist
from core.workflow.models import active_model
from core.workflow.worklist import Order
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")


def doubt(slice_id: int, nats: float) -> None:
    """A prediction of so much doubt."""
    said = np.full((4, *HEART.shape), 0.75, np.float32)
    model = active_model()
    save_prediction(open_store(), slice_id, HEART, said, nats, model.id, model.name)


def ids(**chosen) -> list[int]:
    return [row.id for row in worklist.queue(**chosen)]


def test_the_queue_is_filtered_and_sorted_and_counted_alike(model):
    anna = stored(cine("anna", split=Split.TRAIN))
    berta = stored(cine("berta", split=Split.TEST, masked=True, seed=1))
    for row, nats in zip(anna[:3], (0.1, 0.9, 0.5), strict=True):
        doubt(row.id, nats)
    assert ids()[:3] == [anna[1].id, anna[2].id, anna[0].id]
    assert ids(order=Order.IMPORTED, offset=2, limit=3) == [anna[2].id, anna[3].id, anna[4].id]
    for chosen, expected in (
        ({"statuses": (Status.PREDICTED,)}, anna[:3]),
        ({"statuses": (Status.PREDICTED, Status.NEW)}, anna),
        ({"splits": (Split.TEST,)}, berta),
        ({"patient_text": " ERT "}, berta),
        ({"series_id": anna[0].series_id}, anna),
        ({"phase": 2, "patient_text": "anna"}, [row for row in anna if row.phase == 2]),
        ({"patient_text": "%"}, []),
    ):
        assert sorted(ids(**chosen)) == [row.id for row in expected]
        assert worklist.count(**chosen) == len(expected)


def test_the_next_slice_is_found_whether_or_not_the_filter_still_holds_the_open_one(model):
    rows = stored(cine("anna"))
    for number, row in enumerate(rows[:4]):
        doubt(row.id, 1.0 - number / 10)
    waiting = {"statuses": (Status.PREDICTED,)}
    assert worklist.next_in_queue(rows[0].id, **waiting) == rows[1].id
    worklist.set_status(rows[1].id, Status.APPROVED)
    assert worklist.next_in_queue(rows[1].id, **waiting) == rows[2].id
    assert worklist.next_in_queue(rows[3].id, **waiting) == rows[0].id  # passed over before
    for row in rows[:4]:
        worklist.set_status(row.id, Status.REJECTED)
    assert worklist.next_in_queue(rows[3].id, **waiting) is None


def test_phases_go_round_and_positions_end():
    rows = {(row.position, row.phase): row.id for row in stored(cine("anna", 2, 3))}

    def around(position: int, phase: int) -> dict[str, int]:
        return {name: row.id for name, row in worklist.neighbours(rows[position, phase]).items()}

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
    assert set(worklist.neighbours(row.id)) == {"next_slice"}


def test_a_slice_without_a_mask_cannot_be_approved_but_rejected():
    row = stored(cine("anna"))[0]
    with pytest.raises(BadInput, match="no mask to approve"):
        worklist.set_status(row.id, Status.APPROVED)
    worklist.set_status(row.id, Status.REJECTED)
    assert worklist.queue(statuses=(Status.REJECTED,))[0].id == row.id


def test_a_thumbnail_shows_the_mask_in_its_colours():
    row = stored(cine("anna", masked=True))[0]
    plain = np.asarray(Image.open(io.BytesIO(worklist.thumbnail_png(row.id, 48, with_mask=False))))
    shown = np.asarray(Image.open(io.BytesIO(worklist.thumbnail_png(row.id, 48))))
    assert shown.shape == plain.shape == (48, 40, 3)
    assert np.ptp(plain, axis=2).max() == 0  # grey
    cavity = shown[16:28, 22:30].reshape(-1, 3).mean(axis=0)
    assert cavity[0] > cavity[1] > cavity[2]  # vermilion


def test_thousands_of_slices_are_listed_counted_and_walked_within_a_blink(model):
    template = cine("p", 1, 1).slices[0]
    for number in range(2):
        many = tuple(replace(template, position=p, phase=f) for p in range(130) for f in range(20))
        last = stored(replace(cine(f"p{number}"), slices=many))[-1]
    doubt(last.id, 0.5)
    assert worklist.count() == 5200
    slowest = 0.0
    for verb in (
        worklist.queue,
        lambda: worklist.queue(order=Order.PATIENT, offset=5000),
        lambda: worklist.count(patient_text="p1"),
        lambda: worklist.next_in_queue(last.id),
        lambda: worklist.neighbours(last.id),
        lambda: correction.open_slice(last.id, "anna"),
    ):
        times = []
        for _ in range(3):
            began = time.perf_counter()
            verb()
            times.append(time.perf_counter() - began)
        slowest = max(slowest, min(times))
    assert slowest < 0.2
