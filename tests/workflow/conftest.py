"""A home of its own for each test, with one small model shipped in it."""

from pathlib import Path

import pytest

from core.jobs import queue
from core.records.runs import RunKind
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


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[RunKind]:
    """The kinds for which a worker was started, none of which comes."""
    found: list[RunKind] = []
    monkeypatch.setattr("core.jobs.process.spawn_worker", found.append)
    monkeypatch.setattr(queue, "_started_at", {})
    return found
