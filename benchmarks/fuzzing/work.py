"""A process that tries inputs, batch by batch, and says of each batch what came of it."""

from __future__ import annotations  # Synchronized takes no parameter when it is run

import contextlib
import logging
import os
import time
import warnings
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from benchmarks.fuzzing.targets import Target, targets

MAX_SECONDS = 5.0  # on the processor
MAX_MB = 300.0  # above what the process held when it began
VERDICTS = ("read", "asked", "refused")


@dataclass(frozen=True)
class Batch:
    """Inputs of one kind, by the numbers that their seeds end on."""

    kind: str
    seed: int
    first: int
    count: int

    def of(self, number: int) -> tuple[int, ...]:
        """The seed of one of them; those of a kind do not depend on other kinds."""
        return (self.seed, *self.kind.encode(), number)


@dataclass
class Outcome:
    """What came of a batch, or of several."""

    verdicts: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    peak_mb: float = 0.0
    violations: list[tuple[int, str]] = field(default_factory=list)  # number, what was wrong

    def add(self, other: Outcome) -> None:
        """Take another one in."""
        self.verdicts += other.verdicts
        self.slowest_s = max(self.slowest_s, other.slowest_s)
        self.peak_mb = max(self.peak_mb, other.peak_mb)
        self.violations += other.violations


def work(pipe: Connection, at: Synchronized[int]) -> None:
    """Try batches as they are asked for; runs in a process of its own, and tells which input it is at."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where the decoders' C libraries complain
    known = targets()
    for target in known.values():  # what is loaded once is no input's memory
        with contextlib.suppress(Exception):
            target.tried((0, 0))
    start_mb = memory_mb("VmRSS")
    while (batch := pipe.recv()) is not None:
        outcome = Outcome()
        for number in range(batch.first, batch.first + batch.count):
            at.value = number
            _try(known[batch.kind], batch, number, start_mb, outcome)
        pipe.send(outcome)


def _try(target: Target, batch: Batch, number: int, start_mb: float, outcome: Outcome) -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew, see proc(5)
    start = time.process_time()
    try:
        verdict, violation = target.tried(batch.of(number)), ""
    except Exception as error:  # whatever it is, it is what is looked for
        verdict, violation = "uncaught", f"{type(error).__name__}: {str(error)[:300]}"
    seconds, peak = time.process_time() - start, max(0.0, memory_mb("VmHWM") - start_mb)
    if not violation and seconds > MAX_SECONDS:
        violation = f"took {seconds:.1f} s"
    if not violation and peak > MAX_MB:
        violation = f"took {peak:.0f} MB"
    found = [(number, violation)] if violation else []
    outcome.add(Outcome(Counter([verdict]), seconds, peak, found))


def memory_mb(name: str) -> float:
    """What the process holds (VmRSS), or held at most (VmHWM); 0 where it is not told."""
    try:
        text = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    _, told, rest = text.partition(f"{name}:")
    return int(rest.split(maxsplit=1)[0]) / 1024 if told else 0.0
