"""What was pointed at is as it was said, the newest word first; every pixel keeps a label."""

import numpy as np
from hypothesis import given, strategies

from core.editing.hint import Hint
from core.labels import FOREGROUND, Label
from core.network.correction.promise import allowed_labels, kept

SHAPE = (9, 11)
POINTS = strategies.tuples(strategies.integers(0, 8), strategies.integers(0, 10))
MARKS = strategies.builds(
    Hint,
    strategies.lists(POINTS, min_size=1, max_size=4).map(tuple),
    strategies.sampled_from(list(Label)),
    adds=strategies.booleans(),
)
BOXES = strategies.builds(
    lambda corners, label: Hint(corners, label, adds=True, box=True),
    strategies.tuples(POINTS, POINTS),
    strategies.sampled_from(list(FOREGROUND)),
)
HINTS = strategies.lists(MARKS | BOXES, min_size=1, max_size=6)


@given(HINTS, strategies.integers(0, 2**32 - 1))
def test_the_newest_hint_is_obeyed_to_the_pixel_whatever_the_network_says(hints, seed):
    random = np.random.default_rng(seed)
    mask = random.integers(0, 4, SHAPE).astype(np.uint8)
    allowed = allowed_labels(hints, SHAPE)
    assert allowed.any(axis=0).all()
    answer = kept(mask, random.random((4, *SHAPE)), allowed)
    newest = hints[-1]
    if newest.box:
        top, left, bottom, right = newest.corners
        outside = np.ones(SHAPE, bool)
        outside[top : bottom + 1, left : right + 1] = False
        assert not (answer[outside] == newest.label).any()
    else:
        for point in newest.points:
            assert (answer[point] == newest.label) == newest.adds
    assert np.take_along_axis(allowed, answer[None].astype(int), axis=0).all()
    pointed_at = ~allowed.all(axis=0)
    assert np.array_equal(answer[~pointed_at], mask[~pointed_at])


def test_older_hints_hold_where_no_newer_one_speaks():
    hints = [
        Hint(((1, 1), (1, 2)), Label.MYOCARDIUM, adds=True),
        Hint(((1, 2),), Label.RIGHT_VENTRICLE, True),
    ]
    answer = kept(np.zeros(SHAPE, np.uint8), np.zeros((4, *SHAPE)), allowed_labels(hints, SHAPE))
    assert answer[1, 1] == Label.MYOCARDIUM
    assert answer[1, 2] == Label.RIGHT_VENTRICLE


def test_of_two_refusals_both_hold():
    refused = [Hint(((4, 4),), label, adds=False) for label in (Label.BACKGROUND, Label.LEFT_VENTRICLE)]
    probabilities = np.zeros((4, *SHAPE))
    probabilities[:, 4, 4] = (0.5, 0.1, 0.15, 0.25)
    mask = np.zeros(SHAPE, np.uint8)
    assert kept(mask, probabilities, allowed_labels(refused, SHAPE))[4, 4] == Label.MYOCARDIUM
