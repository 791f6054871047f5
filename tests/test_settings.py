"""A setting that cannot be used is told by name, value and what is expected; places are whole paths."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import BadCheckpoint, BadSetting
from core.limits import Limits
from core.settings import ROOT, settings


@pytest.fixture(autouse=True)
def fresh():
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SEPTUM_MAX_PIXELS", "abc", "a whole number"),
        ("SEPTUM_MAX_PIXELS", "-3", "a number above 0"),
        ("SEPTUM_MAX_RATIO", "1.5", "a whole number"),
        ("SEPTUM_MAX_SLICES", "0", "a number above 0"),
        ("SEPTUM_REMOVE_ISLANDS", "maybe", "0 or 1"),
        ("SEPTUM_DEVICE", "tpu", "auto, cpu or cuda"),
        ("SEPTUM_HOME", __file__, "a folder; this is a file"),
        ("SEPTUM_CHECKPOINTS", __file__, "a folder; this is a file"),
    ],
)
def test_a_bad_setting_is_told_in_one_sentence(monkeypatch, name, value, expected):
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as told:
        settings()
    assert str(told.value) == f"{name} is {value!r}, but should be {expected}"


def test_all_that_are_bad_are_told_at_once(monkeypatch):
    monkeypatch.setenv("SEPTUM_MAX_PIXELS", "abc")
    monkeypatch.setenv("SEPTUM_DEVICE", "tpu")
    with pytest.raises(BadSetting, match="SEPTUM_DEVICE is 'tpu'.*; SEPTUM_MAX_PIXELS is 'abc'"):
        settings()


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("SEPTUM_HOME", "")
    assert settings().home == ROOT / "data"


def test_places_stay_where_they_are_when_the_process_goes_elsewhere(monkeypatch, tmp_path):
    given = {
        "SEPTUM_HOME": "lab/home",
        "SEPTUM_ARRAYS": "lab/arrays",
        "SEPTUM_CHECKPOINTS": "models",
        "SEPTUM_DATABASE": "sqlite:///lab/other.sqlite",
        "SEPTUM_IMPORT_ROOTS": "incoming:/mnt/scanner",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    chosen = settings()
    monkeypatch.chdir("/")
    assert (chosen.home, chosen.checkpoints) == (tmp_path / "lab/home", tmp_path / "models")
    assert chosen.arrays_url == f"{tmp_path}/lab/arrays"
    assert chosen.database == f"sqlite:///{tmp_path}/lab/other.sqlite"
    assert chosen.environment == {
        "SEPTUM_HOME": f"{tmp_path}/lab/home",
        "SEPTUM_ARRAYS": f"{tmp_path}/lab/arrays",
        "SEPTUM_CHECKPOINTS": f"{tmp_path}/models",
        "SEPTUM_DATABASE": f"sqlite:///{tmp_path}/lab/other.sqlite",
        "SEPTUM_IMPORT_ROOTS": f"{tmp_path}/incoming:/mnt/scanner",
    }


@pytest.mark.parametrize("url", ["s3://bucket/arrays", "file:///mnt/arrays", "/mnt/arrays"])
def test_addresses_and_whole_paths_are_left_as_they_are(monkeypatch, url):
    monkeypatch.setenv("SEPTUM_ARRAYS", url)
    assert settings().arrays_url == url


@pytest.mark.parametrize(
    "words",
    [("-m", "core", "verify"), ("-m", "core", "export", "--output", "out"), ("-m", "core.jobs", "training")],
)
def test_commands_and_workers_say_it_without_a_traceback(tmp_path: Path, words):
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={"PATH": "", "SEPTUM_HOME": str(tmp_path), "SEPTUM_MAX_PIXELS": "abc"},
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert "SEPTUM_MAX_PIXELS is 'abc', but should be a whole number" in told
    assert "Traceback" not in told


def test_a_folder_of_models_that_is_not_there_is_told_by_its_setting(monkeypatch, tmp_path):
    from core.workflow.models.registry import find_checkpoint

    monkeypatch.setenv("SEPTUM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEPTUM_CHECKPOINTS", str(tmp_path / "no such folder"))
    with pytest.raises(BadCheckpoint, match="no such folder is not there; SEPTUM_CHECKPOINTS names it"):
        find_checkpoint()


def test_what_an_import_may_ask_for_is_set_from_outside(monkeypatch):
    given = {"MAX_PIXELS": 11, "MAX_UPLOAD_MB": 12, "MAX_UNPACKED_MB": 13, "MAX_RATIO": 14, "MAX_SLICES": 15}
    for name, value in given.items():
        monkeypatch.setenv(f"SEPTUM_{name}", str(value))
    assert settings().import_limits == Limits(11, 12_000_000, 13_000_000, 14, 15)
