"""Who may import whom, as the contracts in pyproject.toml say it."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from core.settings import ROOT
from docs.architecture_rooms import imports

SCREENS = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]


def test_imports_keep_to_the_layers():
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("file", SCREENS, ids=lambda file: file.name)
def test_screens_import_only_what_the_contract_for_pages_allows(file):
    # The linter cannot see app.py nor files whose names begin with a number, so they are read here.
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    forbidden = next(set(c["forbidden_modules"]) for c in contracts if c.get("source_modules") == ["pages"])
    names = set(imports(ast.parse(file.read_text())))
    assert {name for name in names for bad in forbidden if f"{name}.".startswith(f"{bad}.")} == set()
