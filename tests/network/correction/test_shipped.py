"""The network that comes with Septum: small, of our hearts, and worth its click on one that it never saw."""

import time

import numpy as np

from core.editing.hint import Hint
from core.imaging.phantom.cine import beating_heart
from core.labels import FOREGROUND, Label
from core.network.correction.corrector import Corrector
from core.recipes.checkpoint_header import read_config
from core.settings import ROOT

FILE = ROOT / "checkpoints" / "correction.safetensors"
MB = 1_000_000


def heart() -> tuple[np.ndarray, np.ndarray, tuple[float, float]]:
    """A slice of a synthetic heart with all its labels: pixels, mask and spacing."""
    series = beating_heart(0).series
    image = next(one for one in series.slices if one.mask is not None and set(FOREGROUND) <= {*one.mask.flat})
    assert image.mask is not None
    assert series.geometry.spacing_mm is not None
    return image.pixels, image.mask, series.geometry.spacing_mm


def middle(mask: np.ndarray, label: Label) -> tuple[int, int]:
    rows, columns = np.nonzero(mask == label)
    return int(rows.mean()), int(columns.mean())


def test_it_is_small_and_names_no_patient():
    assert FILE.stat().st_size < 16 * MB
    assert "training_slices" not in read_config(FILE).data


def test_one_click_into_an_empty_mask_draws_the_heart():
    pixels, truth, spacing = heart()
    click = Hint((middle(truth, Label.LEFT_VENTRICLE),), Label.LEFT_VENTRICLE, adds=True)
    answer = Corrector(FILE).correct(pixels, 0 * truth, [click], spacing)
    for label in FOREGROUND:
        shared = ((answer == label) & (truth == label)).sum()
        assert 2 * shared / ((answer == label).sum() + (truth == label).sum()) > 0.8, label


def test_a_right_click_takes_more_than_its_pixel():
    pixels, truth, spacing = heart()
    drawn = truth.copy()
    drawn[5:15, 5:15] = Label.RIGHT_VENTRICLE  # an island in the corner
    answer = Corrector(FILE).correct(
        pixels, drawn, [Hint(((10, 10),), Label.RIGHT_VENTRICLE, adds=False)], spacing
    )
    assert not (answer[5:15, 5:15] == Label.RIGHT_VENTRICLE).any()
    assert (answer == truth).mean() > 0.97


def test_it_is_quick():
    pixels, truth, spacing = heart()
    corrector, times = Corrector(FILE), []
    for row in range(5):
        began = time.perf_counter()
        corrector.correct(pixels, truth, [Hint(((20 + row, 20),), Label.MYOCARDIUM, adds=True)], spacing)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.3  # a busy machine; docs/benchmarks.md has what it takes on one that is not
