"""Whether anything breaks that several processes do to one store at the same moment.

    python -m benchmarks.races [--rounds 200] [--racers 3] [--database postgresql] [--races claim,save]
        [--record FILE]

Each round has a store of its own, in a temporary folder or on a PostgreSQL that is started for it. The
processes open it, wait for each other, and act; what must hold then is said in `benchmarks/race_rounds`.
Prints a table, and exits with 1 when something did not hold.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.race_rounds.races import RACES, Race
from core.settings import ROOT
from core.store.database import Store
from tests.servers.databases import database_of, drop_databases, on_postgresql, use_postgresql

HEAD_START_SECONDS = 0.03  # in which all hear of the moment at which they begin
COMMAND = (sys.executable, "-m", "benchmarks.race_rounds.racer")


@dataclass(frozen=True)
class Line:
    """What the rounds of one race came to."""

    database: str
    race: str
    racers: int
    rounds: int
    wrong: tuple[str, ...]
    seconds: float


class Racer:
    """A process that races."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def say(self, words: object) -> None:
        """Tell it something."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def hear(self) -> dict:
        """What it says next."""
        assert self._process.stdout
        return json.loads(self._process.stdout.readline() or '{"failed": "it died"}')

    def end(self) -> None:
        """Let it go home."""
        self._process.communicate()


@contextmanager
def racers(count: int) -> Iterator[list[Racer]]:
    """So many processes, which end with the block."""
    with ExitStack() as stack:
        started = [Racer() for _ in range(count)]
        for racer in started:
            stack.callback(racer.end)
        yield started


def one_round(race: Race, started: Sequence[Racer]) -> list[str]:
    """Race once; what did not hold, in words."""
    with tempfile.TemporaryDirectory(prefix="septum-races-") as folder:
        home = Path(folder)
        database, arrays = database_of(home, empty=race.act == "open_empty"), str(home / "arrays")
        address = database.render_as_string(hide_password=False)
        store = None
        if race.act != "open_empty":
            store = Store(database, arrays)
            race.before(store, len(started))
        for number, racer in enumerate(started):
            racer.say({"act": race.act, "database": address, "arrays": arrays, "number": number})
        for racer in started:
            racer.hear()
        moment = time.time() + HEAD_START_SECONDS
        for racer in started:
            racer.say(moment)
        answers = [racer.hear() for racer in started]
        failed = [answer["failed"] for answer in answers if "failed" in answer]
        store = store or Store(database, arrays)
        try:
            return failed or race.wrong(store, [answer["did"] for answer in answers])
        finally:
            store.engine.dispose()
            store.readers.dispose()
            if on_postgresql():
                drop_databases()


def many_rounds(name: str, rounds: int, started: Sequence[Racer]) -> Line:
    """Race so often; every round is done, whatever the others came to."""
    began, wrong = time.perf_counter(), []
    for number in range(rounds):
        wrong += [f"round {number}: {words}" for words in one_round(RACES[name], started)]
    database = "postgresql" if on_postgresql() else "sqlite"
    return Line(database, name, len(started), rounds, tuple(wrong), time.perf_counter() - began)


def main() -> int:
    """Do as the command line says; 1 when something did not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--racers", type=int, default=3)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--races", default=",".join(RACES))
    parser.add_argument("--record", type=Path)
    asked = parser.parse_args()
    if asked.database == "postgresql":
        use_postgresql()
    print("| race | rounds | processes | did not hold | s |\n|---|---|---|---|---|", flush=True)
    lines = []
    with racers(asked.racers) as started:
        for name in asked.races.split(","):
            line = many_rounds(name, asked.rounds, started)
            lines.append(line)
            row = (line.race, line.rounds, line.racers, len(line.wrong), f"{line.seconds:.0f}")
            print("| " + " | ".join(map(str, row)) + " |", *line.wrong[:3], sep="\n  ", flush=True)
            if asked.record:
                with asked.record.open("a") as record:
                    record.write(json.dumps(asdict(line)) + "\n")
    return int(any(line.wrong for line in lines))


if __name__ == "__main__":
    sys.exit(main())
