"""An empty store in a home of its own, for the tests of what works behind the app."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import settings
from core.store.database import Store, open_store
from tests.servers.databases import address_of


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SEPTUM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEPTUM_DATABASE", address_of(tmp_path / "home"))
    settings.cache_clear()
    yield open_store()
    settings.cache_clear()
