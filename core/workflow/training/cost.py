"""What a network costs, for the estimates on pages: looked up, or measured where torch is, and remembered."""

import hashlib
import json
import subprocess
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from core.durable import write_durably
from core.recipes.architectures import architecture_of
from core.recipes.cost import COST, KNOWN, NETWORK_SHAPE, Cost, NetworkShape
from core.recipes.model import ModelConfig
from core.recipes.typed_json import from_plain, to_plain
from core.settings import ROOT, settings


def cost_of(network: ModelConfig) -> Cost:
    """The cost of a network.

    One that is not known yet is measured by a process of its own, since a page must not load torch: seconds,
    once for a network, whose cost is then kept in the home.

    Raises:
        ValueError: for an architecture that there is not.
    """
    return known_or_measured(NetworkShape.of(network))


@lru_cache(maxsize=256)
def known_or_measured(shape: NetworkShape) -> Cost:
    """The cost of a shape, from the quickest place that has it."""
    architecture_of(shape.architecture)
    if shape in KNOWN:
        return KNOWN[shape]
    if "torch" in sys.modules:  # in a worker, on the command line, or where something was predicted already
        from core.network.cost import measure

        return measure(shape)
    question = json.dumps(to_plain(NETWORK_SHAPE, shape))
    path = settings().home / "costs" / f"{hashlib.sha256(question.encode()).hexdigest()[:16]}.json"
    with suppress(OSError, ValueError):  # none, or a damaged one: measured anew
        return from_plain(COST, json.loads(path.read_text(encoding="utf-8")))
    command = [sys.executable, "-m", "core.network.cost", question]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    keep(path, answer)
    return from_plain(COST, json.loads(answer))


def keep(path: Path, text: str) -> None:
    """Write a cost down; where that cannot be, it is measured again the next time."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, text.encode())
