"""The doors that CONTRIBUTING.md shows are open: each example works, and changes two at most."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import ROOT
from tests.doors.examples import Piece, doors, put
from tests.doors.proofs import PROOFS

DOORS = doors((ROOT / "CONTRIBUTING.md").read_text())
MAX_CHANGED = 2  # of the files that are there
MAX_LINES = 25  # of an example that do something, all pieces together
COPIED = ("core", "pages", "app.py", "serve.py", "pyproject.toml", ".streamlit")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product with all examples in it."""
    root = tmp_path_factory.mktemp("doors")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    (root / "tests").symlink_to(ROOT / "tests")
    for pieces in DOORS.values():
        for piece in pieces:
            put(piece, root)
    return root


def run(command: list[str], tree: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command on the copy, away from its files, with a store of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEPTUM_")}
    environment |= {"PYTHONPATH": str(tree), "SEPTUM_HOME": str(home / "home"), "SEPTUM_READER": "reader"}
    environment |= {"SEPTUM_CHECKPOINTS": str(home), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)


def test_there_is_an_example_for_each_door():
    assert list(DOORS) == list(PROOFS)
    assert all(DOORS.values())


@pytest.mark.parametrize("door", PROOFS)
def test_an_example_works_where_it_is_put(door, tree, tmp_path):
    result = run([sys.executable, "-m", "tests.doors.proofs", door], tree, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("door", PROOFS)
def test_an_example_is_short_and_changes_few_files(door):
    pieces = DOORS[door]
    assert len({piece.file for piece in pieces if (ROOT / piece.file).exists()}) <= MAX_CHANGED
    assert sum(piece.n_lines for piece in pieces) <= MAX_LINES


def test_the_house_with_all_examples_keeps_its_contracts(tree, tmp_path):
    lint = Path(sys.executable).with_name("lint-imports")
    command = [str(lint), "--no-cache", "--config", str(tree / "pyproject.toml")]
    result = run(command, tree, tree)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_line_of_a_contract_grows(tmp_path):
    (tmp_path / "pyproject.toml").write_text('layers = [\n    "a",\n    "a | b",\n]\n')
    put(Piece("pyproject.toml", "", '"a | b | c",\n'), tmp_path)
    assert (tmp_path / "pyproject.toml").read_text() == 'layers = [\n    "a",\n    "a | b | c",\n]\n'


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("import x\nT = (1,)\n", ("T", "2,"), "import x\nT = (1,\n2,)\n"),
        ("import x\nT = {1: 'ü'}\n", ("T", "import y\n2: 3,"), "import y\nimport x\nT = {1: 'ü',\n2: 3}\n"),
        (
            "import x\nT = {i.k: i for i in (f(1),)}\n",
            ("T", "f(2)"),
            "import x\nT = {i.k: i for i in (f(1),\nf(2),)}\n",
        ),
        ("import x\nclass T:\n    A = 1\n", ("T", "B = 2"), "import x\nclass T:\n    A = 1\n    B = 2\n"),
        ("import x\n", ("", "y = 1\n"), "import x\n\n\ny = 1\n"),
    ],
)
def test_a_piece_lands_where_it_says(tmp_path, before, piece, after):
    (tmp_path / "file.py").write_text(before)
    put(Piece("file.py", *piece), tmp_path)
    assert (tmp_path / "file.py").read_text() == after
