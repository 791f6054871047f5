"""A cluster for each test, and a home with a small model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import settings
from tests.engine.local_cluster import LocalCluster
from tests.workflow.conftest import home, model

__all__ = ["home", "model"]


@pytest.fixture
def cluster(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCluster]:
    """A scheduler without nodes, which this process hands its runs to."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    made = LocalCluster(tmp_path)
    made.scheduler()
    monkeypatch.setenv("SEPTUM_CLUSTER", made.address)
    settings.cache_clear()
    yield made
    made.end()
