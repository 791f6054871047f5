"""Batches handed to processes, each of which is replaced when it dies or hangs; and a record that goes on."""

from __future__ import annotations  # Synchronized takes no parameter when it is run

import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from ctypes import c_longlong
from dataclasses import asdict, dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from benchmarks.fuzzing.work import Batch, Outcome, work

HANGS_S = 300.0  # after which a process is ended that is still at the same input
BATCH = 50  # inputs of a kind of file; of others so many times as many as they weigh


@dataclass
class Worker:
    """A process that tries batches, and what it is at."""

    process: BaseProcess
    pipe: Connection
    at: Synchronized[int]
    batch: Batch | None = None
    seen: int = -1  # the input it was at when somebody looked
    since: float = field(default_factory=time.monotonic)


def batches(weights: dict[str, int], n_inputs: int, seed: int) -> list[Batch]:
    """So many inputs, dealt out to the kinds by their weights; all kinds get on alike."""
    share = n_inputs / sum(weights.values())
    found: list[tuple[float, Batch]] = []
    for kind, weight in weights.items():
        count, size = round(share * weight), BATCH * weight
        for first in range(0, count, size):
            found.append((first / max(1, count), Batch(kind, seed, first, min(size, count - first))))
    return [batch for _, batch in sorted(found, key=lambda pair: pair[0])]


def run(todo: Sequence[Batch], n_workers: int) -> Iterator[tuple[Batch, Outcome]]:
    """Yield what came of each batch; what a process died of is told, and the rest of its batch done anew."""
    left = list(reversed(todo))
    workers = [started() for _ in range(n_workers)]
    for worker in workers:
        _give(worker, left)
    while busy := [worker for worker in workers if worker.batch is not None]:
        wait([worker.pipe for worker in busy], timeout=1.0)
        for worker in busy:
            batch, outcome = worker.batch, _answer(worker)
            if outcome is None or batch is None:
                continue
            done = sum(outcome.verdicts.values())
            yield replace(batch, count=done), outcome
            if done < batch.count:
                left.append(replace(batch, first=batch.first + done, count=batch.count - done))
            if not worker.process.is_alive():
                workers[workers.index(worker)] = worker = started()
            _give(worker, left)
    for worker in workers:
        worker.process.join(HANGS_S)


def started() -> Worker:
    """A process that waits for a batch."""
    context = multiprocessing.get_context("spawn")  # nothing of this process is counted as its memory
    ours, theirs = context.Pipe()
    at = context.Value(c_longlong, -1)
    process = context.Process(target=work, args=(theirs, at), daemon=True)
    process.start()
    theirs.close()
    return Worker(process, ours, at)


def _give(worker: Worker, left: list[Batch]) -> None:
    worker.batch = left.pop() if left else None
    worker.seen, worker.since = -1, time.monotonic()
    worker.pipe.send(worker.batch)


def _answer(worker: Worker) -> Outcome | None:
    """What the worker has found, or that it died or hangs; None while it is at it."""
    at = int(worker.at.value)
    if at != worker.seen:
        worker.seen, worker.since = at, time.monotonic()
    try:
        if worker.pipe.poll():
            found = worker.pipe.recv()
            return found if isinstance(found, Outcome) else None
    except (EOFError, ConnectionError):
        worker.process.join()
        return _ended(worker, f"the process died ({worker.process.exitcode})")
    if time.monotonic() - worker.since < HANGS_S:
        return None
    worker.process.kill()
    worker.process.join()
    return _ended(worker, f"hung for {HANGS_S:.0f} s")


def _ended(worker: Worker, why: str) -> Outcome:
    """Inputs before the one that ended the process count as not told of."""
    first = worker.batch.first if worker.batch else 0
    number = max(first, int(worker.at.value))
    return Outcome(Counter({"lost": number - first, "ended": 1}), violations=[(number, why)])


class Record:
    """What was tried, one line a batch, in a file that a campaign goes on with."""

    def __init__(self, path: Path | None) -> None:
        """Reads what there is."""
        self._path = path
        self.done: list[tuple[Batch, Outcome]] = []
        if path is not None and path.exists():
            for line in path.read_text().splitlines():
                self.done.append(_read(json.loads(line)))

    def add(self, batch: Batch, outcome: Outcome) -> None:
        """Take a batch in, and write it down."""
        self.done.append((batch, outcome))
        if self._path is not None:
            with self._path.open("a") as file:
                told = vars(outcome) | {"verdicts": dict(outcome.verdicts)}
                file.write(json.dumps({"batch": asdict(batch), "outcome": told}) + "\n")

    def left(self, todo: Sequence[Batch]) -> list[Batch]:
        """Those that were not done yet."""
        done = {
            (batch.kind, batch.seed, batch.first + n) for batch, _ in self.done for n in range(batch.count)
        }
        return [
            batch for batch in todo if (batch.kind, batch.seed, batch.first + batch.count - 1) not in done
        ]


def _read(line: dict) -> tuple[Batch, Outcome]:
    outcome = line["outcome"]
    violations = [(int(number), str(what)) for number, what in outcome["violations"]]
    counted = Counter({str(name): int(n) for name, n in outcome["verdicts"].items()})
    return Batch(**line["batch"]), Outcome(counted, outcome["slowest_s"], outcome["peak_mb"], violations)
