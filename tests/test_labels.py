"""Label sets: numbers, roles and walls that fit together."""

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from core.labels import COLOURS, FOREGROUND, HEART, NAMES, ORDER_WORDS, Label, LabelOrder, LabelSet, Role


def test_the_heart_has_two_cavities_of_which_one_has_a_wall():
    assert HEART.with_role(Role.CAVITY) == (Label.RIGHT_VENTRICLE, Label.LEFT_VENTRICLE)
    assert HEART.with_role(Role.WALL) == (Label.MYOCARDIUM,)
    assert HEART.walled == {Label.LEFT_VENTRICLE: Label.MYOCARDIUM}
    assert FOREGROUND == (Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE)


def test_no_two_labels_share_a_name_or_a_colour():
    assert len(set(NAMES.values())) == len(set(COLOURS.values())) == len(Label)


def test_a_set_with_a_gap_in_its_numbers_is_refused():
    with pytest.raises(ValueError, match="must number its labels"):
        LabelSet("odd", HEART.structures[1:])


def test_a_set_without_a_background_is_refused():
    blood = replace(HEART.structures[0], role=Role.CAVITY)
    with pytest.raises(ValueError, match="one background"):
        LabelSet("odd", (blood, *HEART.structures[1:]))


def test_a_wall_that_is_a_cavity_is_refused():
    wrong = replace(HEART.structures[3], wall=Label.RIGHT_VENTRICLE)
    with pytest.raises(ValueError, match="calls label 1 a wall"):
        LabelSet("odd", (*HEART.structures[:3], wrong))


@pytest.mark.parametrize("order", LabelOrder)
def test_an_order_is_kept_as_a_key_and_read_as_earlier_versions_kept_it(order):
    assert order.value.isidentifier()
    kept = TypeAdapter(LabelOrder)
    assert kept.validate_json(kept.dump_json(order)) == order
    assert kept.validate_python(ORDER_WORDS[order]) == order  # the words themselves were kept


def test_an_order_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="3 RV"):
        LabelOrder("3 RV, 2 LV, 1 myocardium")
