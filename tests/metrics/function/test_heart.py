"""Function of hearts by hand, of phantoms, and against the figures published with real hearts."""

import csv
import math
from dataclasses import replace

import nibabel
import numpy as np
import pytest

from core.labels import Label
from core.metrics.function.body import BsaFormula, bsa_m2
from core.metrics.function.conventions import PAPILLARIES, convention_lines
from core.metrics.function.figure import FIGURES, Figure
from core.metrics.function.heart import heart_function
from core.metrics.function.moments import Told, found_moments, moments_of
from core.metrics.function.rates import rates_of, step_between
from core.metrics.function.rules import reasons
from core.metrics.function.stack import stack_of
from core.records.hearts import Body, LeftOut
from core.records.orientation import BaseEnd
from tests.metrics.function.stacks import at, phantom, stack, stack_of_series
from tests.metrics.label_sets import MUSCLE, VESSEL

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE
ED, ES = [(50, 30, 50)] * 3, [(25, 30, 20)] * 3  # RV 150 and 75 ml, LV 150 and 60 ml, 90 ml of wall


def values(function) -> dict[str, float]:
    return {key: figure.value for key, figure in function.figures.items() if figure.value is not None}


def test_the_function_of_a_heart_by_hand():
    found = values(heart_function(stack(ED, ES), at(0, 1)))
    assert found == pytest.approx(
        {
            **{"lv_edv_ml": 150, "lv_esv_ml": 60, "lv_sv_ml": 90, "lv_ef_percent": 60, "lv_mass_g": 94.5},
            **{"rv_edv_ml": 150, "rv_esv_ml": 75, "rv_sv_ml": 75, "rv_ef_percent": 50},
        }
    )


def test_output_and_indices_by_hand():
    body = Body(height_m=1.8, weight_kg=80.0, heart_rate_bpm=60.0)
    found = values(heart_function(stack(ED, ES), at(0, 1), body=body))
    assert found["lv_co_l_min"] == pytest.approx(5.4)
    assert found["lv_ci_l_min_m2"] == pytest.approx(2.7)  # Mosteller gives 2 m² exactly
    assert (found["lv_edv_ml_m2"], found["lv_mass_g_m2"]) == pytest.approx((75, 47.25))
    by_du_bois = values(heart_function(stack(ED, ES), at(0, 1), body=body, formula=BsaFormula.DU_BOIS))
    assert by_du_bois["lv_edv_ml_m2"] == pytest.approx(150 / 1.9964, rel=1e-4)


def test_every_figure_is_a_number_or_says_why_there_is_none():
    function = heart_function(stack(ED, ES), at(0, 1), body=Body(height_m=1.8))
    assert function.figures.keys() == FIGURES.keys()
    assert function.figures["lv_ci_l_min_m2"].reason == "the heart rate is not known"
    assert function.figures["rv_edv_ml_m2"].reason == "weight is not known"
    assert "rates need at least 20 whole phases" in function.figures["lv_per_ml_s"].reason
    assert "LV CO" in reasons(function)["the heart rate is not known"]
    with pytest.raises(ValueError, match="needs a reason"):
        Figure(None)
    with pytest.raises(ValueError, match="a number or a reason"):
        Figure(math.nan)


@pytest.mark.parametrize(
    ("heart", "moments", "key", "reason"),
    [
        (stack(ED, ES), at(0, 0), "lv_ef_percent", "ED and ES are one phase"),
        (stack(ED), at(None, None), "lv_edv_ml", "nobody says that the only phase is ED"),
        (stack(ED, ED), at(None, None), "lv_edv_ml", "no two phases"),
        (stack([(0, 30, 50)] * 3, ES), at(0, 1), "rv_ef_percent", "no RV is marked at ED"),
        (stack([(50, 0, 50)] * 3, ES), at(0, 1), "lv_mass_g", "no Myo is marked at ED"),
        (stack(ED[:2], ES[:2]), at(0, 1), "lv_edv_ml", "needs at least 3 slices"),
    ],
    ids=["one phase", "single", "alike", "no RV", "no wall", "two slices"],
)
def test_what_cannot_be_said_says_why(heart, moments, key, reason):
    assert reason in heart_function(heart, moments).figures[key].reason


