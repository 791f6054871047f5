"""Every package is pinned, with the hashes of its files, and so is whatever it needs."""

import re
from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement

from supply.installed import needs
from supply.pins import BUILT_MANY_WAYS, EXTRA, HASHES, ROOT, SETS, all_pins, canonical, pins

PINNED_FILE = re.compile(r"^([\w.-]+)==([\w.]+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


def hashed(name: str) -> dict[str, tuple[str, int]]:
    """(version, how many files have a hash) by canonical name, of the hashes of one of SETS."""
    found = PINNED_FILE.findall((HASHES / f"{name}.txt").read_text())
    return {canonical(package): (version, files.count("--hash")) for package, version, files in found}


@pytest.mark.parametrize("name", SETS)
def test_every_pin_but_torch_has_hashes_of_the_same_version(name):
    wanted = {package: version for package, version in pins(name).items() if package != BUILT_MANY_WAYS}
    found = hashed(name)
    assert {package: version for package, (version, _) in found.items()} == wanted, "run: make hashes"
    assert len(wanted) >= 1
    assert min(files for _, files in found.values()) >= 1


def test_the_hashes_serve_every_machine_not_only_this_one():
    compiled = ("numpy", "scipy", "pandas", "pyarrow", "pillow", "grpcio", "onnx")
    # Three Pythons on three kinds of machine, at the least.
    assert all(hashed("requirements")[package][1] >= 9 for package in compiled)


@pytest.mark.parametrize("name", SETS)
def test_files_of_hashes_name_no_host_and_nothing_but_pins_and_hashes(name):
    lines = (HASHES / f"{name}.txt").read_text().splitlines()
    shape = re.compile(r"#.*|[\w.-]+==[\w.]+ \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?")
    assert [line for line in lines if not shape.fullmatch(line)] == []
    assert "://" not in "\n".join(lines)


def test_what_a_pinned_package_needs_here_is_pinned_too():
    pinned = all_pins()
    unpinned = {}
    for name in sorted(pinned.keys() - {BUILT_MANY_WAYS}):
        wishes = {canonical(wish.name) for wish in needs(Requirement(name))}
        unpinned.update({name: wishes - pinned.keys()} if wishes - pinned.keys() else {})
    assert unpinned == {}


def test_what_is_installed_is_the_pinned_version():
    installed = {canonical(package.metadata["Name"]): package.version for package in distributions()}
    # torch names its build behind a plus: 2.13.0+cpu.
    found = {name: installed.get(name, "nothing").split("+")[0] for name in all_pins()}
    assert found == all_pins()


def test_nothing_that_septum_needs_is_under_gpl():
    assert not pins(EXTRA).keys() & pins("requirements").keys()
    needed = [
        name
        for name in pins("requirements")
        if any(wish.name in pins(EXTRA) for wish in needs(Requirement(name)))
    ]
    assert needed == []


def test_tests_run_with_the_extra():
    assert f"-r {EXTRA}.txt" in (ROOT / "requirements-dev.txt").read_text().splitlines()
