"""The models that come with Septum: small, described, and good on hearts that none of them has seen."""

from pathlib import Path

import numpy as np
import pytest

from core.imaging.phantom.cine import beating_heart
from core.imaging.reading import find_series
from core.labels import FOREGROUND
from core.metrics.counts import count, counts_of
from core.metrics.overlap import dice
from core.network.predict import Predictor
from core.recipes.checkpoint_header import read_config
from core.records.slices import Series, Slice, Split
from core.settings import ROOT, Settings

FOLDER = ROOT / "checkpoints"
SHIPPED = ("unet-cine", "unet-report")
DEFAULT = Settings.model_fields["default_model"].default
MAX_BYTES = 16_000_000


def shipped(name: str) -> Path:
    """The checkpoint, or a reason to skip."""
    path = FOLDER / f"{name}.safetensors"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in {FOLDER}; its training is described in the README")
    return path


def mean_dice(predictor: Predictor, slices: list[Slice], spacing_mm: tuple[float, float]) -> float:
    """Over slices and heart labels, where a label is in either mask."""
    predictions = predictor.predict([item.pixels for item in slices], [spacing_mm] * len(slices))
    scores = [
        dice(counts_of(count(item.mask, prediction.mask), label))
        for item, prediction in zip(slices, predictions, strict=True)
        for label in FOREGROUND
    ]
    return float(np.nanmean(scores))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_is_small_and_has_a_card_that_tells_its_data_and_limits(name):
    path = shipped(name)
    assert path.stat().st_size <= MAX_BYTES
    config = read_config(path)
    assert config.name == name
    card = path.with_suffix(".md").read_text().lower()
    for word in ("data", "terms", "seed", "dice", "limits", "python -m core train"):
        assert word in card


def test_the_default_model_finds_the_demos_hearts():
    predictor = Predictor(shipped(DEFAULT), "cpu", remove_islands=True)
    for seed in (0, 1):
        series = beating_heart(seed, n_phases=3).series
        assert series.geometry.spacing_mm is not None
        slices = [item for item in series.slices if item.phase < 2]  # relaxed, and nearly at its smallest
        assert mean_dice(predictor, slices, series.geometry.spacing_mm) >= 0.80


@pytest.mark.real
@pytest.mark.parametrize("name", SHIPPED)
def test_the_course_slices_for_validation_are_segmented_at_least_as_well_as_in_the_report(name, real_data):
    predictor = Predictor(shipped(name), "cpu", remove_islands=True)
    found = [item for item in find_series([real_data / "coursework-96"]) if isinstance(item, Series)]
    slices = [series.slices[0] for series in found if series.split == Split.VALIDATION]
    assert len(slices) == 20
    assert mean_dice(predictor, slices, (1.8, 1.8)) >= 0.85
