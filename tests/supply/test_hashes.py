"""The command that writes hashes leaves torch out and notices what cannot be had."""

from pathlib import Path

import pytest

from supply import hashes


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for uv that notes what it was told, and the folder for hashes and notes."""
    tool = tmp_path / "uv"
    tool.write_text(
        f'#!/bin/sh\ncat >> {tmp_path}/pins\necho "$@" >> {tmp_path}/options\n'
        f"refused=$(cat {tmp_path}/refuse 2>/dev/null || echo nothing)\n"
        'case "$*" in *$refused*) echo "no wheel" >&2; exit 1;; esac\n'
    )
    tool.chmod(0o755)
    monkeypatch.setattr(hashes, "AUDIT", tmp_path)
    monkeypatch.setattr(hashes, "HASHES", tmp_path / "hashes")
    return tmp_path


def test_all_sets_are_hashed_for_every_machine_but_torch_is_not(uv):
    assert hashes.main() == 0
    given, options = (uv / "pins").read_text(), (uv / "options").read_text()
    assert "numpy==" in given
    assert "pip-audit==" in given
    assert "torch==" not in given
    assert "-r " not in given
    assert options.count("--generate-hashes") == len(hashes.SETS)
    assert options.count("--universal") == len(hashes.SETS)
    assert options.count("--only-binary") == len(hashes.MACHINES) * len(hashes.SUPPORTED)


def test_a_machine_without_a_wheel_is_named(uv, capsys):
    (uv / "refuse").write_text("aarch64-apple-darwin --python-version 3.13")
    assert hashes.main() == 1
    assert "Python 3.13 on aarch64-apple-darwin: no wheel" in capsys.readouterr().err


def test_a_release_that_is_not_there_is_told(uv, capsys):
    (uv / "refuse").write_text("--generate-hashes")
    assert hashes.main() == 1
    assert "no wheel" in capsys.readouterr().err
