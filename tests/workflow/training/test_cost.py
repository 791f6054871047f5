"""The cost that the Train page reckons with: told without torch, also of a network that nobody knows yet."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.network.cost import measure
from core.recipes.cost import NetworkShape
from core.recipes.model import ModelConfig
from core.settings import ROOT
from core.workflow.training.cost import cost_of

ASK = """
import sys
from core.recipes.model import ModelConfig
from core.workflow.training.cost import cost_of
print(cost_of(ModelConfig("unet", (4, 6), 8)).multiplications, "torch" in sys.modules)
"""


def asked_without_torch(home: Path) -> list[str]:
    environment = os.environ | {"SEPTUM_HOME": str(home)}
    command = [sys.executable, "-c", ASK]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return told.stdout.split()


def test_a_network_that_is_not_known_is_measured_apart_and_remembered(tmp_path):
    expected = str(measure(NetworkShape("unet", (4, 6), 8)).multiplications)
    assert asked_without_torch(tmp_path) == [expected, "False"]
    (kept,) = (tmp_path / "costs").iterdir()
    kept.write_text(kept.read_text().replace(expected, "1.5"))
    assert asked_without_torch(tmp_path) == ["1.5", "False"]
    kept.write_text("{")
    assert asked_without_torch(tmp_path) == [expected, "False"]


def test_an_architecture_that_there_is_not_is_told():
    with pytest.raises(ValueError, match="architecture must be one of"):
        cost_of(ModelConfig("resnet"))
