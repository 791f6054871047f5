"""What readers decide on a heart is kept with who and when; an older store learns to keep it."""

import numpy as np
import pytest

from core.errors import NotFound
from core.labels import Label
from core.records.exports import MaskChoice, Selection
from core.records.hearts import NO_CHOICES, HeartFact, LeftOut
from core.records.masks import Origin
from core.store.connection.migrating import form_of, newest_form
from core.store.hearts.areas import slice_areas
from core.store.hearts.choices import decide_slice, give_facts, heart_choices
from core.store.masks.masks import versions
from core.store.series.deletion import delete_series
from core.store.series.series import add_series
from core.store.slices.slices import list_slices
from tests.store.old_form import take_back, write_old_store
from tests.store.predicted import save_prediction
from tests.store.small import open_at, small_series

LV, RV = Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE
LATEST = Selection()


def decide(store, series_id, position=0, cavity=LV, *, counts, reader="ann"):
    decide_slice(store, series_id, position, 0, cavity, counts=counts, reader=reader)


def test_the_newest_choice_holds_and_says_whose_it_is(store):
    number = add_series(store, small_series(masked=True)).series_id
    assert heart_choices(store, number) == NO_CHOICES
    give_facts(store, number, {HeartFact.ED_PHASE: 3}, "ann")
    give_facts(store, number, {HeartFact.ED_PHASE: 4}, "bob")
    give_facts(store, number, {HeartFact.HEIGHT_M: 1.75}, "ann")
    choices = heart_choices(store, number)
    assert (choices.phase(HeartFact.ED_PHASE), choices.facts[HeartFact.ED_PHASE].reader) == (4, "bob")
    assert choices.facts[HeartFact.HEIGHT_M].value == 1.75
    give_facts(store, number, {HeartFact.ED_PHASE: None}, "ann")
    assert heart_choices(store, number).phase(HeartFact.ED_PHASE) is None


def test_a_slice_goes_out_for_one_cavity_and_comes_in_again(store):
    number = add_series(store, small_series(masked=True)).series_id
    other = add_series(store, small_series("berta", seed=3, masked=True)).series_id
    decide(store, number, counts=False)
    decide(store, number, 1, RV, counts=False)
    assert heart_choices(store, number).left_out == {LeftOut(0, 0, LV), LeftOut(1, 0, RV)}
    decide(store, number, counts=True, reader="bob")
    choices = heart_choices(store, number)
    assert choices.left_out == {LeftOut(1, 0, RV)}
    assert [(one.reader, one.counts) for one in choices.slices] == [("ann", False), ("bob", True)]
    assert heart_choices(store, other) == NO_CHOICES


def test_what_is_not_there_cannot_be_decided_on(store):
    number = add_series(store, small_series()).series_id
    with pytest.raises(NotFound, match="no slice 9 at phase 1"):
        decide(store, number, 8, counts=False)
    with pytest.raises(NotFound, match="no series 99"):
        give_facts(store, 99, {HeartFact.ED_PHASE: 0}, "ann")


def test_choices_go_with_their_series(store):
    number = add_series(store, small_series(masked=True)).series_id
    give_facts(store, number, {HeartFact.ED_PHASE: 0}, "ann")
    decide(store, number, counts=False)
    delete_series(store, [number])
    assert heart_choices(store, number) == NO_CHOICES


@pytest.mark.parametrize("form", ["0001", "0006"])
def test_an_older_store_opens_and_keeps_choices(tmp_path, form):
    write_old_store(tmp_path, form)
    store = open_at(tmp_path)
    give_facts(store, 1, {HeartFact.ES_PHASE: 0}, "ann")
    decide(store, 1, counts=False)
    assert heart_choices(store, 1).left_out == {LeftOut(0, 0, LV)}
    take_back(store, "0006")
    again = open_at(tmp_path)
    assert form_of(again.engine) == newest_form()
    assert heart_choices(again, 1) == NO_CHOICES
    assert len(list_slices(again)) == 2


def test_areas_are_those_of_the_masks_that_are_meant(store):
    number = add_series(store, small_series(masked=True)).series_id
    first, second = slice_areas(store, number, LATEST)
    for area in (first, second):
        (version,) = versions(store, area.slice_id)
        assert area.pixels == tuple(np.bincount(version.mask.ravel(), minlength=4))
        assert (area.version_id, area.origin) == (version.id, Origin.REFERENCE)
    assert slice_areas(store, number, Selection(MaskChoice.READER))[0].pixels is None
    assert slice_areas(store, number, Selection(MaskChoice.APPROVED)) == [first, second]


def test_areas_of_a_model_are_what_it_said_also_beside_a_reference(store):
    number = add_series(store, small_series(masked=True)).series_id
    slice_id = list_slices(store)[0].id
    said = np.full((6, 5), 3, np.uint8)
    save_prediction(store, slice_id, said, np.zeros((4, 6, 5)), 0.1, None, "unet")
    first, second = slice_areas(store, number, Selection(MaskChoice.MODEL))
    assert (first.pixels, first.origin, first.version_id) == ((0, 0, 0, 30), Origin.MODEL, None)
    assert second.pixels is None
