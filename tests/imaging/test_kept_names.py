"""Names out of files and tables are one clean line, cut to what the store takes, and two never become one."""

import os
from pathlib import Path

import numpy as np
import pytest

from core.imaging.deidentification.pseudonyms import Deidentifier
from core.imaging.files.sources import open_sources
from core.imaging.kept_names import kept_name
from core.imaging.problems import FileProblem
from core.imaging.reading import find_series, series_among
from core.limits import Limits
from core.records.slices import Series
from tests.imaging.bombs.dicoms import image, saved
from tests.imaging.changed_files import require_sentence
from tests.imaging.small import PIXELS, make_zip, png_bytes, write_nifti, write_png

LIMITS = Limits()
LONG = "a" * 5000
ODD = ["anna\nbert", "anna\0bert", "anna\u202ebert", "anna\ud800bert", "anna\r\n\tbert", LONG, "ü" * 300]


def require_fit(series: Series) -> None:
    """Raise AssertionError unless the names fit the store and are plain."""
    for name, most in ((series.patient, 255), (series.name, 255), (series.group, 100)):
        assert len(name) <= most
        if name:
            require_sentence(name)
    assert series.patient
    assert series.name


def all_of(folder: Path) -> list[Series]:
    found = list(find_series([folder]))
    for one in found:
        if isinstance(one, FileProblem):
            require_sentence(one.message)
            assert len(one.file) < 600
    return [one for one in found if isinstance(one, Series)]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_become_one_line_that_the_store_takes(name):
    kept = kept_name(name)
    require_sentence(kept)
    assert len(kept) <= 255


def test_two_long_names_stay_two_and_the_same_one_stays_one():
    assert kept_name(LONG + "1") != kept_name(LONG + "2")
    assert kept_name(LONG) == kept_name(LONG)
    assert kept_name("a" * 255) == "a" * 255


@pytest.mark.parametrize("name", [*ODD[:3], LONG])
def test_a_dicom_with_odd_names_keeps_fitting_ones(name, tmp_path):
    data = image(32)
    data.PatientID = data.SeriesDescription = name
    data.PixelData = np.arange(1024, dtype=np.uint8).tobytes()
    (tmp_path / "1.dcm").write_bytes(saved(data))
    for deidentifier in (None, Deidentifier(b"0" * 32)):
        (series,) = series_among(open_sources([tmp_path], LIMITS), deidentifier=deidentifier)
        assert isinstance(series, Series)
        require_fit(series)


@pytest.mark.parametrize("name", [*ODD[1:3], LONG])
def test_a_table_with_odd_names_keeps_fitting_ones(name, tmp_path):
    write_png(tmp_path / "cmr1.png", PIXELS)
    (tmp_path / "slices.csv").write_text(f'image,patient,group,vendor\ncmr1,"{name}","{name}","{name}"\n')
    (series,) = all_of(tmp_path)
    require_fit(series)
    assert series.group


def test_two_patients_of_a_table_with_one_long_beginning_stay_two(tmp_path):
    for number in (1, 2):
        write_png(tmp_path / f"cmr{number}.png", PIXELS + number)
    (tmp_path / "slices.csv").write_text(f"image,patient\ncmr1,{LONG}1\ncmr2,{LONG}2\n")
    assert len({series.patient for series in all_of(tmp_path)}) == 2


def test_names_that_no_disk_takes_come_out_of_a_zip_as_fitting_ones(tmp_path):
    members = {f"p1/{'b' * 400}.png": png_bytes(), f"p2/a\u202eb\n{'c' * 50}.png": png_bytes(PIXELS + 1)}
    make_zip(tmp_path / "all.zip", members)
    found = all_of(tmp_path)
    assert len(found) == 2
    for series in found:
        require_fit(series)
        assert len(series.slices[0].source) <= 255
        assert series.slices[0].source.endswith(".png")


def test_a_name_of_many_folders_is_refused_in_a_short_sentence(tmp_path):
    make_zip(tmp_path / "all.zip", {"a/" * 3000 + "b.png": png_bytes()})
    (problem,) = find_series([tmp_path])
    assert isinstance(problem, FileProblem)
    assert "name that is too long" in problem.message
    require_sentence(problem.message)


def test_a_file_name_that_is_no_utf8_comes_in_under_one_that_is(tmp_path):
    write_png(tmp_path / "good.png", PIXELS)
    place = os.fsencode(tmp_path) + b"/patient\xfc7.png"
    Path(os.fsdecode(place)).write_bytes(png_bytes(PIXELS + 1))
    assert {series.slices[0].source for series in all_of(tmp_path)} == {"good.png", "patientü7.png"}


def test_phases_of_one_heart_have_a_name_that_fits_however_many_they_are(tmp_path):
    volume = np.random.default_rng(0).integers(0, 200, (8, 8, 2), np.int16)
    for number in range(60):
        write_nifti(tmp_path / f"p1_frame{number:03}.nii", volume + number)
    (series,) = all_of(tmp_path)
    assert len(series.slices) == 120
    require_fit(series)
