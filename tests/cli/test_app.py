"""Commands start quickly, explain themselves, and tell problems in a sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = tuple(command.name for command in app.registered_commands if command.name is not None)
VERBS = (
    "dashboard.home",
    "data.demo",
    "data.export_masks",
    "importing.import_files",
    "maintenance.verify",
    "models.registry",
    "prediction.predict_files",
    "prediction.predict_store",
    "review.queue",
)


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_names_every_command_without_loading_what_takes_seconds():
    found = python("-X", "importtime", "-m", "core", "--help")
    assert found.returncode == 0, found.stderr
    assert all(f" {command} " in found.stdout for command in COMMANDS)
    loaded = {line.split("|")[-1].strip().split(".")[0] for line in found.stderr.splitlines() if "|" in line}
    assert "typer" in loaded
    assert not loaded & {"torch", "scipy", "sqlalchemy", "nibabel", "pydicom", "streamlit"}


def test_the_verbs_that_pages_import_load_no_torch():
    imports = "import " + ", ".join(f"core.workflow.{verb}" for verb in VERBS)
    found = python("-c", f"{imports}; import sys; print('torch' in sys.modules, 'sqlalchemy' in sys.modules)")
    assert found.stdout.split() == ["False", "True"], found.stderr


def test_every_command_has_a_name_and_a_sentence_of_its_own():
    assert len(COMMANDS) == len(set(COMMANDS)) == len(app.registered_commands) >= 18
    for command in app.registered_commands:
        assert command.callback is not None
        assert (command.callback.__doc__ or "").strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, septum):
    code, text = septum(command, "--help")
    assert code == 0
    assert "Usage" in text


def test_an_unknown_command_and_a_missing_word_are_told(septum):
    assert septum("fly")[0] == 2
    assert septum("predict", "here.png")[0] == 2
