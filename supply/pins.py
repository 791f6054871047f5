"""The pinned packages and their hashes, as the requirements files have them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HASHES = ROOT / "hashes"
AUDIT = ROOT / ".venv-audit" / "bin"  # where the tools of requirements-audit.txt are
SHARED = ("requirements", "requirements-jpeg", "requirements-cluster", "requirements-dev")  # one environment
SETS = (*SHARED, "requirements-audit")
EXTRA = "requirements-jpeg"  # under GPL-3
BUILT_MANY_WAYS = "torch"  # one version is built for CPUs, CUDA, ROCm and Apple: no file serves every machine
PIN = re.compile(r"^([\w.-]+)==([\w.]+)", re.MULTILINE)


def canonical(name: str) -> str:
    """The name as packages are compared by.

    >>> canonical("Boolean.Py")
    'boolean-py'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(name: str) -> dict[str, str]:
    """Version by canonical name, of one of SETS alone, without the sets that it includes."""
    found = PIN.findall((ROOT / f"{name}.txt").read_text())
    return {canonical(package): version for package, version in found}


def all_pins() -> dict[str, str]:
    """Version by canonical name, of all sets that share Septum's virtual environment."""
    return {package: version for name in SHARED for package, version in pins(name).items()}