def test_a_phase_without_all_its_masks_has_no_volume():
    drawn = stack(ED, ES).drawn.copy()
    drawn[[0, 2], 1] = False
    heart = stack(ED, ES)
    function = heart_function(type(heart)(heart.pixels, drawn, (10, 10), 10.0), at(0, 1))
    assert function.figures["lv_edv_ml"].value == pytest.approx(150)
    assert function.figures["lv_esv_ml"].reason == "slices 1, 3 have no mask at ES"
    assert function.curves_ml[LV] == (pytest.approx(150), None)


def test_a_slice_left_out_takes_its_share_and_moves_no_phase():
    function = heart_function(stack(ED, ES), at(0, 1), left_out=[LeftOut(0, 0, LV)])
    assert function.figures["lv_edv_ml"].value == pytest.approx(100)
    assert function.figures["lv_mass_g"].value == pytest.approx(63)
    assert function.figures["rv_edv_ml"].value == pytest.approx(150)
    lines = " ".join(convention_lines(function.basis))
    assert "Slice 1 of phase 1 does not count for the LV" in lines
    assert "LV in 2 slices (2 to 3) at ED and 3 slices (1 to 3) at ES, of 3." in lines


def test_slices_are_called_as_readers_count_them():
    counted = replace(stack(ED, ES), base=BaseEnd.LAST)
    lines = " ".join(convention_lines(heart_function(counted, at(0, 1), left_out=[LeftOut(0, 0, LV)]).basis))
    assert "Slice 3 of phase 1 does not count for the LV" in lines
    assert "LV in 2 slices (1 to 2) at ED and 3 slices (1 to 3) at ES, of 3." in lines


def test_every_number_says_its_convention():
    function = heart_function(stack(ED, ES), at(0, 1), body=Body(1.8, 80.0, 60.0))
    lines = convention_lines(function.basis)
    assert lines[0].startswith(
        "ED is phase 1, found: the largest LV over all slices together; ES is phase 2, "
    )
    text = " ".join(lines)
    for words in (PAPILLARIES, "10 x 10 mm", "1.05 g/ml", "2.00 m² by Mosteller", "60 beats a minute"):
        assert words in text


def test_another_label_set_has_the_function_of_its_cavities_and_the_mass_of_their_walls():
    vessel = stack([(20, 50)] * 3, [(20, 20)] * 3, labels=VESSEL)
    found = values(heart_function(vessel, at(0, 1)))
    assert (found["lumen_ef_percent"], found["lumen_mass_g"]) == pytest.approx((60, 63))
    assert heart_function(stack([(9,)] * 3, labels=MUSCLE), at(0, None)).figures == {}


def test_body_surface_needs_height_and_weight():
    assert bsa_m2(Body()).reason == "height and weight are not known"
    assert bsa_m2(Body(1.7, 65.0)).value == pytest.approx(math.sqrt(170 * 65 / 3600))
    with pytest.raises(ValueError, match="height_m must be from"):
        Body(height_m=170.0)


def test_rates_of_a_curve_whose_slopes_one_knows():
    # Straight down by 5 ml a phase and up by 10 ml a phase, 50 ms apart.
    curve = np.array([100 - 5.0 * n for n in range(11)] + [50 + 10.0 * n for n in range(1, 6)] + [100.0] * 6)
    found = rates_of(curve, np.ones(22, bool), 10, 50.0)
    assert (found.ejection.value, found.filling.value) == pytest.approx((100.0, 200.0))
    assert 50 <= found.to_filling.value <= 200
    assert "21 of 22 are whole" in rates_of(curve, np.arange(22) > 0, 10, 50.0).ejection.reason
    assert "time from one phase" in rates_of(curve, np.ones(22, bool), 10, None).ejection.reason


