"""Files of packages that changed since they came are told."""

import base64
import hashlib
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

from supply.installed import brought_along, changed_files, problems


@pytest.fixture
def package(tmp_path: Path) -> Distribution:
    """A package of one module, whose record knows the module's hash but, as records do, not its own."""
    (tmp_path / "odd.py").write_bytes(b"ODD = 1\n")
    told = tmp_path / "odd-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"ODD = 1\n").digest()).decode().rstrip("=")
    (told / "RECORD").write_text(f"odd.py,sha256={digest},8\nodd-1.0.dist-info/RECORD,,\n")
    return Distribution.at(told)


def test_a_package_as_it_came_has_no_changed_file(package):
    assert list(changed_files(package)) == []


def test_one_changed_byte_is_found(package, tmp_path):
    (tmp_path / "odd.py").write_bytes(b"ODD = 2\n")
    assert list(changed_files(package)) == ["odd.py"]


def test_a_file_that_is_gone_is_found(package, tmp_path):
    (tmp_path / "odd.py").unlink()
    assert list(changed_files(package)) == ["odd.py"]


def test_the_files_of_installed_packages_are_as_they_came():
    for name in (
        "pydicom",
        "safetensors",
        "streamlit-drawable-canvas",
    ):  # all of them take `make audit` seconds
        assert list(changed_files(distribution(name))) == []


def test_what_torch_brings_along_is_followed_through_its_needs():
    assert {"torch", "sympy", "mpmath", "jinja2", "markupsafe"} <= brought_along("torch")
    assert brought_along("no-such-package") == {"no-such-package"}


def test_what_is_missing_or_of_another_version_or_not_pinned_is_told(monkeypatch):
    wanted = {"numpy": "1.0", "nowhere": "2.0"}
    monkeypatch.setattr("supply.installed.pins", lambda name: wanted)
    monkeypatch.setattr("supply.installed.all_pins", lambda: wanted)
    monkeypatch.setattr("supply.installed.changed_files", lambda package: [])
    told = set(problems())
    version = distribution("numpy").version
    assert {"nowhere 2.0 is pinned but not installed.", f"numpy is {version}, but 1.0 is pinned."} <= told
    assert f"pytest {distribution('pytest').version} is installed, but nothing pins it." in told
    assert not [line for line in told if line.startswith(("torch ", "pip "))]
