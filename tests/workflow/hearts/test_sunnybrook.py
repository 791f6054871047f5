"""ED and ES of a real cine in DICOM are found where its readers drew them."""

import csv

import pytest

from core.imaging.reading import find_series
from core.metrics.function.moments import found_moments
from core.network.predict import Predictor
from core.settings import ROOT
from core.workflow.hearts.patient import areas_of

MIDDLE = range(81, 121)  # files of two slices of twelve, of which readers and network are sure


@pytest.mark.real
def test_phases_of_the_real_cine_are_those_that_its_readers_drew(real_data):
    with (real_data / "sunnybrook-dicom" / "labelled" / "index.csv").open() as opened:
        drawn = {row["phase"]: (int(row["dicom"].split(".")[0]) - 1) % 20 for row in csv.DictReader(opened)}
    folder = real_data / "sunnybrook-dicom" / "SCD0000101"
    (series,) = find_series([folder / f"{number}.dcm" for number in MIDDLE])
    predictor = Predictor(ROOT / "checkpoints" / "unet-cine.safetensors", "cpu", tta_flips=1)
    spacing = series.geometry.spacing_mm
    found = predictor.predict([item.pixels for item in series.slices], [spacing] * len(series.slices))
    masks = {(item.position, item.phase): one.mask for item, one in zip(series.slices, found, strict=True)}
    moments = found_moments(areas_of(series, masks, "").stack)
    for phase, name in ((moments.ed.phase, "ED"), (moments.es.phase, "ES")):
        assert phase is not None
        apart = abs(phase - drawn[name])
        assert min(apart, 20 - apart) <= 1
