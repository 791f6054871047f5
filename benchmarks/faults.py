"""Whether anything that was acknowledged is lost, whatever is killed, filled, locked, torn or set wrong.

    python -m benchmarks.faults [--rounds 3] [--kinds app,training] [--seed 0] [--record FILE] [--minutes 60]

Each round has a seed of its own and a home of its own in a temporary folder; what its kind does is said where
it is written, in `benchmarks/fault_rounds`. Rounds that a record has already are not done again, so that a
campaign may be cut off and go on. Prints a table, and exits with 1 when something was lost. A round without
kills and trials could not be done here, as a full disk cannot without root.
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from benchmarks.fault_rounds import (
    app,
    bucket,
    clocks,
    cluster,
    imports,
    moved,
    readers,
    sessions,
    store,
    two_tabs,
    windows,
    workers,
)
from benchmarks.fault_rounds.rounds import Kind, Round

KINDS: dict[str, Kind] = {
    "writer": store.writer,
    "migration": store.migration,
    "locked": store.locked,
    "full disk": store.full_disk,
    "torn files": store.torn_files,
    "swapped": store.swapped,
    "windows": windows.windows,
    "two tabs": two_tabs.two_tabs,
    "command": imports.command,
    "import": workers.imported,
    "prediction": workers.predicting,
    "scoring": workers.scored,
    "training": workers.training,
    "clocks": clocks.clocks,
    "bucket": bucket.bucket,
    "cluster": cluster.cluster,
    "app": app.app,
    "moved": moved.moved,
    "readers": readers.readers,
    "sessions": sessions.sessions,
}


@dataclass(frozen=True)
class Line:
    """One round, as the record has it."""

    kind: str
    seed: int
    kills: int
    tried: int
    lost: tuple[str, ...]
    seconds: float


def campaign(kinds: Sequence[str], rounds: int, first_seed: int, done: Sequence[Line]) -> Iterator[Line]:
    """Do every round that is not done yet, kind by kind in turn."""
    known = {(line.kind, line.seed) for line in done}
    for seed in range(first_seed, first_seed + rounds):
        for kind in kinds:
            if (kind, seed) not in known:
                yield one_round(kind, seed)


def one_round(kind: str, seed: int) -> Line:
    """Do one round in a folder of its own; whatever it raises counts as lost."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="septum-faults-", ignore_cleanup_errors=True) as folder:
        try:
            found = KINDS[kind](Path(folder), Random(f"{kind} {seed}"))
        except Exception as error:  # the next round has its own home, and this one is told
            traceback.print_exc()
            found = Round(lost=(f"{type(error).__name__}: {error}",))
    return Line(kind, seed, found.kills, found.tried, found.lost, time.perf_counter() - began)


def table(lines: Sequence[Line]) -> str:
    """A row a kind, and all together."""
    by_kind: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_kind[line.kind].append(line)
    by_kind["all"] = list(lines)
    rows = ["| fault | rounds | kills | tried | lost |", "|---|---|---|---|---|"]
    for kind, some in by_kind.items():
        kills, tried = sum(line.kills for line in some), sum(line.tried for line in some)
        rows.append(f"| {kind} | {len(some)} | {kills} | {tried} | {sum(len(line.lost) for line in some)} |")
    return "\n".join(rows)


def recorded(path: Path | None) -> list[Line]:
    """The rounds of a record."""
    if path is None or not path.exists():
        return []
    lines = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    return [Line(**line | {"lost": tuple(line["lost"])}) for line in lines]


def main() -> None:
    """Read what is asked for, do it, and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="of each kind")
    parser.add_argument("--kinds", default=",".join(KINDS), help="by commas")
    parser.add_argument("--seed", type=int, default=0, help="of the first round")
    parser.add_argument("--record", type=Path, help="file with a line for each round; more are added")
    parser.add_argument("--minutes", type=float, default=600, help="after which no round begins")
    asked = parser.parse_args()
    lines, began = recorded(asked.record), time.monotonic()
    for line in campaign(asked.kinds.split(","), asked.rounds, asked.seed, tuple(lines)):
        lines.append(line)
        told = "; ".join(line.lost) or "nothing lost"
        print(f"{line.kind} {line.seed}: {line.kills} kills, {line.tried} tried, {told}", flush=True)
        if asked.record:
            with asked.record.open("a", encoding="utf-8") as record:
                record.write(json.dumps(asdict(line)) + "\n")
        if time.monotonic() - began > 60 * asked.minutes:
            break
    print(table(lines))
    sys.exit(any(line.lost for line in lines))


if __name__ == "__main__":
    main()
