"""A mask as layers: taken apart and put together it is the same, and a wall stays around its cavity."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.editing.spread.changes import copied, without
from core.editing.spread.layers import ORDER, layer, with_layers
from core.labels import FOREGROUND, Label
from tests.editing.spread.shapes import SHAPE, any_mask, disc, heart

SOME = st.sets(st.sampled_from(FOREGROUND), min_size=1)


@given(any_mask(), SOME)
@settings(max_examples=50, deadline=None)
def test_a_slice_copied_to_itself_stays_as_it_is(mask, labels):
    assert np.array_equal(copied(mask, mask, labels), mask)


@given(any_mask(), any_mask())
@settings(max_examples=25, deadline=None)
def test_the_whole_mask_copied_is_that_of_the_source(mask, source):
    assert np.array_equal(copied(mask, source, FOREGROUND), source)


@given(any_mask(), SOME)
@settings(max_examples=50, deadline=None)
def test_a_label_that_is_deleted_is_gone_and_no_other_has_another_pixel(mask, labels):
    left = without(mask, labels)
    for label in FOREGROUND:
        assert np.array_equal(left == label, (mask == label) & (label not in labels))


def test_a_smaller_cavity_leaves_its_wall_without_a_gap():
    mask, source = heart(wall=14, cavity=9), heart(wall=9, cavity=5)
    made = copied(mask, source, [Label.LEFT_VENTRICLE])
    assert np.array_equal(made == Label.LEFT_VENTRICLE, source == Label.LEFT_VENTRICLE)
    assert np.array_equal(layer(made, Label.MYOCARDIUM), layer(mask, Label.MYOCARDIUM))
    assert np.array_equal(made == Label.RIGHT_VENTRICLE, mask == Label.RIGHT_VENTRICLE)


def test_a_copied_wall_lies_around_the_cavity_that_is_there():
    mask, source = heart(wall=14, cavity=9), heart(wall=17, cavity=3)
    made = copied(mask, source, [Label.MYOCARDIUM])
    assert np.array_equal(made == Label.LEFT_VENTRICLE, mask == Label.LEFT_VENTRICLE)
    assert np.array_equal(layer(made, Label.MYOCARDIUM), layer(source, Label.MYOCARDIUM))


def test_a_cavity_without_a_wall_leaves_none_behind():
    mask = np.where(disc(9), Label.LEFT_VENTRICLE, 0).astype(np.uint8)
    source = np.where(disc(5), Label.LEFT_VENTRICLE, 0).astype(np.uint8)
    assert np.array_equal(copied(mask, source, [Label.LEFT_VENTRICLE]), source)


def test_the_other_ventricle_is_laid_beside_the_wall_and_never_over_it():
    mask = heart(wall=14, cavity=9, right=False)
    made = with_layers(mask, {Label.RIGHT_VENTRICLE: np.ones(SHAPE, bool)})
    for label in (Label.MYOCARDIUM, Label.LEFT_VENTRICLE):
        assert np.array_equal(made == label, mask == label)
    assert (made > 0).all()
    assert list(ORDER) == [Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE]
