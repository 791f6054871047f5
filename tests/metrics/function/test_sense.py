"""The base is decided by eye, rules speak in words, hearts are ranked by what a correction would change."""

import pytest

from core.labels import Label
from core.metrics.function.base import base_is_first, end_places, end_slices
from core.metrics.function.heart import heart_function
from core.metrics.function.rules import heart_findings
from core.metrics.function.stakes import Doubts, heart_stake
from core.records.hearts import LeftOut
from tests.metrics.function.stacks import at, phantom, stack, stack_of_series

LV, RV = Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE
ED = [(60, 40, 60), (50, 40, 50), (40, 30, 40), (20, 20, 20)]
ES = [(30, 45, 25), (25, 45, 20), (20, 35, 15), (5, 20, 5)]
HEART = stack(ED, ES)


def measure(left_out):
    return heart_function(HEART, at(0, 1), left_out=left_out)


def rules(heart, surrounded=None, left_out=()) -> list[str]:
    function = heart_function(heart, at(0, 1), left_out=left_out)
    return [finding.rule for finding in heart_findings(heart, function, surrounded or {})]


def test_taking_the_base_out_shows_its_ml_and_ef_points_before_it_is_done():
    place = LeftOut(0, 0, LV)
    first = end_slices(HEART, 0, [LV], {place: 0.4}, (), measure)[0]
    assert (first.place, first.is_base, first.counts, first.ml) == (place, True, True, pytest.approx(60))
    assert first.change_ml == pytest.approx(-60)
    before, after = 100 * (170 - 65) / 170, 100 * (110 - 65) / 110
    assert first.change_ef_points == pytest.approx(after - before)
    assert first.change_mass_g == pytest.approx(-42)
    assert first.is_doubtful  # it counts, and is not half surrounded
    again = end_slices(HEART, 0, [LV], {place: 0.4}, {place}, measure)[0]
    assert (again.counts, again.is_doubtful) == (False, False)
    assert again.change_ml == pytest.approx(60)
    assert again.change_ef_points == pytest.approx(before - after)


def test_base_and_apex_are_told_apart_whichever_way_the_stack_was_taken():
    turned = stack(ED[::-1], ES[::-1])
    assert base_is_first(HEART)
    assert not base_is_first(turned)
    assert end_places(HEART, 0, LV, 1) == {0: True, 3: False}
    assert end_places(turned, 0, LV, 1) == {3: True, 0: False}


@pytest.mark.parametrize(
    ("heart", "rule"),
    [
        (stack(ES, ED), "exchanged"),
        (stack(ED, [(30, 60, 0)] * 4), "empty"),
        (stack([*ED[:2], (40, 30, 0), ED[3]], ES), "missing"),
        (stack(ED, [(60, 45, 10)] * 4), "strokes"),
        (stack(ED, [(r, 2 * m, v) for r, m, v in ES]), "mass"),
        (stack([*ED[:2], (40, 30, 70), ED[3]], ES), "growing"),
        (stack(ED, ES, places=(0, 1, 2, 4)), "gap"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_makes_no_sense_is_said(heart, rule):
    assert rule in rules(heart)


def test_an_open_base_that_counts_is_pointed_at_until_it_is_taken_out():
    place = LeftOut(0, 0, LV)
    assert rules(HEART, {place: 0.3}) == ["base"]
    assert rules(HEART, {place: 0.7}) == []
    assert "base" not in rules(HEART, {place: 0.3}, {place})


def test_a_jump_in_the_curve_is_said_and_ed_and_es_are_none():
    smooth = [100, 95, 80, 60, 45, 60, 80, 95, 100, 100]
    for at_phase, expected in ((None, []), (7, ["curve"])):
        areas = [ml * (0.6 if phase == at_phase else 1) for phase, ml in enumerate(smooth)]
        heart = stack(*[[(int(ml), 40, int(ml))] * 3 for ml in areas])
        function = heart_function(heart, at(0, 4))
        found = [one for one in heart_findings(heart, function, {}) if one.rule == "curve"]
        assert [one.rule for one in found][:1] == expected
        assert all(place[1] == at_phase for one in found for place in one.places)


@pytest.mark.parametrize("seed", range(3))
def test_a_synthetic_heart_makes_sense(seed):
    heart = stack_of_series(phantom(seed, n_positions=10))
    function = heart_function(heart, at(0, 3))
    assert [one.rule for one in heart_findings(heart, function, {}) if one.rule != "strokes"] == []


def test_a_slice_is_worth_what_its_doubt_moves_the_ef():
    doubts = Doubts(disagreement={(0, 0): 0.1, (0, 1): 0.1, (1, 1): 0.5}, settled=frozenset({(1, 1)}))
    stake = heart_stake(HEART, measure(()), doubts, LV)
    es, ed = stake.slices
    assert (es.position, es.phase, es.ef_points) == (0, 1, pytest.approx(100 / 170 * 2.5))
    assert (ed.position, ed.phase, ed.ef_points) == (0, 0, pytest.approx(100 * 65 / 170**2 * 6))
    assert stake.ef_points == pytest.approx((es.ef_points**2 + ed.ef_points**2) ** 0.5)


def test_an_open_base_is_worth_all_of_its_slice_until_it_is_taken_out():
    place = LeftOut(0, 1, LV)
    stake = heart_stake(HEART, measure(()), Doubts(surrounded={place: 0.4}), LV)
    assert stake.slices[0].ef_points == pytest.approx(100 / 170 * 25)
    assert "surrounds only 40 %" in stake.slices[0].text
    taken_out = heart_stake(HEART, measure({place}), Doubts(surrounded={place: 0.4}), LV)
    assert taken_out.slices == ()


def test_a_missing_slice_is_worth_what_its_neighbours_have():
    heart = stack([*ED[:2], (40, 30, 0), ED[3]], ES)
    function = heart_function(heart, at(0, 1))
    (stake,) = heart_stake(heart, function, Doubts(), LV).slices
    assert (stake.position, stake.phase) == (2, 0)
    assert stake.ef_points == pytest.approx(100 * 65 / 130**2 * 35)
