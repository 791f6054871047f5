"""On which machine the files of an import lie: a worker with another home cannot read them."""

import hashlib
import json
import platform

from core.records.runs import RunRow
from core.settings import settings
from core.workflow.import_runs.run_folder import ImportFolder


def configuration_of(kept: ImportFolder) -> dict[str, object]:
    """Return what the row of a run says of its files, which lie in this machine's home."""
    return {"folder": kept.token, "machine": platform.node(), "home": this_home()}


def is_here(run: RunRow) -> bool:
    """Return whether an import is this machine's to do: its files are here, or were given to nobody else."""
    of_home = json.loads(run.configuration).get("home")  # none of an import of an earlier version
    return ImportFolder.of(run).is_there or of_home in (None, this_home())


def machine_of(run: RunRow) -> str:
    """Return what the machine is called that was given the files; "" for an import of an earlier version."""
    name: str = json.loads(run.configuration).get("machine", "")
    return name


def this_home() -> str:
    """Return by what a home on a machine is known, without its path: that may name a person."""
    return hashlib.sha256(f"{platform.node()} {settings().home}".encode()).hexdigest()[:16]
