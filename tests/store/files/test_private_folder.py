"""Other users of the machine cannot look into a home, a new one or an old one."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import ROOT, settings
from core.store.database import open_store
from core.store.files.private_folder import make_private
from tests.workflow.conftest import home

__all__ = ["home"]

MODES = [0o755, 0o777, 0o750, 0o711, 0o700]


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def folder_with(path: Path, bits: int) -> Path:
    path.mkdir()
    path.chmod(bits)
    return path


def test_a_new_home_is_its_owners_alone_whatever_the_mask(home):
    before = os.umask(0)
    try:
        open_store()
    finally:
        os.umask(before)
    assert mode(home) == 0o700


@pytest.mark.parametrize("bits", MODES)
def test_an_old_home_is_tightened_when_it_is_opened(home, bits):
    folder_with(home, bits)
    open_store()
    assert mode(home) == 0o700


def test_the_command_line_makes_it_so_too(home):
    subprocess.run(
        [sys.executable, "-m", "core", "verify"], cwd=ROOT, env=os.environ | {"SEPTUM_HOME": str(home)}
    )
    assert mode(home) == 0o700


@pytest.mark.parametrize(("bits", "left"), [(0o2775, 0o2770), (0o2770, 0o2770), (0o2757, 0o2750)])
def test_a_group_that_the_folder_hands_on_keeps_its_rights(tmp_path, bits, left):
    folder = folder_with(tmp_path / "lab", bits)
    make_private(folder)
    assert mode(folder) == left


def test_a_folder_that_all_users_share_and_a_persons_own_stay_as_they_are(tmp_path, monkeypatch):
    shared, own = folder_with(tmp_path / "tmp", 0o1777), folder_with(tmp_path / "person", 0o755)
    monkeypatch.setenv("HOME", str(own))
    make_private(shared)
    make_private(own)
    assert (mode(shared), mode(own)) == (0o1777, 0o755)


def test_another_owners_folder_stays_as_it_is_and_nothing_fails(home, monkeypatch):
    folder_with(home, 0o755)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    open_store()
    assert mode(home) == 0o755


def test_a_folder_that_may_not_be_changed_is_used_as_it_is(home, monkeypatch):
    folder_with(home, 0o755)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    open_store()
    assert mode(home) == 0o755
    assert settings().home == home
