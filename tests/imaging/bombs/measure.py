"""How much memory and time hostile files take, measured in a process that reads one after the other."""

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.imaging.dicom.pixels.isolated_decoding import decoder
from core.imaging.problems import FileProblem
from core.imaging.reading import find_series

WARM = ("DICOM, JPEG 2000", "DICOM, JPEG lossless", "NIfTI, gzipped", "TIFF of ImageJ", "npz", "PNG", "csv")


@dataclass(frozen=True)
class Taken:
    """What reading a folder took."""

    peak_mb: float  # above what this process and its decoder held before, both together
    seconds: float  # on the processor, of both
    came_in: int  # series
    told: tuple[str, ...]  # of what was refused or asked about


class Reader:
    """The process that reads; one that dies is a failure of whatever it was at."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def read(self, folder: Path) -> Taken:
        """Read what lies in the folder, and say what it took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the process died of {folder.name}"
        told = json.loads(line)
        return Taken(told["peak_mb"], told["seconds"], told["came_in"], tuple(told["told"]))


@contextmanager
def reader() -> Iterator[Reader]:
    """A process that reads."""
    command = [sys.executable, "-m", "tests.imaging.bombs.measure"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield Reader(process)


def main() -> None:
    """Read the folders that are named on standard input; a line of JSON for each."""
    _warm()
    library = ctypes.CDLL(None)
    for line in sys.stdin:
        library.malloc_trim(0)  # so that no file is hidden in the room that another one left
        begin = _held_mb("VmRSS")
        for process in _processes():
            Path(f"/proc/{process}/clear_refs").write_text("5")  # the peak is counted anew, see proc(5)
        start = _seconds()
        found = list(find_series([Path(line.rstrip("\n"))]))
        told = [one.message for one in found if isinstance(one, FileProblem)]
        taken = {
            "peak_mb": _held_mb("VmHWM") - begin,
            "seconds": _seconds() - start,
            "came_in": len(found) - len(told),
            "told": [message[:300] for message in told[:5]],
        }
        del found, told
        sys.stdout.write(json.dumps(taken) + "\n")
        sys.stdout.flush()


def _warm() -> None:
    """Read good files, so that what is loaded once counts for no file."""
    import tempfile

    from tests.imaging.changed_files import write
    from tests.imaging.originals import originals

    kinds = originals()
    for kind in WARM:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), kinds[kind].files(kinds[kind].content))
            list(find_series([Path(folder)]))


def _processes() -> Sequence[int]:
    """This one and its decoder."""
    child = decoder().process_id
    return [os.getpid(), *([child] if child else [])]


def _held_mb(name: str) -> float:
    """What the processes hold (VmRSS), or held at most (VmHWM)."""
    total = 0.0
    for process in _processes():
        text = Path(f"/proc/{process}/status").read_text()
        total += int(text.split(f"{name}:")[1].split()[0]) / 1024
    return total


def _seconds() -> float:
    total = time.process_time()
    for process in _processes()[1:]:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


if __name__ == "__main__":
    main()
