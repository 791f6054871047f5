"""Figures of an image find outliers and pictures that occur twice, also in another format or scale."""

import numpy as np
import pytest

from core.imaging.image_statistics import image_statistics
from core.imaging.phantom.cine import beating_heart


@pytest.fixture(scope="module")
def heart():
    """A slice through the middle of a synthetic heart."""
    slices = beating_heart(0, n_phases=2).series.slices
    return slices[len(slices) // 2].pixels


def test_figures_are_those_of_the_pixels():
    pixels = np.arange(10_000, dtype=np.uint16).reshape(100, 100)
    found = image_statistics(pixels)
    assert (found.mean, found.low, found.high) == pytest.approx((4999.5, 99.99, 9899.01))
    assert found.sd == pytest.approx(pixels.std())


@pytest.mark.parametrize(
    "change",
    [
        lambda pixels: pixels * 3.7 + 12,
        lambda pixels: (255 * (pixels - pixels.min()) / np.ptp(pixels)).astype(np.uint8),
        lambda pixels: np.kron(pixels, np.ones((2, 2))),
    ],
    ids=["another scale", "8 bits", "twice the size"],
)
def test_the_same_picture_looks_alike_in_another_form(heart, change):
    assert image_statistics(change(heart.astype(float))).look == image_statistics(heart).look != ""


def test_other_hearts_look_otherwise():
    looks = set()
    for seed in range(4):
        slices = beating_heart(seed, n_phases=2).series.slices
        looks.add(image_statistics(slices[len(slices) // 2].pixels).look)
    assert len(looks) == 4


@pytest.mark.real
def test_no_two_real_patients_look_alike(real_data):
    from core.imaging.problems import FileProblem
    from core.imaging.reading import find_series

    patients = {}
    for series in find_series([real_data / "coursework-96"]):
        assert not isinstance(series, FileProblem)
        for item in series.slices:
            patients.setdefault(image_statistics(item.pixels).look, set()).add((series.patient, series.name))
    assert len(patients) > 100
    assert all(len(found) == 1 for found in patients.values())


@pytest.mark.parametrize("pixels", [np.zeros((20, 20)), np.ones((4, 4)), np.full((9, 9), np.nan)])
def test_plain_and_tiny_images_have_no_look(pixels):
    assert image_statistics(pixels).look == ""


def test_values_that_are_not_finite_spoil_nothing():
    pixels = np.arange(400.0).reshape(20, 20)
    pixels[3, 3] = np.inf
    found = image_statistics(pixels)
    assert all(np.isfinite([found.mean, found.sd, found.low, found.high]))
