"""Find the Pythons that Septum is meant for, and run the tests on each that is here.

    make matrix

Each gets a virtual environment of its own beside `.venv`. Tests in a browser are left out. Pythons are
looked for on the path and where pyenv keeps them; those that are not here are named.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from supply.pins import ROOT

SUPPORTED = ("3.11", "3.12", "3.13")
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
TELL = "import sys; print('%d.%d' % sys.version_info[:2])"


def find_python(version: str) -> Path | None:
    """An interpreter of this version, such as 3.12, that starts; None where there is none."""
    named = shutil.which(f"python{version}")
    candidates = [Path(named)] if named else []
    candidates += sorted(PYENV.glob(f"{version}.*/bin/python"))
    return next((python for python in candidates if _tells(python) == version), None)


def _tells(python: Path) -> str:
    """The version that it says of itself; pyenv's stand-ins on the path start nothing."""
    told = subprocess.run([python, "-c", TELL], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def main() -> int:
    """Run the tests on every supported Python that is here; 1 when any failed, or none is here."""
    verdicts = {}
    for version in SUPPORTED:
        python = find_python(version)
        verdicts[version] = _test(version, python) if python else "not here"
        print(f"Python {version}: {verdicts[version]}", flush=True)
    return int("failed" in verdicts.values() or "passed" not in verdicts.values())


def _test(version: str, python: Path) -> str:
    command = ["make", "test-without-browser", f"PYTHON={python}", f"VENV=.venv-{version}"]
    done = subprocess.run(command, cwd=ROOT, check=False)
    return "failed" if done.returncode else "passed"


if __name__ == "__main__":
    sys.exit(main())
