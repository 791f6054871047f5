"""Buckets at real servers, with a proxy in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.store.files import attempts, buckets
from core.store.files.arrays import ArrayFolder
from core.store.files.cache import ReadCache
from tests.store.files.faulty_proxy import FaultyProxy
from tests.store.files.s3_servers import bucket, moto_server, new_bucket, point_at, s3_server

__all__ = ["bucket", "moto_server", "s3_server"]


@dataclass(frozen=True)
class Proxied:
    """A bucket behind a proxy."""

    proxy: FaultyProxy
    server: str
    bucket: str

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/arrays"

    def arrays(self, cache: Path | None = None) -> ArrayFolder:
        """The folder in the bucket, as a process sees it that has just begun."""
        arrays = ArrayFolder(self.url, ReadCache(cache, 10_000_000) if cache else None)
        self.proxy.seen.clear()
        return arrays


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No long waits: neither between attempts nor for an answer."""
    monkeypatch.setattr(attempts, "PAUSE_SECONDS", 0.005)
    monkeypatch.setattr(attempts, "SILENT_SECONDS", 0.0)
    monkeypatch.setattr(buckets, "S3_CONFIG", buckets.S3_CONFIG | {"read_timeout": 0.5})
    monkeypatch.setattr(buckets, "PART_ATTEMPTS", 1)  # or s3fs waits a tenth of a second


@pytest.fixture
def proxied(s3_server: str, monkeypatch: pytest.MonkeyPatch, quick: None) -> Iterator[Proxied]:
    """A new bucket at a LocalBucket, to which s3:// leads through a proxy."""
    with FaultyProxy(s3_server) as proxy:
        point_at(monkeypatch, proxy.url)
        yield Proxied(proxy, s3_server, new_bucket(s3_server))