def test_the_step_of_time_is_told_by_triggers_or_by_the_heart_rate():
    times = np.array([[0.0, 40.0, 80.0], [1.0, 41.0, 81.0]])
    assert step_between(times, 60.0) == pytest.approx(40.0)
    assert step_between(np.full((2, 20), np.nan), 60.0) == pytest.approx(50.0)
    assert step_between(np.full((2, 20), np.nan), None) is None


@pytest.mark.parametrize("seed", range(5))
def test_phases_of_a_phantom_are_found_and_its_volumes_are_those_of_its_pixels(seed):
    series = phantom(seed)
    heart = stack_of_series(series)
    moments = found_moments(heart)
    assert moments.ed.phase in (0, 7)  # within one phase of the first, round the beat
    assert abs(moments.es.phase - 0.38 * 8) <= 1
    found = heart_function(heart, moments).figures
    pixel_ml = 1.5 * 1.5 * 9.0 / 1000
    for key, label, phase in (
        ("lv_edv_ml", LV, moments.ed.phase),
        ("lv_esv_ml", LV, moments.es.phase),
        ("rv_edv_ml", RV, moments.ed.phase),
    ):
        n = sum(int((item.mask == label).sum()) for item in series.slices if item.phase == phase)
        assert found[key].value == pytest.approx(n * pixel_ml, abs=0.1)


def test_rates_of_a_whole_cine_are_there_and_positive():
    heart = stack_of_series(phantom(n_positions=4, n_phases=20, size=64))
    found = heart_function(heart, found_moments(heart), step_ms=42.5).figures
    assert found["lv_per_ml_s"].value > 100
    assert found["lv_pfr_ml_s"].value > 100
    assert 0 < found["lv_tpfr_ms"].value < 400


def test_a_choice_goes_before_a_name_and_a_name_before_what_is_found():
    heart = stack(ES, ED, ES)
    assert [one.phase for one in (moments_of(heart).ed, moments_of(heart).es)] == [1, 0]
    named = moments_of(heart, names=((2, "ES"), (0, "FRAME01")))
    assert (named.es.phase, named.es.told, named.ed.told) == (2, Told.SOURCE, Told.FOUND)


@pytest.mark.real
def test_real_hearts_have_the_figures_published_with_them(real_data):
    folder = real_data / "acdc-volumes"
    with (folder / "patients.csv").open() as opened:
        rows = list(csv.DictReader(opened))[:5]
    for row in rows:
        phases, positions, pixels, patient = [], [], [], row["patient"]
        for number, frame in enumerate((row["ed_frame"], row["es_frame"])):
            image = nibabel.load(folder / patient / f"{patient}_frame{frame}_gt.nii.gz")
            volume = np.asarray(image.dataobj).astype(np.uint8)
            phases += [number] * volume.shape[2]
            positions += range(volume.shape[2])
            pixels += [np.bincount(volume[:, :, k].ravel(), minlength=4) for k in range(volume.shape[2])]
            columns_mm, rows_mm, distance_mm = (float(size) for size in image.header.get_zooms())
        heart = stack_of(
            np.array(positions), np.array(phases), np.array(pixels), (columns_mm, rows_mm), distance_mm
        )
        found = values(heart_function(heart, found_moments(heart)))
        for key, column in (
            ("lv_edv_ml", "lv_edv_ml"),
            ("lv_esv_ml", "lv_esv_ml"),
            ("lv_ef_percent", "lv_ef_pct"),
            ("rv_ef_percent", "rv_ef_pct"),
            ("lv_mass_g", "myo_mass_ed_g"),
        ):
            assert found[key] == pytest.approx(float(row[column]), abs=0.02)
