"""Write the SHA-256 of every file of every pinned release, so that pip takes these files and no others.

    make hashes

The index tells the hashes of all files of a release, for every Python and machine, so that one list serves
them all. torch has several builds of one version and is left out. A pin without a wheel for a machine that
Septum is meant for is an error: two commands are not enough where a release must be compiled.
"""

import re
import subprocess
import sys

from supply.pins import AUDIT, BUILT_MANY_WAYS, HASHES, ROOT, SETS
from supply.pythons import SUPPORTED

# OpenVINO's wheels for ARM want the glibc of Debian 12 or Ubuntu 22.04.
MACHINES = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_35", "aarch64-apple-darwin")
LEFT_OUT = re.compile(rf"^(-r .*|{BUILT_MANY_WAYS}==.*)\n", re.MULTILINE)
COMPILE = ("pip", "compile", "-", "--quiet", "--no-deps")


def main() -> int:
    """Write all files of hashes; 1 when a release or a wheel is not there."""
    for name in SETS:
        given = LEFT_OUT.sub("", (ROOT / f"{name}.txt").read_text())
        if refused := _hash(name, given) or (name == "requirements" and _wheels_wanting(given)):
            print(refused, file=sys.stderr)
            return 1
    return 0


def _hash(name: str, given: str) -> str:
    """Write the hashes of these pins; what was wrong, empty where nothing was."""
    HASHES.mkdir(exist_ok=True)
    return _uv(
        given,
        *("--universal", "--python-version", SUPPORTED[0], "--generate-hashes", "--no-annotate"),
        *("--custom-compile-command", "make hashes", "--output-file", str(HASHES / f"{name}.txt")),
    )


def _wheels_wanting(given: str) -> str:
    """Which machine or Python lacks a wheel of what the app needs; empty where all have one."""
    for machine in MACHINES:
        for version in SUPPORTED:
            options = ("--only-binary", ":all:", "--python-platform", machine, "--python-version", version)
            if refused := _uv(given, *options, "--output-file", "/dev/null"):
                return f"Python {version} on {machine}: {refused}"
    return ""


def _uv(given: str, *options: str) -> str:
    """Let uv resolve these pins; what it says where it cannot."""
    done = subprocess.run(
        [AUDIT / "uv", *COMPILE, *options], input=given, capture_output=True, text=True, check=False
    )
    return done.stderr.strip() if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
