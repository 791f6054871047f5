"""A cluster on this machine: a scheduler and nodes in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil

from core.settings import ROOT

BEGIN_SECONDS = 120.0  # a busy machine takes its time to load torch


class LocalCluster:
    """Processes that speak to each other, and to nobody else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: dict[str, subprocess.Popen] = {}
        self.address = ""

    def scheduler(self, port: int = 0) -> None:
        """Start one and learn its address."""
        self.address = self._start("scheduler", "scheduler", "--port", port)

    def node(self, name: str, home: Path | None = None) -> None:
        """Start one, in a home of its own where one is given."""
        self._start(name, "worker", self.address, "--name", name, home=home)

    def nodes(self, *names: str) -> None:
        """Start some at once, each in a home of its own."""
        with ThreadPoolExecutor(len(names)) as threads:
            list(threads.map(lambda name: self.node(name, self.folder / name), names))

    def kill(self, name: str) -> None:
        """End a process and all that it started, without a word."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def listening(self) -> set[str]:
        """On which addresses any of the processes listens."""
        pids = {process.pid for process in self.processes.values()}
        pids |= {child.pid for pid in pids for child in psutil.Process(pid).children(recursive=True)}
        return {
            one.laddr.ip
            for pid in pids
            for one in psutil.Process(pid).net_connections("inet")
            if one.status == psutil.CONN_LISTEN
        }

    def end(self) -> None:
        """Kill all that was started."""
        for name in list(self.processes):
            self.kill(name)

    def _start(self, name: str, *command: object, home: Path | None = None) -> str:
        log, out = self.folder / f"{name}.log", self.folder / f"{name}.out"
        with log.open("w") as problems, out.open("w") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "core", "cluster", *map(str, command)],
                cwd=ROOT,
                env=os.environ | ({"SEPTUM_HOME": str(home)} if home else {}),
                stdout=said,
                stderr=problems,
                start_new_session=True,
            )
        self.processes[name] = process
        until = time.monotonic() + BEGIN_SECONDS
        while not out.read_text().endswith("\n"):
            assert time.monotonic() < until, log.read_text()
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        return out.read_text().split()[-1]
