"""A bucket with a certificate of a lab's own: used where it is vouched for, else told in one sentence."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import StoreUnavailable
from core.store.files.arrays import ArrayFolder
from core.store.files.kinds import RUN_FILE
from tests.servers.certificates import certificates
from tests.store.files.s3_servers import localbucket_with, point_at

PIXELS = np.arange(30, dtype=np.uint16).reshape(6, 5)
BUCKET = "s3://lab/arrays"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of certificates: of this machine, of nobody here, and of a server of another name."""
    folder = tmp_path_factory.mktemp("certificates")
    for name, server in (
        ("ours", "IP:127.0.0.1"),
        ("strange", "IP:127.0.0.1"),
        ("named", "DNS:bucket.lab.org"),
    ):
        certificates(folder / name, server)
    return folder


@pytest.fixture(scope="module")
def addresses(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Of two servers of one bucket, by their certificates."""
    folder = tmp_path_factory.mktemp("buckets")
    (folder / "lab").mkdir()
    with localbucket_with(made / "ours", folder) as ours, localbucket_with(made / "named", folder) as named:
        yield {"ours": ours, "named": named}


def test_a_bucket_is_used_whose_certificate_is_vouched_for(made, addresses, tmp_path, monkeypatch):
    point_at(monkeypatch, addresses["ours"])
    monkeypatch.setenv("AWS_CA_BUNDLE", str(made / "ours" / "ca.pem"))
    arrays = ArrayFolder(BUCKET)
    assert np.array_equal(arrays.load(arrays.keep(PIXELS)), PIXELS)
    large = tmp_path / "large"
    large.write_bytes(bytes(40 << 20))  # which goes up in parts
    digest = arrays.keep_file(large, RUN_FILE)
    assert len(arrays.read(digest, RUN_FILE)) == 40 << 20


@pytest.mark.parametrize(
    ("server", "bundle", "told"),
    [
        ("ours", "strange/ca.pem", "unable to get local issuer certificate"),
        ("ours", None, "unable to get local issuer certificate"),
        ("named", "named/ca.pem", "certificate is not valid for '127.0.0.1'"),
        ("ours", "nowhere.pem", "No such file or directory"),
    ],
)
def test_one_that_is_not_is_told_at_once(made, addresses, monkeypatch, server, bundle, told):
    point_at(monkeypatch, addresses[server])
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    if bundle:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(made / bundle))
    began = time.monotonic()
    with pytest.raises(
        StoreUnavailable, match=rf"not known to be the right one \(.*{told}\); let AWS_CA_BUNDLE"
    ):
        ArrayFolder(BUCKET)
    assert time.monotonic() - began < 2.5  # those who ask again and again take three seconds
