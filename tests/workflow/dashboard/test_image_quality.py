"""Images that stand out and pictures that are there twice are found, whatever they are called."""

from dataclasses import replace

import numpy as np
import pytest

from core.records.slices import Split
from core.workflow.dashboard.image_quality import image_statistics, image_warnings, pictures_twice
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")


def copy_of(series, patient: str, split: Split, change=lambda pixels: pixels):
    """The same pictures as another patient's."""
    slices = tuple(replace(item, pixels=change(item.pixels)) for item in series.slices)
    return replace(series, patient=patient, split=split, slices=slices)


def test_hearts_that_differ_are_not_taken_for_one():
    stored(cine("anna", seed=0))
    stored(cine("bert", seed=1))
    assert pictures_twice() == []
    assert image_warnings([]) == []


def test_a_picture_in_two_splits_is_a_leak():
    series = cine("anna", 1, 2)
    stored(series)
    stored(copy_of(series, "bert", Split.TEST))
    found = pictures_twice()
    assert len(found) == 2
    assert all(alike.leaks and alike.exact for alike in found)
    assert {item.patient for item in found[0].slices} == {"anna", "bert"}
    assert image_warnings(found) == [
        "2 pictures are in more than one split (test, train): scores on them say nothing about new patients. "
        "Remove one of each."
    ]


def test_a_picture_on_another_scale_of_intensities_is_found_too():
    series = cine("anna", 1, 1)
    stored(series)
    stored(copy_of(series, "bert", Split.TRAIN, lambda pixels: pixels.astype(np.float32) * 0.25 + 3))
    (alike,) = pictures_twice()
    assert not alike.exact
    assert not alike.leaks
    assert "count double" in image_warnings([alike])[0]


def test_a_series_unlike_the_others_stands_out_and_comes_first():
    for number in range(7):
        stored(cine(f"patient{number}", 1, 2, seed=number))
    odd = copy_of(cine("odd", 1, 2, seed=50), "odd", Split.TRAIN, lambda pixels: pixels * np.uint16(20))
    stored(replace(odd, geometry=replace(odd.geometry, spacing_mm=(0.6, 0.6))))
    first, *others = image_statistics()
    assert first.patient == "odd"
    told = "; ".join(first.unusual)
    assert "high mean intensity" in told
    assert "low pixel size (0.6, usual 1.8)" in told
    assert all(item.unusual == () for item in others)
