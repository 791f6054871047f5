"""Whether changed files of every kind are read, asked about or refused in a sentence, soon and in little RAM.

    python -m benchmarks.fuzz [--each 700] [--workers 2] [--seed 0] [--kinds DICOM] [--keep FOLDER]

Good files of every kind are changed at random (bits flipped, numbers overwritten, cut, grown, parts swapped,
zeroed and repeated, fields given odd values) and read as an import reads them, one at a time in a process. A
violation is an exception, a message that is no plain sentence, nothing said at all, more than 300 MB above
what the process held after all good files, or more than 5 s. The same seed makes the same files. Prints a
table and exits with 1 when there was a violation, whose files `--keep` takes. Linux alone tells memory.
"""

import argparse
import contextlib
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.imaging.changed_files import changed, read, seeds, write
from tests.imaging.originals import originals

LONGEST_S = 5.0
LARGEST_MB = 300.0
HANGS_S = 60.0  # after which a process is ended
VERDICTS = ("read", "asked", "refused")

Task = tuple[str, tuple[int, ...]]  # kind, seed of its change


@dataclass(frozen=True)
class Outcome:
    """What reading one changed file came to."""

    verdict: str  # read, asked, refused, or what was wrong
    seconds: float
    peak_mb: float  # above what the process had when it began; 0 where it cannot be measured

    @property
    def violation(self) -> str:
        """What was wrong, in words; empty where nothing was."""
        if self.verdict not in VERDICTS:
            return self.verdict
        if self.seconds > LONGEST_S:
            return f"took {self.seconds:.1f} s"
        return f"took {self.peak_mb:.0f} MB" if self.peak_mb > LARGEST_MB else ""


@dataclass
class Worker:
    """A process that reads one file after the other, and what it is at."""

    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    since: float = field(default_factory=time.monotonic)


def work(pipe: Connection) -> None:
    """Read changed files as they are asked for; runs in a process of its own."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where the decoders' C libraries complain
    kinds = originals()
    for kind in kinds.values():
        assert _outcome(kind.files(kind.content), 0.0).verdict in VERDICTS
    start_mb = _memory_mb("VmRSS")
    while (task := pipe.recv()) is not None:
        name, seed = task
        pipe.send(_outcome(kinds[name].files(changed(kinds[name], seed)), start_mb))


def _outcome(files: dict[str, bytes], start_mb: float) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=_quick_folder()) as folder:
        write(Path(folder), files)
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew, see proc(5)
        start = time.perf_counter()
        try:
            verdict = read(Path(folder))
        except Exception as error:  # whatever it is, it is what is looked for
            verdict = f"{type(error).__name__}: {error}"
        return Outcome(verdict, time.perf_counter() - start, max(0.0, _memory_mb("VmHWM") - start_mb))


def _quick_folder() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _memory_mb(name: str) -> float:
    """What the process holds (VmRSS), or held at most (VmHWM)."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), 0.0)


def run(tasks: Sequence[Task], n_workers: int) -> Iterator[tuple[Task, Outcome]]:
    """Yield what became of every task; a process that dies or hangs is replaced, and its file told."""
    left = iter(tasks)
    workers = [_started() for _ in range(n_workers)]
    for worker in workers:
        _give(worker, next(left, None))
    while busy := [worker for worker in workers if worker.task is not None]:
        wait([worker.pipe for worker in busy], timeout=1.0)
        for worker in busy:
            outcome = _answer(worker)
            if outcome is None or worker.task is None:
                continue
            yield worker.task, outcome
            if not worker.process.is_alive():
                workers[workers.index(worker)] = worker = _started()
            _give(worker, next(left, None))
    for worker in workers:
        worker.process.join(HANGS_S)


def _started() -> Worker:
    context = multiprocessing.get_context("spawn")  # nothing of this process is counted as its memory
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return Worker(process, ours)


def _give(worker: Worker, task: Task | None) -> None:
    worker.pipe.send(task)
    worker.task, worker.since = task, time.monotonic()


def _answer(worker: Worker) -> Outcome | None:
    """What the worker has found; None while it is at it."""
    seconds = time.monotonic() - worker.since
    try:
        if worker.pipe.poll():
            found = worker.pipe.recv()
            return found if isinstance(found, Outcome) else None
    except (EOFError, ConnectionError):
        worker.process.join()
        return Outcome(f"the process died ({worker.process.exitcode})", seconds, 0.0)
    if seconds < HANGS_S:
        return None
    worker.process.kill()
    worker.process.join()
    return Outcome("hung", seconds, 0.0)


def keep(task: Task, outcome: Outcome, folder: Path) -> None:
    """Write the files of a violation into a folder, with what was wrong."""
    name, seed = task
    original = originals()[name]
    place = folder / f"{name} {seed[-1]}".replace("/", "-")
    shutil.rmtree(place, ignore_errors=True)
    write(place / "files", original.files(changed(original, seed)))
    (place / "violation.txt").write_text(f"{outcome.violation}\n")


def table(outcomes: Sequence[tuple[Task, Outcome]]) -> str:
    """A row a kind, and all together."""
    rows: dict[str, list[Outcome]] = defaultdict(list)
    for (kind, _), outcome in outcomes:
        rows[kind].append(outcome)
    rows["all"] = [outcome for _, outcome in outcomes]
    lines = [f"{'kind':32}{'files':>7}{'read':>7}{'asked':>7}{'refused':>8}{'slowest s':>10}{'peak MB':>9}"]
    for kind, some in rows.items():
        counts = Counter(one.verdict for one in some)
        slowest, peak = max(one.seconds for one in some), max(one.peak_mb for one in some)
        told = "".join(
            f"{counts[verdict]:{width}}" for verdict, width in zip(VERDICTS, (7, 7, 8), strict=True)
        )
        lines.append(f"{kind:32}{len(some):7}{told}{slowest:10.2f}{peak:9.0f}")
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, read the files, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=700, help="changed files of each kind")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default="", help="only kinds whose name holds this")
    parser.add_argument("--keep", type=Path, help="folder for the files of violations")
    arguments = parser.parse_args()
    kinds = [kind for kind in originals() if arguments.kinds in kind]
    start = time.perf_counter()
    outcomes = []
    for task, outcome in run(seeds(kinds, arguments.each, arguments.seed), arguments.workers):
        outcomes.append((task, outcome))
        if outcome.violation:
            print(f"{task[0]} {task[1][-1]}: {outcome.violation}", flush=True)
            if arguments.keep:
                keep(task, outcome, arguments.keep)
    print(table(outcomes))
    violations = sum(bool(outcome.violation) for _, outcome in outcomes)
    print(f"{violations} violations in {len(outcomes)} files, {time.perf_counter() - start:.0f} s")
    sys.exit(bool(violations))


if __name__ == "__main__":
    main()
