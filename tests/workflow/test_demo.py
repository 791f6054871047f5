"""The demo comes in once, with something to predict and something to learn from."""

import pytest

from core.records import Split, Status
from core.workflow.demo import HEARTS, DemoHeart, load_demo
from core.workflow.worklist import count, queue
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")
SMALL = (
    DemoHeart("one", 0, 2, Split.TEST, labelled=False),
    DemoHeart("two", 1, 3, Split.TRAIN, labelled=True),
)


def test_some_hearts_wait_for_prediction_and_some_have_references_at_both_ends_of_the_beat():
    assert [result.outcome for result in load_demo(if_empty=True, hearts=SMALL)] == ["imported"] * 2
    assert count(statuses=(Status.NEW,), patient_text="one") == 20
    assert count(patient_text="two", splits=(Split.TRAIN,)) == 30
    labelled = queue(statuses=(Status.APPROVED,), limit=100)
    assert {row.patient for row in labelled} == {"two"}
    assert {row.phase for row in labelled} == {0, 1}  # of three, the second is nearest to end-systole
    assert len(labelled) == 20
    assert [result.outcome for result in load_demo(hearts=SMALL)] == ["unchanged"] * 2
    assert count() == 50


def test_nothing_is_loaded_where_there_is_something():
    stored(cine("anna"))
    assert not list(load_demo(if_empty=True))
    assert count() == 6


def test_the_demo_has_a_patient_in_every_split_and_one_without_masks():
    assert {heart.split for heart in HEARTS} == set(Split)
    assert not all(heart.labelled for heart in HEARTS)
    assert any(heart.labelled for heart in HEARTS)
