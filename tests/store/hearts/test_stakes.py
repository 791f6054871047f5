"""What is at stake in hearts is kept until anything that it rests on changes; the most comes first."""

import numpy as np
import pytest

from core.labels import Label
from core.records.hearts import HeartFact
from core.records.masks import Origin
from core.records.slices import Split, Status
from core.store.hearts.choices import decide_slice, give_facts
from core.store.hearts.stakes import count_hearts, hearts_in_order, keep_stakes, unranked_hearts
from core.store.hearts.stamps import heart_stamps
from core.store.masks.masks import newest_version, save_version
from core.store.series.deletion import delete_series
from core.store.series.series import add_series
from core.store.slices.base import count_from_other_end
from core.store.slices.filters import Filter
from core.store.slices.slice_arrays import masks_stamp
from core.store.slices.slices import list_slices, set_status
from tests.store.predicted import save_prediction
from tests.store.small import small_series

MASK = np.ones((6, 5), np.uint8)


@pytest.fixture
def hearts(store) -> list[int]:
    """Three hearts of anna and two of bert, all of them with masks."""
    patients = ("anna", "anna", "bert", "anna", "bert")
    series = (small_series(who, f"cine {seed}", seed=seed, masked=True) for seed, who in enumerate(patients))
    return [add_series(store, one).series_id for one in series]


def keep(store, points: dict[int, float]) -> None:
    stamps = heart_stamps(store, list(points))
    keep_stakes(store, {number: (stamps[number], value) for number, value in points.items()})


def first_slice(store, series_id: int) -> int:
    return list_slices(store, Filter(series_id=series_id), limit=1)[0].id


def test_a_patients_second_heart_comes_after_the_first_of_all_others_and_the_unknown_last(store, hearts):
    one, two, three, four, five = hearts
    keep(store, {one: 9.0, two: 8.0, three: 1.0, five: 0.5})
    assert hearts_in_order(store) == [one, three, two, five, four]
    assert unranked_hearts(store) == [four]
    keep(store, {four: 8.5})
    assert hearts_in_order(store) == [one, three, four, five, two]
    assert hearts_in_order(store, offset=1, limit=2) == [three, four]
    assert unranked_hearts(store) == []


def test_the_list_is_narrowed_by_the_patient_or_the_series(store, hearts):
    assert (hearts_in_order(store, " BER "), count_hearts(store, "BER")) == ([hearts[2], hearts[4]], 2)
    assert hearts_in_order(store, "cine 3") == unranked_hearts(store, "cine 3") == [hearts[3]]
    assert count_hearts(store, "%") == 0


def test_hearts_of_the_demo_are_listed_where_there_are_no_others(store):
    demo = add_series(store, small_series("demo", split=Split.DEMO)).series_id
    assert hearts_in_order(store) == [demo]
    real = add_series(store, small_series("anna", seed=1)).series_id
    assert (hearts_in_order(store), count_hearts(store)) == ([real], 1)


def save_mask(store, slice_id: int) -> None:
    shown = newest_version(store, slice_id)
    save_version(store, slice_id, MASK, origin=Origin.READER, author="ann", parent_id=shown.id)


CHANGES = {
    "version": lambda store, heart: save_mask(store, first_slice(store, heart)),
    "rejected": lambda store, heart: set_status(store, first_slice(store, heart), Status.REJECTED),
    "prediction": lambda store, heart: save_prediction(
        store, first_slice(store, heart), MASK, np.zeros((4, 6, 5)), 0.1, None, "unet", 0.3
    ),
    "fact": lambda store, heart: give_facts(store, heart, {HeartFact.ED_PHASE: 0}, "ann"),
    "decision": lambda store, heart: decide_slice(
        store, heart, 0, 0, Label.LEFT_VENTRICLE, counts=False, reader="ann"
    ),
    "other end": lambda store, heart: count_from_other_end(store, heart, "ann"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_in_a_heart_what_was_known_of_it_alone_is_forgotten(store, hearts, change):
    keep(store, dict.fromkeys(hearts, 1.0))
    before = heart_stamps(store, hearts)
    CHANGES[change](store, hearts[1])
    assert unranked_hearts(store) == [hearts[1]]
    after = heart_stamps(store, hearts)
    assert [number for number in hearts if after[number] != before[number]] == [hearts[1]]


def test_of_a_heart_that_changed_while_it_was_ranked_nothing_is_kept(store, hearts):
    old = heart_stamps(store, hearts[:2])
    set_status(store, first_slice(store, hearts[0]), Status.REJECTED)
    keep_stakes(store, {number: (old[number], 3.0) for number in hearts[:2]})
    assert unranked_hearts(store, "anna") == [hearts[0], hearts[3]]


def test_a_heart_goes_with_what_was_known_of_it(store, hearts):
    keep(store, dict.fromkeys(hearts, 1.0))
    delete_series(store, [hearts[0]])
    assert hearts_in_order(store) == [hearts[1], hearts[2], hearts[3], hearts[4]]
    assert heart_stamps(store, hearts[:1]) == {}


@pytest.mark.parametrize("change", ["version", "rejected", "fact", "decision", "other end"])
def test_figures_that_rest_on_masks_or_choices_are_known_to_be_old(store, hearts, change):
    before = masks_stamp(store)
    assert masks_stamp(store) == before
    CHANGES[change](store, hearts[1])
    assert masks_stamp(store) != before
