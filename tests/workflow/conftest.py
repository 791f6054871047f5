"""A home of its own for each test, with one small model shipped in it."""

from pathlib import Path

import pytest

from core.settings import settings
from tests.servers.databases import address_of
from tests.workflow.small import save_model


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store's folder; settings of this process and its children point there."""
    monkeypatch.setenv("SEPTUM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEPTUM_CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setenv("SEPTUM_DEVICE", "cpu")
    monkeypatch.setenv("SEPTUM_READER", "reader")  # nobody is asked for a name
    monkeypatch.delenv("SEPTUM_ARRAYS", raising=False)
    monkeypatch.setenv("SEPTUM_DATABASE", address_of(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


@pytest.fixture
def model(home: Path) -> Path:
    """The shipped default: a tiny network with random weights."""
    return save_model(home.parent / "checkpoints" / "unet-cine.safetensors", "unet-cine", seed=0)
