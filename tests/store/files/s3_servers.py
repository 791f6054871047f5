"""Real S3 servers from PyPI on free ports of this machine, for the tests of what keeps files in buckets."""

import os
import secrets
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from localbucket import S3Handler

from tests.servers.ports import free_port

KEY, SECRET, REGION = "septum", "septum-secret", "us-east-1"
START_SECONDS = 60


@contextmanager
def serving(command: list[str], port: int, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Yield the address of a server, once it answers; it is ended afterwards."""
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, *command],
        env=os.environ | (environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            with suppress(BotoCoreError, ClientError):
                client(url).list_buckets()
                break
            assert process.poll() is None, f"{command} ended"
            assert time.monotonic() < until, f"{command} does not answer"
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def localbucket(folder: Path) -> Iterator[str]:
    """Yield the address of a LocalBucket that keeps its buckets in a folder; it checks no key."""
    port = free_port()
    with serving(["-m", "localbucket", str(folder), "--port", str(port)], port) as url:
        yield url


@contextmanager
def localbucket_with(certificates: Path, folder: Path) -> Iterator[str]:
    """Yield the https address of a LocalBucket in this process, which has these certificates."""
    handler = type("Handler", (S3Handler,), {"data_root": folder})
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever).start()
        yield f"https://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def moto() -> Iterator[str]:
    """Yield the address of a moto server, which keeps its buckets in memory and checks no key at first."""
    port = free_port()
    with serving(["-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port) as url:
        yield url


def client(url: str):  # type: ignore[no-untyped-def]  # boto3 makes its classes as it runs
    """Return a client of Amazon's own at a server."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name=REGION,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10),
    )


def new_bucket(url: str) -> str:
    """Make a bucket at a server, and return its name."""
    name = f"septum-{secrets.token_hex(6)}"
    client(url).create_bucket(Bucket=name)
    return name


def point_at(monkeypatch: pytest.MonkeyPatch, url: str, key: str = KEY) -> None:
    """Let s3:// lead to a server, in this process and those that it starts."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a LocalBucket."""
    with localbucket(tmp_path_factory.mktemp("buckets")) as url:
        yield url


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """Address of a moto server."""
    with moto() as url:
        yield url


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """SEPTUM_ARRAYS of a new bucket at a LocalBucket, to which s3:// leads now."""
    point_at(monkeypatch, s3_server)
    return f"s3://{new_bucket(s3_server)}/arrays"
