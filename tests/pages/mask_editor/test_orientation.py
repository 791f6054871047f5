"""The eight ways round in the editor are those of Python, and every point finds its way back."""

import numpy as np
import pytest

from core.records.orientation import TURNS, Turn, turn_of
from tests.in_node import in_node

SHAPE = (3, 5)  # rows, columns
SCRIPT = """
const { orientationOf, turnedBy, mirroredSideways } = await import("./view/orientation.js");
const answer = given.turns.map((key) => {
    const way = orientationOf(key, given.width, given.height);
    const seen = [];
    for (let row = 0; row < way.height; row++) {
        for (let column = 0; column < way.width; column++) {
            // the very edge of a screen pixel belongs to it, whichever way round
            const at = [0, 0.5].map((part) => way.toImage(column + part, row + part));
            seen.push(at.map(({ x, y }) => Math.floor(y) * given.width + Math.floor(x)));
        }
    }
    const { x, y } = way.toImage(...way.toShown(1.25, 2.5));
    return {
        seen, size: [way.height, way.width], back: [x, y], beside: way.beside,
        right: turnedBy(key, 1), left: turnedBy(key, -1), mirror: mirroredSideways(key),
    };
});
"""


def test_the_editor_turns_as_python_does():
    given = {"turns": [turn.key for turn in TURNS], "width": SHAPE[1], "height": SHAPE[0]}
    numbers = np.arange(SHAPE[0] * SHAPE[1]).reshape(SHAPE)
    for turn, found in zip(TURNS, in_node(SCRIPT, given), strict=True):
        shown = turn.shown(numbers)
        assert found["size"] == list(shown.shape)
        assert found["seen"] == [[number, number] for number in shown.ravel().tolist()]
        assert found["back"] == pytest.approx([1.25, 2.5], abs=1e-6)
        for key, expected in (
            ("right", np.rot90(shown, -1)),
            ("left", np.rot90(shown)),
            ("mirror", np.fliplr(shown)),
        ):
            assert (turn_of(found[key]).shown(numbers) == expected).all()


def test_what_lies_beside_a_pixel_on_the_screen_is_found_in_the_image():
    given = {"turns": [Turn(1).key], "width": SHAPE[1], "height": SHAPE[0]}
    (found,) = in_node(SCRIPT, given)
    # Turned to the right, what was below comes to the left, and what was on the left comes up.
    assert found["beside"] == [[0, 1], [0, -1], [-1, 0], [1, 0]]
