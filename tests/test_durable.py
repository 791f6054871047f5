"""Files are whole or absent, whoever writes beside and wherever it is cut off."""

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core import durable
from core.durable import name_new, replacing, write_durably, write_new

WRITER = """
import sys
from pathlib import Path
from core.durable import write_durably
number = 0
while True:
    number += 1
    write_durably(Path(sys.argv[1]), bytes([number % 251]) * 300_000)
    print(number, flush=True)
"""


@pytest.fixture(params=["links", "no links"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder on a disk that has hard links, and on one that has none, as memory sticks."""

    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(source), None, str(target))

    if request.param == "no links":
        monkeypatch.setattr(durable.os, "link", refuse)
    return tmp_path


def test_what_was_there_stays_when_the_writing_fails(tmp_path):
    path = tmp_path / "a"
    write_durably(path, b"old")
    with pytest.raises(TypeError), replacing(path) as file:
        file.writelines([b"new", None])  # type: ignore[list-item]  # half of it is written
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_that_is_taken_is_never_written_over(disk):
    path, other = disk / "a", disk / "other"
    write_new(path, b"first")
    with pytest.raises(FileExistsError):
        write_new(path, b"second")
    other.write_bytes(b"third")
    with pytest.raises(FileExistsError):
        name_new(other, path)
    assert path.read_bytes() == b"first"
    assert other.read_bytes() == b"third"
    assert set(disk.iterdir()) == {path, other}


def test_a_finished_file_gets_a_name_that_is_free(disk):
    (disk / "partial").write_bytes(b"whole")
    name_new(disk / "partial", disk / "a")
    assert (disk / "a").read_bytes() == b"whole"


def test_folders_that_are_missing_are_made(tmp_path):
    write_durably(tmp_path / "a" / "b" / "c", b"x")
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"x"


def test_the_file_and_then_its_folder_are_put_on_the_disk(tmp_path, monkeypatch):
    synced: list[str] = []
    real = os.fsync

    def noted(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        real(handle)

    monkeypatch.setattr(durable.os, "fsync", noted)
    with replacing(tmp_path / "resume") as file:
        file.write(b"x")
    assert [name.endswith(".partial") for name in synced] == [True, False]
    assert synced[-1] == str(tmp_path)


@pytest.mark.parametrize("name", ["a", "x" * 240, "ä" * 120])
def test_no_name_is_too_long_or_too_odd_to_be_written_beside(tmp_path, name):
    write_durably(tmp_path / name, b"x")
    assert os.listdir(tmp_path) == [name]


def eight_at_once(write: Callable[[int], None]) -> None:
    """Let eight threads do it in the same moment, each with a number of its own."""
    start = threading.Barrier(8)

    def begin(byte: int) -> None:
        start.wait()
        write(byte)

    threads = [threading.Thread(target=begin, args=(byte,)) for byte in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_that_write_one_file_never_get_into_each_others_way(tmp_path):
    path, failures = tmp_path / "a", []

    def write(byte: int) -> None:
        for _ in range(40):
            try:
                write_durably(path, bytes([byte]) * 10_000)
            except OSError as error:
                failures.append(error)

    eight_at_once(write)
    assert not failures
    data = path.read_bytes()
    assert len(data) == 10_000
    assert len(set(data)) == 1


def test_one_of_many_threads_gets_a_new_name_and_all_others_are_told(disk):
    path, told = disk / "a", []

    def write(byte: int) -> None:
        try:
            write_new(path, bytes([byte]) * 10_000)
        except FileExistsError:
            told.append(byte)

    eight_at_once(write)
    (winner,) = set(range(8)) - set(told)
    assert path.read_bytes() == bytes([winner]) * 10_000


@pytest.mark.crash
def test_a_writer_that_is_killed_leaves_a_whole_file(tmp_path):
    path = tmp_path / "a"
    for _ in range(5):
        command = [sys.executable, "-c", WRITER, str(path)]
        root = Path(__file__).parent.parent
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root)
        assert writer.stdout is not None
        for _ in range(5):
            acknowledged = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        later = [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        data = path.read_bytes()
        assert len(data) == 300_000
        newest = (later or [acknowledged])[-1]
        assert set(data) in ({newest % 251}, {(newest + 1) % 251})
