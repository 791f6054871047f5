"""Volumes and heart function by hand, and against the volumes published with real hearts."""

import csv
import math

import nibabel
import numpy as np
import pytest

from core.labels import Label
from core.metrics.volume import (
    PhaseVolumes,
    ejection_fraction_percent,
    find_ed_es,
    heart_function,
    label_volumes_ml,
    mass_g,
    pixel_volume_ml,
    volumes_by_phase,
)

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE


def phase(lv: float, rv: float = 100.0, myocardium: float = 80.0, n_slices: int = 10) -> PhaseVolumes:
    return PhaseVolumes({RV: rv, MYO: myocardium, LV: lv}, n_slices, n_slices)


def slice_with(n_left: int, n_right: int = 0, n_muscle: int = 0) -> np.ndarray:
    mask = np.zeros(100, np.uint8)
    mask[:n_left] = LV
    mask[n_left : n_left + n_right] = RV
    mask[n_left + n_right : n_left + n_right + n_muscle] = MYO
    return mask.reshape(10, 10)


def test_volume_is_area_times_slice_distance():
    # 3 pixels of 2 mm x 1 mm, slices 10 mm apart: 60 mm3.
    assert label_volumes_ml(slice_with(3), pixel_volume_ml((2, 1), 10))[LV] == pytest.approx(0.06)


@pytest.mark.parametrize("spacing_mm", [(0.0, 1.0), (math.nan, 1.0), (-1.0, 1.0)])
def test_a_pixel_size_that_cannot_be_is_refused(spacing_mm):
    with pytest.raises(ValueError, match="positive"):
        pixel_volume_ml(spacing_mm, 10)


def test_slices_of_a_phase_are_summed():
    masks = {
        (0, 0): slice_with(20, 10, 5),
        (1, 0): slice_with(30),
        (0, 1): slice_with(10),
        (1, 1): slice_with(0),
    }
    found = volumes_by_phase(masks, (10, 10), 10)  # 1 ml a pixel
    assert found[0].ml == {RV: 10, MYO: 5, LV: 50}
    assert (found[0].n_slices, found[0].filled) == (2, 2)
    assert found[1].ml[LV] == 10
    assert (found[1].n_slices, found[1].filled) == (2, 1)


def test_ed_is_the_largest_left_ventricle_and_es_the_smallest_that_was_segmented():
    assert find_ed_es({0: phase(150), 7: phase(60), 9: phase(0), 12: phase(90)}) == (0, 7)
    assert find_ed_es({0: phase(150), 7: phase(0)}) is None
    assert find_ed_es({}) is None


def test_heart_function_by_hand():
    found = heart_function({0: phase(150, 160, 100), 8: phase(60, 80, 110)}, 0, 8)
    assert (found.edv_ml[LV], found.esv_ml[LV], found.sv_ml[LV]) == (150, 60, 90)
    assert found.ef_percent == {LV: pytest.approx(60), RV: pytest.approx(50)}
    assert found.lv_mass_g == pytest.approx(105)
    assert found.warnings == ()


def test_a_ventricle_that_is_not_marked_has_no_function():
    found = heart_function({0: phase(150, rv=0, myocardium=0), 8: phase(60, rv=30)}, 0, 8)
    assert math.isnan(found.edv_ml[RV])
    assert math.isnan(found.esv_ml[RV])
    assert math.isnan(found.ef_percent[RV])
    assert math.isnan(found.lv_mass_g)
    assert found.ef_percent[LV] == pytest.approx(60)
    assert found.warnings == ("No RV is marked at ED, so its volumes are unknown.",)


@pytest.mark.parametrize(
    ("phases", "ed", "es", "words"),
    [
        ({0: phase(150), 8: phase(60, n_slices=8)}, 0, 8, "ED has masks on 10 slices and ES on 8"),
        ({0: phase(60), 8: phase(150)}, 0, 8, "LV is larger at ES"),
        ({0: phase(150), 8: phase(0)}, 0, 8, "No LV is marked at ES"),
        ({0: phase(150)}, 0, 0, "the same phase"),
    ],
    ids=["unequal stacks", "exchanged", "empty ES", "one phase"],
)
def test_numbers_that_mislead_come_with_a_warning(phases, ed, es, words):
    assert any(words in warning for warning in heart_function(phases, ed, es).warnings)


def test_a_phase_without_masks_is_refused():
    with pytest.raises(ValueError, match="phase 3 has no masks"):
        heart_function({0: phase(150)}, 0, 3)


def test_ejection_fraction_and_mass():
    assert ejection_fraction_percent(120, 48) == pytest.approx(60)
    assert math.isnan(ejection_fraction_percent(0, 0))
    assert mass_g(120) == pytest.approx(126)


@pytest.mark.real
def test_real_hearts_have_the_volumes_published_with_them(real_data):
    folder = real_data / "acdc-volumes"
    with (folder / "patients.csv").open() as opened:
        rows = list(csv.DictReader(opened))[:5]
    for row in rows:
        masks, patient = {}, row["patient"]
        for number, frame in enumerate((row["ed_frame"], row["es_frame"])):
            image = nibabel.load(folder / patient / f"{patient}_frame{frame}_gt.nii.gz")
            volume = np.asarray(image.dataobj).astype(np.uint8)
            masks |= {(k, number): volume[:, :, k] for k in range(volume.shape[2])}
            columns_mm, rows_mm, distance_mm = (float(size) for size in image.header.get_zooms())
        found = heart_function(volumes_by_phase(masks, (columns_mm, rows_mm), distance_mm), 0, 1)
        assert found.edv_ml[LV] == pytest.approx(float(row["lv_edv_ml"]), abs=0.02)
        assert found.esv_ml[LV] == pytest.approx(float(row["lv_esv_ml"]), abs=0.02)
        assert found.ef_percent[LV] == pytest.approx(float(row["lv_ef_pct"]), abs=0.02)
        assert found.ef_percent[RV] == pytest.approx(float(row["rv_ef_pct"]), abs=0.02)
        assert found.lv_mass_g == pytest.approx(float(row["myo_mass_ed_g"]), abs=0.02)
