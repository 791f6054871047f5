"""Septum's code is code for each Python that it is meant for; `make matrix` runs the tests on them, too."""

import subprocess
import sys
import tomllib

import pytest

from supply.pins import ROOT
from supply.pythons import SUPPORTED, find_python, main

COMPILE = """
import sys, pathlib, warnings
warnings.simplefilter("error")
for name in sys.stdin.read().splitlines():
    compile(pathlib.Path(name).read_bytes(), name, "exec", dont_inherit=True)
"""
FOLDERS = ("core", "pages", "supply")


@pytest.mark.parametrize("version", SUPPORTED)
def test_every_file_compiles_without_a_warning(version):
    python = find_python(version)
    if python is None:
        pytest.skip(f"no Python {version} is here; on others it was compiled")
    files = [*ROOT.glob("*.py"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))]
    assert len(files) > 200
    told = subprocess.run(
        [python, "-c", COMPILE], input="\n".join(map(str, files)), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr


def test_the_python_that_runs_the_tests_is_one_of_them():
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in SUPPORTED


def test_the_oldest_is_the_one_that_the_project_and_its_checks_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["requires-python"] == f">={SUPPORTED[0]}"
    assert project["tool"]["ruff"]["target-version"] == f"py{SUPPORTED[0].replace('.', '')}"
    assert project["tool"]["mypy"]["python_version"] == SUPPORTED[0]


def test_a_python_that_does_not_start_is_not_taken_for_one(tmp_path, monkeypatch):
    stand_in = tmp_path / "python3.12"
    stand_in.write_text("#!/bin/sh\necho not installed >&2\nexit 127\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("supply.pythons.PYENV", tmp_path)
    assert find_python("3.12") is None


@pytest.mark.parametrize(
    ("here", "fails", "code"),
    [(["3.11", "3.12"], [], 0), (["3.11", "3.12"], ["3.12"], 1), ([], [], 1)],
    ids=["passed", "one failed", "none here"],
)
def test_the_matrix_names_every_python_and_fails_with_any(here, fails, code, monkeypatch, capsys):
    monkeypatch.setattr("supply.pythons.find_python", lambda version: ROOT if version in here else None)
    monkeypatch.setattr("supply.pythons._test", lambda version, _: "failed" if version in fails else "passed")
    assert main() == code
    told = capsys.readouterr().out
    assert "Python 3.13: not here" in told
    assert all(f"Python {version}: failed" in told for version in fails)
