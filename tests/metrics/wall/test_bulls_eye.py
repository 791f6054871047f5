"""Thickness and thickening by segment."""

import numpy as np
import pytest
from scipy import ndimage

from core.labels import Label
from core.metrics.location import SliceLevel
from core.metrics.wall import anchor, bulls_eye
from core.metrics.wall.bulls_eye import wall_map
from core.metrics.wall.segments import AROUND, SEGMENT_NAMES
from core.records.hearts import Insertions
from tests.metrics.wall.hearts import (
    N_POSITIONS,
    SIZE,
    SPACING_MM,
    TURNS,
    USUAL,
    chart_heart,
    round_heart,
    turned,
)

SPACING = (SPACING_MM, SPACING_MM)
LV, MYO, RV = Label.LEFT_VENTRICLE, Label.MYOCARDIUM, Label.RIGHT_VENTRICLE
ES_TIME = 0.38


@pytest.fixture(scope="module")
def heart():
    return {seed: (round_heart(seed, 0.0), round_heart(seed, ES_TIME)) for seed in (0, 1, 2)}


def thirds(values):
    return {level: float(np.mean(values[3 * at : 3 * at + 3])) for at, level in enumerate(AROUND)}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_known_wall_is_found_within_half_a_millimetre_in_every_segment(heart, seed):
    (ed, ed_mm), (es, es_mm) = heart[seed]
    found = wall_map(ed, es, SPACING, USUAL)
    assert found.reason == ""
    assert len(found.segments) == len(SEGMENT_NAMES) == 17
    at_ed, at_es = thirds(ed_mm), thirds(es_mm)
    for level, numbers in AROUND.items():
        for number in numbers:
            segment = found.segments[number - 1]
            assert segment.number == number
            assert segment.ed_mm == pytest.approx(at_ed[level], abs=0.5)
            assert segment.es_mm == pytest.approx(at_es[level], abs=0.5)
            assert segment.thickening_percent == pytest.approx(100 * (at_es[level] / at_ed[level] - 1), abs=6)


@pytest.mark.parametrize(
    ("side", "basal", "apical"),
    [("top", {1}, 13), ("left", {2, 3}, 14), ("bottom", {4}, 15), ("right", {5, 6}, 16)],
)
@pytest.mark.parametrize("turn", ["as it is", *TURNS])
def test_what_is_thick_is_called_the_same_whichever_way_the_picture_lies(side, basal, apical, turn):
    masks = chart_heart(side)
    way = USUAL
    if turn != "as it is":
        picture, backwards, way = TURNS[turn]
        masks = turned(masks, picture, backwards)
    found = wall_map(masks, {}, SPACING, way)
    assert found.reason == ""
    by_number = {segment.number: segment.ed_mm for segment in found.segments}
    thickest = max(AROUND[SliceLevel.BASAL], key=lambda number: by_number[number])
    assert thickest in basal
    assert max(AROUND[SliceLevel.MID], key=lambda number: by_number[number]) - 6 in basal
    assert max(AROUND[SliceLevel.APICAL], key=lambda number: by_number[number]) == apical


def test_without_a_way_round_there_is_a_reason_instead_of_numbers(heart):
    found = wall_map(heart[0][0][0], heart[0][1][0], SPACING, None)
    assert found.segments == ()
    assert found.reason == bulls_eye.NO_WAY_ROUND


def test_a_mirrored_picture_whose_file_does_not_say_so_is_refused(heart):
    masks = turned(heart[0][0][0], np.fliplr, backwards=False)
    assert wall_map(masks, {}, SPACING, USUAL).reason == anchor.CONTRADICTORY


def clicks(masks, place):
    """Where the RV begins and ends to touch, (row, column) of the upper and the lower end."""
    mask = masks[place]
    touching = np.argwhere((mask == RV) & ndimage.binary_dilation(mask == MYO, iterations=2))
    return tuple(map(float, touching[0])), tuple(map(float, touching[-1]))


