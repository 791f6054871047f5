"""Hostile files are refused before they fill the memory, measured in a process of their own."""

import gzip
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.imaging.readers.test_tiff import shared_strip

MOST_MB = 300  # above the start
MEASURE = """
import sys
from pathlib import Path
from core.imaging.found import FileProblem
from core.imaging.reading import find_series

def peak_mb():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024

list(find_series([Path(sys.argv[1]) / "nothing"]))
start = peak_mb()
found = list(find_series([Path(sys.argv[1])]))
assert all(isinstance(item, FileProblem) for item in found), found
print(peak_mb() - start)
"""


def blank(n_bytes: int) -> bytes:
    return zlib.compress(bytes(n_bytes))


def nifti_of_zeros(path: Path) -> None:
    header = bytearray(352)
    header[:4] = (348).to_bytes(4, "little")
    header[40:48] = np.array([3, 512, 512, 800], "<i2").tobytes()
    header[70:74] = np.array([4, 16], "<i2").tobytes()
    header[76:92] = np.array([1, 1.5, 1.5, 8], "<f4").tobytes()
    header[108:120] = np.array([352, 2, 1], "<f4").tobytes()  # scaled, too
    header[344:348] = b"n+1\0"
    path.write_bytes(gzip.compress(bytes(header) + bytes(512 * 512 * 800 * 2), 1))


def zip_of_zeros(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("noise.bin", np.random.default_rng(0).bytes(4 << 20))
        archive.writestr("heart.png", bytes(400 << 20))  # allowed by its size, but no picture


def grown(path: Path) -> None:
    """A file of no format, as large as may be; it takes no room on the disk."""
    with path.open("wb") as file:
        file.write(b"no picture")
        file.truncate(900 << 20)


HOSTILE: dict[str, Callable[[Path], object]] = {
    "120 pages of one strip.tif": lambda path: path.write_bytes(
        shared_strip(120, 4096, blank(4096 * 4096), 8)
    ),
    "60 plain pages of one strip.tif": lambda path: path.write_bytes(
        shared_strip(60, 4096, bytes(4096 * 4096), 1)
    ),
    "zeros.nii.gz": nifti_of_zeros,
    "member.zip": zip_of_zeros,
    "garbage.png": grown,
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's own measure of memory")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_bounded_memory(tmp_path, name):
    HOSTILE[name](tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < MOST_MB
