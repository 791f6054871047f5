"""A folder of files as a lab has it, an empty store elsewhere, and the command line as people type it."""

from pathlib import Path

import pytest

from tests.cli.conftest import septum
from tests.workflow.conftest import home, model

__all__ = ["home", "model", "septum"]


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Where a lab's files lie; the store lies beside it."""
    folder = tmp_path / "lab"
    folder.mkdir()
    return folder
