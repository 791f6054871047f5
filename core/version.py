"""Which Septum this is."""

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"  # the only place that says it


@cache
def septum_version() -> str:
    """Return the version, three numbers with points between."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
