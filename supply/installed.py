"""Whether what is installed is what is pinned, and as it came."""

import base64
import csv
import hashlib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

from supply.pins import BUILT_MANY_WAYS, all_pins, canonical, pins

CHUNK = 1 << 20
WITH_PYTHON = "pip"  # comes with each Python


def problems() -> Iterator[str]:
    """Yield a sentence for each package that is wanting, of another version, not pinned or changed."""
    wanted, needed = pins("requirements"), all_pins()
    found = {canonical(package.metadata["Name"]): package for package in distributions()}
    for name in wanted.keys() - found.keys():
        yield f"{name} {wanted[name]} is pinned but not installed."
    for name in sorted(found.keys() & needed.keys()):
        if (version := found[name].version.split("+")[0]) != needed[name]:
            yield f"{name} is {version}, but {needed[name]} is pinned."
    strangers = found.keys() - needed.keys() - brought_along(BUILT_MANY_WAYS) - {WITH_PYTHON}
    for name in sorted(strangers):
        yield f"{name} {found[name].version} is installed, but nothing pins it."
    for name, package in sorted(found.items()):
        yield from (f"{file} of {name} is not as it came." for file in changed_files(package))


def brought_along(name: str) -> set[str]:
    """The package and all that it needs on this machine, by canonical name."""
    waiting, seen = [Requirement(name)], set()
    while waiting:
        wish = waiting.pop()
        if str(wish) not in seen:
            seen.add(str(wish))
            waiting.extend(needs(wish))
    return {canonical(Requirement(wish).name) for wish in seen}


def needs(wish: Requirement) -> list[Requirement]:
    """What the installed package of this name needs on this machine for the extras that are wished for."""
    try:
        told = [Requirement(line) for line in distribution(wish.name).requires or []]
    except PackageNotFoundError:
        return []
    cases = [{"extra": extra} for extra in ("", *wish.extras)]
    return [one for one in told if one.marker is None or any(map(one.marker.evaluate, cases))]


def changed_files(package: Distribution) -> Iterator[str]:
    """Yield the files of a package that are gone, or whose hash is no longer that of its record."""
    for path, recorded, _ in csv.reader((package.read_text("RECORD") or "").splitlines()):
        method, _, expected = recorded.partition("=")
        if method and _digest(Path(str(package.locate_file(path))), method) != expected:
            yield path


def _digest(path: Path, method: str) -> str:
    """The file's hash as records spell it; empty when the file cannot be read."""
    try:
        with path.open("rb") as file:
            found = _hash_of(iter(lambda: file.read(CHUNK), b""), method)
    except OSError:
        return ""
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


def _hash_of(chunks: Iterable[bytes], method: str) -> bytes:
    found = hashlib.new(method)
    for chunk in chunks:
        found.update(chunk)
    return found.digest()
