"""A fresh store for each test."""

from pathlib import Path

import pytest

from core.store.database import Store
from tests.store.small import open_at


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_at(tmp_path / "home")
