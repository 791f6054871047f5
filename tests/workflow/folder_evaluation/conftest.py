"""Two folders of masks and the table to be written."""

from pathlib import Path

import pytest


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """(predictions, reference, output)."""
    for name in ("predictions", "reference"):
        (tmp_path / name).mkdir()
    return tmp_path / "predictions", tmp_path / "reference", tmp_path / "scores.csv"
