"""What is temporary: private, gone with its process, swept after a killed one, left to a living one."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import StoreUnavailable
from core.scratch import (
    delete_scratch,
    private_folder,
    scratch_folder,
    sweep_scratch,
    temporary_folder,
    translate_disk_errors,
)
from core.settings import ROOT, settings
from tests.workflow.conftest import home

__all__ = ["home"]
pytestmark = pytest.mark.usefixtures("home")
HOLDER = """
import sys
from core.scratch import scratch_folder
folder = scratch_folder()
(folder / "heart.png").write_bytes(b"a heart")
print(folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder():
    """Start another process that has a file in a folder of its own; all end with the test."""
    started = []

    def start() -> tuple[subprocess.Popen[bytes], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(process)
        return process, Path(process.stdout.readline().decode().strip())

    yield start
    for process in started:
        process.kill()
        process.communicate()


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_folder_is_the_owners_alone_in_the_home_and_stays_the_same():
    folder = scratch_folder()
    assert folder.parent == settings().home / "scratch"
    assert mode(folder) == mode(folder.parent) == 0o700
    assert scratch_folder() == folder


def test_a_folder_that_others_could_look_into_is_closed_to_them(tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    assert mode(private_folder(tmp_path / "open")) == 0o700


def test_a_group_that_shares_the_home_keeps_its_rights(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2775)
    assert private_folder(shared).stat().st_mode & 0o7777 == 0o2770


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_has_is_not(holder):
    own = scratch_folder()
    dead, left = holder()
    alive, in_use = holder()
    assert sweep_scratch() == 0
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    assert (left / "heart.png").exists()
    assert sweep_scratch() == 1
    assert not left.exists()
    assert (in_use / "heart.png").exists()
    assert own.is_dir()
    assert alive.poll() is None


def test_a_process_that_ends_leaves_nothing(holder):
    process, folder = holder()
    process.communicate(b"")
    assert process.returncode == 0
    assert not folder.exists()


def test_a_folder_without_a_lock_is_a_leftover(holder):
    root = scratch_folder().parent
    (root / "1-abc").mkdir()
    assert sweep_scratch() == 1


def test_a_new_folder_is_made_when_the_old_one_was_given_up_or_taken_away():
    first = scratch_folder()
    delete_scratch()
    assert not first.exists()
    second = scratch_folder()
    assert second != first
    delete_scratch()


def test_nothing_depends_on_the_systems_temporary_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with temporary_folder("export") as folder:
        (folder / "mask.png").write_bytes(b"mask")
        assert folder.is_relative_to(settings().home)
    assert not folder.exists()


def test_a_home_that_cannot_be_written_is_told_in_one_sentence(home):
    home.mkdir()
    (home / "scratch").write_bytes(b"a file, no folder")
    told = "home cannot be written .*; free some space there, or let SEPTUM_HOME name a folder"
    with pytest.raises(StoreUnavailable, match=told):
        scratch_folder()


def test_a_full_disk_is_told_in_one_sentence(small_disk):
    told = pytest.raises(StoreUnavailable, match=r"cannot be written \(No space left on device\)")
    with told, translate_disk_errors(small_disk):
        (small_disk / "large").write_bytes(b"x" * 2_000_000)
