"""How much memory and time hostile files take until they are refused: every file of `tests.imaging.bombs`.

    python -m benchmarks.bombs [--only JPEG]

Prints, for each, its size, the peak above what the reading process and its decoder held before, the seconds
on the processor and what was said. Exits with 1 where one that was refused took more than 300 MB or 20 s, or
ended the process. Needs Linux, which tells memory.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.imaging.bombs import dicoms, pictures, volumes
from tests.imaging.bombs.measure import Taken, reader

MAX_MB = 300.0
MAX_SECONDS = 20.0
ROOMS = {"DICOM": dicoms, "picture": pictures, "volume, array, table or zip": volumes}


def row(name: str, size: int, taken: Taken) -> str:
    """A line of the table."""
    bad = bool(taken.told) and (taken.peak_mb > MAX_MB or taken.seconds > MAX_SECONDS)
    words = f"{taken.came_in} series" if taken.came_in else taken.told[0] if taken.told else "nothing"
    figures = f"{size / 1e6:7.2f} MB{taken.peak_mb:7.0f} MB{taken.seconds:7.1f} s"
    return f"{'!!' if bad else '  '} {name:48}{figures}  {words[:90]}"


def main() -> None:
    """Make each file, have it read, print what that took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="files whose name holds this")
    only = parser.parse_args().only
    bad = n_tried = 0
    with reader() as process:
        for kind, room in ROOMS.items():
            for name in room.FILES:
                if only not in f"{kind} {name}":
                    continue
                with tempfile.TemporaryDirectory(prefix="bomb-") as folder:
                    room.write(name, Path(folder))
                    size = sum(file.stat().st_size for file in Path(folder).iterdir())
                    line = row(name, size, process.read(Path(folder)))
                print(line, flush=True)
                bad += line.startswith("!!")
                n_tried += 1
    print(f"{bad} of {n_tried} took too much")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
