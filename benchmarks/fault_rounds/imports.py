"""The command that imports, killed at random moments; what it had told is in the store."""

import subprocess
import time
from pathlib import Path
from random import Random

from benchmarks.fault_rounds.rounds import Round, heart_of, own_home, process, unsound
from core.store.database import open_store
from core.store.series.series import list_series
from tests.workflow.small import HEART, png, write

KILLS = 5
N_HEARTS = 40
# The command, without the seconds that its start takes before it does anything.
COMMAND = """
import sys
from core.cli.app import app
app(sys.argv[1:])
"""


def command(folder: Path, chance: Random) -> Round:
    """Kill the import of a folder, then let one import all; every heart that was told is there, and once."""
    files = folder / "lab"
    for number in range(N_HEARTS):
        write(files / f"heart{number:03}" / "image.png", png(heart_of(number)))
        write(files / f"heart{number:03}" / "image_mask.png", png(HEART))
    lost: list[str] = []
    told: set[str] = set()
    with own_home(folder):
        open_store()
        for _ in range(KILLS):
            told |= hearts_told(files, chance.uniform(0, 2.5))
            there = {row.patient for row in list_series(open_store(), limit=None)}
            lost += [f"{heart} was told and is not there" for heart in sorted(told - there)]
        hearts_told(files, None)
        rows = list_series(open_store(), limit=None)
        if len(rows) != N_HEARTS or any((row.n_positions, row.n_phases) != (1, 1) for row in rows):
            lost.append(f"{len(rows)} series came in, not {N_HEARTS}")
        lost += unsound()
    return Round(KILLS, len(told), tuple(lost))


def hearts_told(files: Path, seconds: float | None) -> set[str]:
    """Import the folder, killed after its first word and so many seconds; returns the hearts it spoke of."""
    importing = process(COMMAND, "import", str(files), out=subprocess.PIPE)
    assert importing.stdout is not None
    first = importing.stdout.readline()
    if seconds is not None:
        time.sleep(seconds / 10)
        importing.kill()
    rest = importing.stdout.read()
    importing.wait()
    lines = (first + rest).decode().split("\n")[:-1]  # a line that was cut off told nothing
    return {word for line in lines for word in line.replace("/", " ").split() if is_heart(word)}


def is_heart(word: str) -> bool:
    """Whether it is a patient's name."""
    return word.startswith("heart") and word[5:].isdecimal()
