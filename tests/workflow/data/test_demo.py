"""The demo comes in once, with something to predict and something to learn from."""

import numpy as np
import pytest

from core.errors import NotFound
from core.records.masks import Origin
from core.records.slices import HELD_OUT, Split, Status
from core.store.database import open_store
from core.store.masks.masks import save_version
from core.store.models.promotions import holdout
from core.store.slices.scores import slices_to_score
from core.workflow.dashboard.class_balance import class_balance
from core.workflow.data.demo import (
    HEARTS,
    DemoHeart,
    count_demo,
    demo_state,
    load_demo,
    remove_demo,
)
from core.workflow.review import Filter, count_slices, list_slices
from core.workflow.trail import newest_events
from core.workflow.training.selection import choose_slices
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")
SMALL = (
    DemoHeart("one", 0, 2, Split.TEST, labelled=False),
    DemoHeart("two", 1, 3, Split.TRAIN, labelled=True),
)
TINY = tuple(DemoHeart(heart.patient, heart.seed, 1, heart.split, labelled=True) for heart in HEARTS[1:])


def test_some_hearts_wait_for_prediction_and_some_have_references_at_both_ends_of_the_beat():
    assert [result.outcome for result in load_demo(if_empty=True, hearts=SMALL)] == ["imported"] * 2
    assert count_slices(Filter(statuses=(Status.NEW,), patient="one")) == 20
    assert count_slices(Filter(patient="two", splits=(Split.DEMO,))) == 30
    labelled = list_slices(Filter((Status.APPROVED,)), limit=100)
    assert {row.patient for row in labelled} == {"two"}
    assert {row.phase for row in labelled} == {0, 1}  # of three, the second is nearest to end-systole
    assert len(labelled) == 20
    assert [result.outcome for result in load_demo(hearts=SMALL)] == ["unchanged"] * 2
    assert count_slices() == 50


def test_nothing_is_loaded_where_there_is_something():
    stored(cine("anna"))
    assert not list(load_demo(if_empty=True))
    assert count_slices() == 6


def test_the_demo_has_a_patient_in_every_split_and_one_without_masks():
    assert {heart.split for heart in HEARTS} == {*Split} - {Split.DEMO}
    assert not all(heart.labelled for heart in HEARTS)
    assert any(heart.labelled for heart in HEARTS)


def learnt_and_judging() -> tuple[set[str], set[str]]:
    """The patients that a training would learn from, and those that a model would be scored on."""
    store = open_store()
    return (
        {item.patient for item in choose_slices(store)},
        {row.patient for splits in ((), HELD_OUT) for row in slices_to_score(store, 1, splits)},
    )


def test_the_demo_serves_no_training_and_no_hold_out_until_somebody_asks_for_it():
    list(load_demo(hearts=TINY))
    stored(cine("anna", masked=True, split=Split.TRAIN))
    stored(cine("berta", masked=True, split=Split.TEST, seed=1))
    assert learnt_and_judging() == ({"anna"}, {"anna", "berta"})
    assert holdout(open_store()).n_patients == 1
    assert class_balance().n_patients == 2
    state = demo_state()
    assert (state.n_patients, state.counts, len(state.series_ids)) == (3, False, 3)

    count_demo(True, "ann")
    learnt, judging = learnt_and_judging()
    assert learnt == {"anna", "demo-heart-2", "demo-heart-3"}
    assert judging == {"anna", "berta", "demo-heart-2", "demo-heart-3", "demo-heart-4"}
    assert holdout(open_store()).n_patients == 3
    assert demo_state().counts

    count_demo(False, "bob")
    assert learnt_and_judging() == ({"anna"}, {"anna", "berta"})
    told = [(event.person, event.action.value) for event in newest_events(2)]
    assert told == [("bob", "demo set apart"), ("ann", "demo counted")]


def test_where_there_is_nothing_else_the_demo_shows_what_class_balance_looks_like():
    list(load_demo(hearts=TINY[:1]))
    assert class_balance().n_patients == 1


def test_the_demo_goes_without_anything_else():
    rows = stored(cine("anna", masked=True))
    list(load_demo(hearts=TINY[:2]))
    assert not demo_state().drawn_on
    row = list_slices(Filter(patient="demo-heart-2"), limit=1)[0]
    save_version(
        open_store(), row.id, np.zeros((row.height, row.width), np.uint8), origin=Origin.READER, author="me",
        parent_id=row.newest_version_id,
    )  # fmt: skip
    assert demo_state().drawn_on
    assert remove_demo("ann").patients == ("demo-heart-2", "demo-heart-3")
    assert demo_state() is None
    assert {row.id for row in list_slices()} == {row.id for row in rows}
    for asked in (remove_demo, lambda: count_demo(True)):
        with pytest.raises(NotFound, match="the demo is not in the store"):
            asked()


def test_a_patient_who_is_only_called_like_one_of_the_demo_is_no_demo():
    stored(cine("demo-heart-1", masked=True, split=Split.TRAIN))
    assert demo_state() is None
    assert learnt_and_judging()[0] == {"demo-heart-1"}
