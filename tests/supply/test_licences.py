"""Which licences the packages have, and that a new one is noticed."""

from importlib.metadata import Distribution
from pathlib import Path

import pytest

from supply.licences import is_agreed, licence_of, listed, refused
from supply.pins import EXTRA, pins


def package(folder: Path, *lines: str) -> Distribution:
    told = folder / "odd-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(
        "\n".join(("Metadata-Version: 2.4", "Name: odd", "Version: 1.0", *lines)) + "\n"
    )
    return Distribution.at(told)


def test_every_licence_that_is_installed_was_agreed_to():
    assert refused() == []


def test_a_licence_that_is_only_a_file_goes_by_its_first_line(tmp_path):
    odd = package(tmp_path, "License-File: LICENSE")
    assert licence_of(odd) == "not told"
    (tmp_path / "odd-1.0.dist-info" / "licenses").mkdir()
    (tmp_path / "odd-1.0.dist-info" / "licenses" / "LICENSE").write_text("MIT License\n\nCopyright\n")
    assert licence_of(odd) == "MIT License"


def test_the_gpl_decoder_is_listed_with_its_licence_and_as_an_extra():
    (name,) = pins(EXTRA)
    ((_, _, licence, said),) = [row for row in listed() if row[0] == name]
    assert "GPLv3" in licence
    assert said == "an extra: requirements-jpeg.txt"
    assert not is_agreed(licence)


@pytest.mark.parametrize(
    ("licence", "agreed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT", True),
        ("BSD-3-Clause AND GPL-3.0-only", False),
        ("GPL-2.0-only OR MIT", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("MIT AND (BSD-3-Clause OR MPL-2.0)", True),
        ("MIT AND (BSD-3-Clause OR GPL-3.0-only)", False),
        ("Other/Proprietary License", False),
        ("not told", False),
        ("", False),
    ],
)
def test_a_licence_is_agreed_to_when_all_that_hold_are(licence, agreed):
    assert is_agreed(licence) is agreed


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (["License-Expression: MIT AND PSF-2.0", "License: something else"], "MIT AND PSF-2.0"),
        (["Classifier: License :: OSI Approved :: BSD License", "License: long text"], "BSD License"),
        (
            ["Classifier: License :: DFSG approved", "Classifier: License :: OSI Approved :: MIT License"],
            "MIT License",
        ),
        (
            [
                "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
                "Classifier: License :: OSI Approved :: MIT License",
            ],
            "GNU General Public License v3 (GPLv3) AND MIT License",
        ),
        (["License: Apache License 2.0"], "Apache License 2.0"),
        (["Classifier: License :: OSI Approved"], "not told"),
        ([], "not told"),
    ],
)
def test_a_licence_is_read_from_where_packages_tell_it(lines, licence, tmp_path):
    assert licence_of(package(tmp_path, *lines)) == licence
