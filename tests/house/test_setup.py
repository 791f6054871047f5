"""The two commands that a newcomer types, and what the README promises beside them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from core.network.architectures.registry import build, count_parameters
from core.recipes.architectures import ARCHITECTURES
from core.recipes.model import ModelConfig
from core.settings import ROOT
from core.store.database import open_store
from core.store.slices.slices import count_slices
from supply.pins import SETS
from tests.servers.ports import free_port
from tests.workflow.conftest import home, model
from tests.workflow.small import cine, stored

__all__ = ["home", "model"]

README = (ROOT / "README.md").read_text()
VENV = os.path.relpath(sys.prefix, ROOT)  # of the Python that runs the tests


def up_to_date(target: str) -> bool:
    """Whether make would have nothing to do for it; elsewhere the tests would install packages."""
    if not shutil.which("make"):
        return False
    command = ["make", "-q", target, f"VENV={VENV}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.usefixtures("model")
def test_make_app_serves_a_store_that_is_there_within_seconds_on_the_port_asked_for(home):
    if not up_to_date(f"{VENV}/.run"):
        pytest.skip("make would set the virtual environment up first")
    stored(cine("anna"))
    port = free_port()
    command = ["make", "app", "HEADLESS=1", f"PORT={port}", f"VENV={VENV}"]
    began = time.monotonic()
    started = subprocess.Popen(
        command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        assert answer(f"http://127.0.0.1:{port}/_stcore/health", began + 60) == "ok"
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(timeout=20)
    assert count_slices(open_store()) == 6  # the demo comes only into an empty store


def answer(url: str, until: float) -> str:
    """What the server says, as soon as it says anything; "" when time is up."""
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=1) as response:
                return response.read().decode()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return ""


def test_the_checks_of_a_commit_are_those_of_make_test():
    assert "make test" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("name", SETS)
def test_every_requirement_is_pinned(name):
    lines = [line.split("#")[0].strip() for line in (ROOT / f"{name}.txt").read_text().splitlines()]
    loose = [line for line in lines if line and not re.fullmatch(r"[\w.-]+==[\w.]+|-r [\w.-]+\.txt", line)]
    assert loose == []


def test_the_readme_tells_the_networks_as_they_are():
    rows = re.findall(r"^\| `(\w+)`( [\d-]+, bottleneck \d+)? \|.*\| ([\d,]+) \|$", README, re.MULTILINE)
    assert {name for name, _, _ in rows} == {"unet", "deeplabv3", "unet3plus"}
    for architecture, shape, told in rows:
        widths, bottleneck = ARCHITECTURES[architecture].widths, ARCHITECTURES[architecture].bottleneck
        if shape:
            numbers = [int(number) for number in re.findall(r"\d+", shape)]
            widths, bottleneck = tuple(numbers[:-1]), numbers[-1]
        network = build(ModelConfig(architecture, widths, bottleneck))
        assert f"{count_parameters(network):,}" == told, architecture


def test_the_files_that_the_readme_lists_are_there():
    table = README.split("## Files")[1]
    cells = "".join(line.split("|")[1] for line in table.splitlines() if "|" in line)
    named = re.findall(r"`([^`]+)`", cells)
    assert len(named) > 8
    assert [name for name in named if not list(ROOT.glob(name))] == []
