"""The figures of a model card, of hearts whose errors are known."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.quality.model_scores import tables_of
from benchmarks.quality.scored_cases import ScoredSlice, ScoredVolume
from core.imaging.phantom.cine import beating_heart
from core.labels import Label
from core.metrics.statistics.bootstrap import Interval
from core.metrics.statistics.calibration import measure_reliability

LABELS = (Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE)
N_POSITIONS, N_PHASES, N_HEARTS = 5, 4, 6
SPACING_MM, DISTANCE_MM = (2.0, 2.0), 10.0
PIXEL_ML = SPACING_MM[0] * SPACING_MM[1] * DISTANCE_MM / 1000


@pytest.fixture(scope="module")
def volumes() -> list[ScoredVolume]:
    """Hearts that were predicted without an error, and a slice without heart beyond each end."""
    made: list[ScoredVolume] = []
    for seed in range(N_HEARTS):
        heart = beating_heart(seed, N_POSITIONS, N_PHASES, size=64, spacing_mm=SPACING_MM[0]).series
        empty = np.zeros(heart.slices[0].pixels.shape, np.uint8)
        for phase in range(N_PHASES):
            masks = {image.position: image.mask for image in heart.slices if image.phase == phase}
            planes = [empty, *(masks[place] for place in range(N_POSITIONS)), empty]
            slices = tuple(told(seed, len(made), place, plane) for place, plane in enumerate(planes))
            made.append(ScoredVolume(f"heart {seed}", slices, SPACING_MM, DISTANCE_MM))
    return made


def told(seed: int, volume: int, place: int, truth: np.ndarray) -> ScoredSlice:
    certain = (np.arange(len(Label))[:, None, None] == truth).astype(np.float32)
    table = measure_reliability(certain, truth)
    return ScoredSlice(f"heart {seed}", volume, place, truth, truth, table)


def changed(volume: ScoredVolume, place: int, mask: np.ndarray) -> ScoredVolume:
    slices = list(volume.slices)
    slices[place] = replace(slices[place], mask=mask)
    return replace(volume, slices=tuple(slices))


def means(table: dict[str, object]) -> dict[str, float]:
    return {name: found.mean for name, found in table.items() if isinstance(found, Interval)}


def test_hearts_without_an_error_have_none_in_any_table(volumes):
    tables = tables_of(volumes, LABELS)
    for title in ("Dice of a slice", "Dice of a slice, basal", "Dice of a slice, apical", "Dice in 3-D"):
        assert means(tables[title]) == {"RV": 1, "Myo": 1, "LV": 1, "Heart": 1}
    assert set(means(tables["HD95 in 3-D, mm"]).values()) == {0}
    assert set(means(tables["share of slices"]).values()) == {0}
    agreement = tables["prediction less reference"]
    assert list(agreement) == [
        *(f"LV {name}" for name in ("EDV", "ESV", "SV", "EF", "mass")),
        *(f"RV {name}" for name in ("EDV", "ESV", "SV", "EF")),
    ]
    assert {(found.bias.mean, found.mae.mean, found.n) for found in agreement.values()} == {(0, 0, N_HEARTS)}


def test_a_heart_found_beyond_the_base_counts_as_false_and_adds_to_the_volumes(volumes):
    spot = np.zeros(volumes[0].truth.shape[1:], np.uint8)
    spot[20:30, 20:30] = Label.LEFT_VENTRICLE  # 100 pixels
    tables = tables_of([changed(volume, 0, spot) for volume in volumes], LABELS)
    shares = means(tables["share of slices"])
    assert shares["a heart found beyond base and apex"] == 0.5
    assert shares["LV found where there is none"] == 0.5
    assert shares["LV missed"] == shares["RV found where there is none"] == 0
    agreement = tables["prediction less reference"]
    assert agreement["LV EDV"].bias.mean == pytest.approx(100 * PIXEL_ML)
    assert agreement["LV ESV"].bias.mean == pytest.approx(100 * PIXEL_ML)
    assert agreement["LV SV"].mae.mean == pytest.approx(0)
    assert agreement["LV EF"].bias.mean < 0


def test_a_slice_that_lacks_its_heart_counts_as_missed_at_its_level(volumes):
    empty = np.zeros_like(volumes[0].truth[0])
    tables = tables_of([changed(volume, 3, empty) for volume in volumes], LABELS)
    assert means(tables["share of slices"])["LV missed"] == pytest.approx(1 / N_POSITIONS)
    assert means(tables["Dice of a slice, mid"])["LV"] < 1
    assert means(tables["Dice of a slice, basal"])["LV"] == 1