@pytest.mark.parametrize("turn", ["as it is", *TURNS])
def test_two_marks_stand_for_a_way_round_that_nobody_knows(turn):
    masks = chart_heart("top")
    known = wall_map(masks, masks, SPACING, USUAL)
    marks = np.zeros((SIZE, SIZE))
    upper, lower = clicks(masks, 4)
    marks[tuple(map(int, upper))], marks[tuple(map(int, lower))] = 1, 2
    place = 4
    if turn != "as it is":
        picture, backwards, _ = TURNS[turn]
        masks, marks = turned(masks, picture, backwards), picture(marks)
        place = N_POSITIONS - 1 - place if backwards else place
    anterior, inferior = (tuple(map(float, np.argwhere(marks == mark)[0])) for mark in (1, 2))
    found = wall_map(masks, masks, SPACING, Insertions(place, anterior, inferior))
    assert found.reason == ""
    for one, other in zip(found.segments[:16], known.segments[:16], strict=True):
        assert one.ed_mm == pytest.approx(other.ed_mm, abs=0.3)


def test_marks_the_other_way_round_exchange_anterior_and_inferior():
    masks = chart_heart("top")
    upper, lower = clicks(masks, 4)
    found = wall_map(masks, {}, SPACING, Insertions(4, lower, upper))
    by_number = {segment.number: segment.ed_mm for segment in found.segments}
    assert max(AROUND[SliceLevel.BASAL], key=lambda number: by_number[number]) == 4


def test_marks_on_a_slice_without_an_lv_are_refused(heart):
    masks = heart[0][0][0] | {4: np.zeros_like(heart[0][0][0][4])}
    assert wall_map(masks, {}, SPACING, Insertions(4, (1, 1), (5, 1))).reason == anchor.NO_CENTRE


def test_without_a_right_ventricle_the_septum_is_the_shorter_way_between_two_marks():
    whole = chart_heart("left")
    upper, lower = clicks(whole, 4)
    masks = {place: np.where(mask == RV, 0, mask).astype(np.uint8) for place, mask in whole.items()}
    found = wall_map(masks, {}, SPACING, Insertions(4, upper, lower))
    by_number = {segment.number: segment.ed_mm for segment in found.segments}
    assert max(AROUND[SliceLevel.BASAL], key=lambda number: by_number[number]) in {2, 3}
    assert wall_map(masks, {}, SPACING, USUAL).reason == anchor.NO_INSERTION


def test_the_apex_is_grey_and_a_third_without_a_closed_wall_says_so(heart):
    ed = dict(heart[0][0][0])
    for place in range(3):  # the base: the wall opens
        ed[place] = ed[place].copy()
        ed[place][:, SIZE_MIDDLE:][ed[place][:, SIZE_MIDDLE:] == MYO] = 0
    found = wall_map(ed, heart[0][1][0], SPACING, USUAL)
    assert found.segments[16].reason == bulls_eye.NOT_SEEN
    assert {segment.reason for segment in found.segments[:6]} == {bulls_eye.NO_RING}
    assert {segment.ed_mm for segment in found.segments[:6]} == {None}
    assert all(segment.ed_mm for segment in found.segments[6:16])


SIZE_MIDDLE = 88  # the column of the LV's centre in the standard heart


def test_what_is_closed_at_one_phase_alone_does_not_thicken(heart):
    es = {place: mask for place, mask in heart[0][1][0].items() if place >= 3}
    found = wall_map(heart[0][0][0], es, SPACING, USUAL)
    assert {segment.reason for segment in found.segments[:6]} == {bulls_eye.NOT_AT_BOTH}
    assert all(segment.ed_mm and segment.thickening_percent is None for segment in found.segments[:6])


def test_too_few_slices_have_no_thirds(heart):
    masks = {place: mask for place, mask in heart[0][0][0].items() if place < 2}
    assert wall_map(masks, {}, SPACING, USUAL).reason == bulls_eye.NO_LEVELS
    assert wall_map({}, {}, SPACING, USUAL).reason == bulls_eye.NO_LEVELS
    assert N_POSITIONS == 9  # three slices a third, as `thirds` has it


def test_all_numbers_of_a_segment_are_from_the_same_slices(heart):
    ed = dict(heart[0][0][0])
    ed[0] = chart_heart("top")[0]  # much thicker at ED, and not there at ES
    es = {place: mask for place, mask in heart[0][1][0].items() if place}
    for segment in wall_map(ed, es, SPACING, USUAL).segments[:6]:
        assert segment.thickening_percent == pytest.approx(100 * (segment.es_mm / segment.ed_mm - 1))
        assert segment.ed_mm == pytest.approx(heart[0][0][1][1], abs=0.5)
