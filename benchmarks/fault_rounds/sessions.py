"""A server that draws a page a thousand times, and opens and closes a thousand sessions, does not grow."""

import os
import time
from pathlib import Path
from random import Random

from benchmarks.fault_rounds.app import SHAPE, one_slice
from benchmarks.fault_rounds.client import Client
from benchmarks.fault_rounds.rounds import Round, own_home, unsound
from core.settings import ROOT
from tests.browser.conftest import end, start_server

N_RUNS = 1000
N_SESSIONS = 1000
MAX_MB = 60.0  # more than after the first half, in which libraries are loaded and pools are filled
MAX_HANDLES = 60


def sessions(folder: Path, chance: Random) -> Round:
    """Draw Review a thousand times in one session, then open and close a thousand."""
    lost: list[str] = []
    with own_home(folder):
        slice_id = one_slice()
        server, url = start_server(ROOT / "serve.py", {})
        try:
            lasting = Client(url, slice_id, "ann", SHAPE)
            lasting.open()
            for number in range(N_RUNS):
                if number == N_RUNS // 2:
                    before = held(server.pid)
                lasting.run()
            lost += grown("page runs", before, held(server.pid))
            lasting.close()
            for number in range(N_SESSIONS):
                if number == N_SESSIONS // 2:
                    before = held(server.pid)
                client = Client(url, slice_id, f"reader{number % 7}", SHAPE)
                client.open()
                client.close()
            time.sleep(5)  # sessions that are gone are let go a moment later
            lost += grown("sessions", before, held(server.pid))
        finally:
            end(server)
        lost += unsound()
    return Round(0, N_RUNS + N_SESSIONS, tuple(lost))


def held(pid: int) -> tuple[float, int]:
    """What a process holds: megabytes of memory, open files."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
    return kilobytes / 1024, len(os.listdir(f"/proc/{pid}/fd"))


def grown(what: str, before: tuple[float, int], after: tuple[float, int]) -> list[str]:
    """A sentence where it grew."""
    told = f"{what}: {before[0]:.0f} -> {after[0]:.0f} MB, {before[1]} -> {after[1]} open files"
    print(told, flush=True)
    return [told] if after[0] - before[0] > MAX_MB or after[1] - before[1] > MAX_HANDLES else []
