"""Uploads to the app as `core app` serves it: on the disk while their browser is there, never in memory."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.settings import ROOT
from tests.browser.conftest import end, start_server
from tests.served import Visitor

NOISE = os.urandom(20_000_000)
MEGABYTE = 1_000_000


class Served:
    """The app on a home of its own; a browser that left has no time to come back."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.start()

    def start(self) -> None:
        env = {"SEPTUM_HOME": str(self.home), "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1"}
        self.process, url = start_server(ROOT / "serve.py", env)
        self.port = int(url.rpartition(":")[2])

    def memory(self) -> int:
        """Bytes of memory that the server holds."""
        told = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", told)[1]) * 1000

    def spooled(self) -> list[int]:
        """The sizes of what lies in the spool; what goes in this moment does not."""
        sizes = []
        for file in self.home.glob("scratch/*/uploads/*"):
            with suppress(FileNotFoundError):
                sizes.append(file.stat().st_size)
        return sorted(sizes)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    running = Served(tmp_path / "home")
    yield running
    end(running.process)


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.1)
    return condition()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system tells no process's memory")
def test_uploads_lie_on_the_disk_while_their_browser_is_there_and_are_gone_with_it(served):
    with Visitor(served.port) as visitor:
        assert visitor.upload({"letter.txt": b"a letter"}) == [204]
        visitor.run()  # loads what reads images, once
        before = served.memory()
        assert visitor.upload({f"/etc/heart{number}.nii": NOISE for number in range(3)}) == [204] * 3
        assert served.memory() - before < 20 * MEGABYTE
        visitor.run()
        visitor.run()
        assert "an error" not in visitor.said
        assert "3 files refused" in " ".join(visitor.said)
        assert served.memory() - before < 40 * MEGABYTE
        assert served.spooled() == [8, *[len(NOISE)] * 3]
        assert visitor.remove("/etc/heart1.nii") == 204
        visitor.run()
        assert "2 files refused" in " ".join(visitor.said)
        assert served.spooled() == [8, *[len(NOISE)] * 2]
    assert wait_for(lambda: served.spooled() == [])  # though nobody else comes
    assert [path for path in served.home.parent.rglob("*") if "heart" in path.name] == []
    end(served.process)
    assert [path for path in (served.home / "scratch").iterdir() if path.is_dir()] == []


def test_what_a_killed_server_had_is_swept_by_the_next_one(served):
    with Visitor(served.port) as visitor:
        visitor.upload({"heart.nii": NOISE[:1000]})
        served.process.send_signal(signal.SIGKILL)
        served.process.wait()
    assert served.spooled() == [1000]
    served.start()
    assert wait_for(lambda: served.spooled() == [])
