"""The synthetic heart has the volumes it claims, beats, and is the same every time."""

import numpy as np
import pytest
from scipy import ndimage

from core.imaging.label_order import guess_order
from core.imaging.phantom.anatomy import END_SYSTOLE, contraction
from core.imaging.phantom.cine import beating_heart
from core.imaging.phantom.pixel_grid import majority
from core.labels import Label, LabelOrder


@pytest.fixture(scope="module")
def phantom():
    return beating_heart(n_phases=5)


def volume_ml(phantom, phase: int, label: Label) -> float:
    geometry = phantom.series.geometry
    voxel = geometry.spacing_mm[0] * geometry.spacing_mm[1] * geometry.slice_distance_mm / 1000
    return voxel * sum(
        int((item.mask == label).sum()) for item in phantom.series.slices if item.phase == phase
    )


def ejection_fraction(phantom) -> float:
    return 100 * (phantom.edv_ml - phantom.esv_ml) / phantom.edv_ml


def test_the_masks_hold_the_volumes_that_it_claims(phantom):
    cavities = [volume_ml(phantom, phase, Label.LEFT_VENTRICLE) for phase in range(5)]
    assert max(cavities) == pytest.approx(phantom.edv_ml, rel=0.03)
    assert min(cavities) == pytest.approx(phantom.esv_ml, rel=0.05)
    ejected = 100 * (max(cavities) - min(cavities)) / max(cavities)
    assert ejected == pytest.approx(ejection_fraction(phantom), abs=2)


def test_the_standard_heart_is_an_ordinary_one():
    phantom = beating_heart()
    assert len(phantom.series.slices) == 200
    assert 80 < phantom.edv_ml < 180
    assert ejection_fraction(phantom) == pytest.approx(60, abs=1)


def test_the_wall_thickens_while_its_volume_stays_about_the_same(phantom):
    walls = [volume_ml(phantom, phase, Label.MYOCARDIUM) for phase in range(5)]
    assert max(walls) / min(walls) < 1.15


def test_the_left_ventricle_is_enclosed_and_every_label_is_one_piece_at_mid_height(phantom):
    middle = [item for item in phantom.series.slices if item.position == 4]
    assert guess_order(item.mask for item in middle) == LabelOrder.ACDC
    for item in middle:
        for label in (Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE):
            assert ndimage.label(item.mask == label)[1] == 1


def test_blood_is_bright_and_muscle_dark_as_in_a_cine(phantom):
    item = next(s for s in phantom.series.slices if (s.position, s.phase) == (4, 0))
    blood, wall = (np.median(item.pixels[item.mask == label]) for label in (3, 2))
    assert blood > 2 * wall


def test_the_same_seed_gives_the_same_heart_and_another_seed_another():
    one, same, other = (beating_heart(seed, n_positions=2, n_phases=1) for seed in (1, 1, 2))
    assert all(
        np.array_equal(a.pixels, b.pixels) and np.array_equal(a.mask, b.mask)
        for a, b in zip(one.series.slices, same.series.slices, strict=True)
    )
    assert not np.array_equal(one.series.slices[0].mask, other.series.slices[0].mask)


def test_the_beat_begins_and_ends_relaxed():
    beats = [contraction(time) for time in np.linspace(0, 1, 50, endpoint=False)]
    assert beats[0] == 0
    assert beats[-1] == pytest.approx(0)
    assert contraction(END_SYSTOLE) == 1
    assert max(abs(np.diff(beats))) < 0.12


def test_a_pixel_takes_the_label_of_most_of_it():
    fine = np.array([[3, 3, 0, 0], [3, 0, 0, 2], [1, 1, 2, 2], [2, 2, 0, 0]], np.uint8)
    assert majority(fine).tolist() == [[3, 0], [2, 2]]
