"""What every kind of fault shares: how a round is told, and a home of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from core.settings import ROOT, settings
from core.store.database import open_store
from core.workflow.maintenance.verify import verify
from tests.workflow.small import PIXELS

ASKED = ("SEPTUM_HOME", "SEPTUM_CHECKPOINTS", "SEPTUM_READER")


@dataclass(frozen=True)
class Round:
    """What one round of faults came to."""

    kills: int = 0  # processes, browsers and tabs that were ended without warning
    tried: int = 0  # things that had been acknowledged, or faults that had to be told
    lost: tuple[str, ...] = ()  # what did not hold, in words


Kind = Callable[[Path, Random], Round]


@contextmanager
def own_home(folder: Path) -> Iterator[Path]:
    """Let this process and those that it starts live in a home inside the folder."""
    before = {name: os.environ.get(name) for name in ASKED}
    home = folder / "home"
    os.environ.update(
        SEPTUM_HOME=str(home), SEPTUM_CHECKPOINTS=str(folder / "checkpoints"), SEPTUM_READER="ann"
    )
    settings.cache_clear()
    try:
        yield home
        open_store().engine.dispose()
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        settings.cache_clear()


def process(script: str, *words: str, out: int | None = None) -> "subprocess.Popen[bytes]":
    """Start Python on a script of ours, one thread each; what it says is heard together, or not at all."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"},
        stdout=out or subprocess.DEVNULL,
        stderr=subprocess.STDOUT if out else subprocess.DEVNULL,  # where the command line tells files
    )


def unsound() -> Sequence[str]:
    """What `verify` finds wrong with the home's store."""
    found: list[str] = []
    verify(found.append)
    return found


def heart_of(number: int) -> np.ndarray:
    """The picture of a heart, (24, 20) uint8, another one for each number."""
    pixels = PIXELS.copy()
    pixels[0, :3] = (number % 251, number // 251, 1)
    return pixels
