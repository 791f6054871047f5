"""A click spreads within what looks alike, stops at walls, and is obeyed where it was made."""

import time

import numpy as np
import pytest

from core.editing.hint import Hint
from core.editing.smart_click import refine
from core.labels import Label

LV, RV, MYO, NONE = Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.BACKGROUND
SPACING = (1.5, 1.5)


def chambers() -> np.ndarray:
    """Two bright rooms of 12 x 10 pixels with a dark wall of 3 pixels between them."""
    pixels = np.full((40, 60), 100.0)
    pixels[14:26, 15:25] = 900
    pixels[14:26, 28:38] = 900
    return pixels


def unsure(mask: np.ndarray, confidence: float = 0.6) -> np.ndarray:
    """Probabilities of a network that chose this mask without being sure."""
    said = np.full((4, *mask.shape), (1 - confidence) / 3, np.float32)
    np.put_along_axis(said, mask[None].astype(int), confidence, axis=0)
    return said


def click(row: int, column: int, label: Label = LV, adds: bool = True) -> Hint:
    return Hint(((row, column),), label, adds)


def test_one_click_fills_the_room_it_is_in_and_not_the_next():
    mask = np.zeros((40, 60), np.uint8)
    refined = refine(chambers(), mask, unsure(mask), [click(20, 20)], SPACING)
    room, other = refined[15:25, 16:24], refined[14:26, 28:38]
    assert (room == LV).mean() > 0.95
    assert (other == LV).sum() == 0
    assert (refined == LV).sum() < 12 * 10 * 1.3


def test_a_right_click_takes_the_label_away_and_the_next_likely_one_comes():
    mask = np.zeros((40, 60), np.uint8)
    mask[14:26, 15:25] = RV
    said = unsure(mask)
    said[LV, 14:26, 15:25] += 0.1
    refined = refine(chambers(), mask, said, [click(20, 20, RV, adds=False)], SPACING)
    assert (refined[15:25, 16:24] == LV).mean() > 0.9


def test_the_point_itself_is_always_obeyed_even_against_a_reader_and_a_sure_network():
    mask = np.full((40, 60), MYO, np.uint8)
    for said in (unsure(mask, 0.9999), None):
        assert refine(chambers(), mask, said, [click(5, 5)], SPACING)[5, 5] == LV
        assert refine(chambers(), mask, said, [click(5, 5, MYO, adds=False)], SPACING)[5, 5] != MYO


def test_without_hints_and_out_of_reach_nothing_changes():
    mask = np.random.default_rng(0).integers(0, 4, (120, 120)).astype(np.uint8)
    pixels = np.random.default_rng(1).normal(size=(120, 120))
    assert np.array_equal(refine(pixels, mask, None, [], SPACING), mask)
    refined = refine(pixels, mask, unsure(np.zeros_like(mask), 0.9), [click(10, 10)], SPACING)
    assert np.array_equal(refined[60:, 60:], mask[60:, 60:])


def test_what_a_reader_drew_weighs_more_than_what_the_network_said():
    drawn = np.zeros((40, 60), np.uint8)
    drawn[14:26, 15:25] = MYO  # the reader's; the network saw background
    said = unsure(np.zeros_like(drawn), 0.55)
    from_network = refine(chambers(), 0 * drawn, said, [click(20, 45)], SPACING)
    beside_reader = refine(chambers(), drawn, said, [click(20, 45)], SPACING)
    assert np.array_equal(beside_reader[14:26, 15:25], drawn[14:26, 15:25])
    assert (from_network == LV).sum() >= 1


def test_a_scribble_counts_with_all_of_its_points():
    mask = np.zeros((40, 60), np.uint8)
    scribble = Hint(tuple((20, column) for column in range(16, 24)), LV, adds=True)
    refined = refine(chambers(), mask, unsure(mask), [scribble], SPACING)
    assert all(refined[point] == LV for point in scribble.points)
    assert (refined[14:26, 15:25] == LV).mean() > 0.9


def test_pixels_that_are_not_square_are_measured_in_millimetres():
    flat = np.full((81, 81), 500.0)
    mask = np.zeros((81, 81), np.uint8)
    refined = refine(flat, mask, unsure(mask), [click(40, 40)], (1.0, 2.0)) == LV
    height = refined.any(axis=1).sum()
    width = refined.any(axis=0).sum()
    assert height == pytest.approx(2 * width, rel=0.15)


def test_points_outside_are_refused():
    mask = np.zeros((40, 60), np.uint8)
    with pytest.raises(ValueError, match="within the slice"):
        refine(chambers(), mask, None, [click(40, 3)], SPACING)


def test_a_constant_image_does_no_harm():
    mask = np.zeros((40, 60), np.uint8)
    assert refine(np.zeros((40, 60)), mask, None, [click(3, 3)], SPACING)[3, 3] == LV


@pytest.mark.parametrize("side", [96, 256])
def test_it_is_quick(side):
    pixels = np.random.default_rng(0).normal(size=(side, side))
    mask = np.zeros((side, side), np.uint8)
    said = unsure(mask)
    times = []
    for _ in range(3):
        began = time.perf_counter()
        refine(pixels, mask, said, [click(side // 2, side // 2)] * 3, SPACING)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.3
