"""What is known to be wrong with the pinned packages is told, and so is that nobody could be asked."""

import json

import pytest

from supply.advisories import Answer, ask_all, read_answer
from supply.audit import lines

CLEAN = {"name": "numpy", "version": "2.4.6", "vulns": []}
WEAK = {
    "name": "pillow",
    "version": "13.0.0",
    "vulns": [
        {"id": "PYSEC-1", "fix_versions": ["13.0.1", "14.0.0"], "aliases": [], "description": ""},
        {"id": "PYSEC-2", "fix_versions": [], "aliases": [], "description": ""},
    ],
}
SKIPPED = {"name": "torch", "skip_reason": "Dependency not found"}


@pytest.fixture
def services(tmp_path, monkeypatch):
    """Let a stand-in for pip-audit answer with a file for each service; none there means that it fails."""
    tool = tmp_path / "pip-audit"
    tool.write_text(
        f'#!/bin/sh\necho "$2" >> {tmp_path}/asked\n'
        f'cat {tmp_path}/$2.json || {{ echo "trace\nno network" >&2; exit 1; }}\n'
    )
    tool.chmod(0o755)
    monkeypatch.setattr("supply.advisories.AUDIT", tmp_path)

    def tell(service: str, packages: list[dict[str, object]]) -> None:
        (tmp_path / f"{service}.json").write_text(json.dumps({"dependencies": packages, "fixes": []}))

    return tell


def test_weaknesses_are_told_with_the_version_that_mends_them():
    answer = read_answer([CLEAN, WEAK, SKIPPED])
    assert answer.asked == 2
    assert answer.known == (
        "pillow 13.0.0: PYSEC-1, mended in 13.0.1, 14.0.0.",
        "pillow 13.0.0: PYSEC-2, not mended.",
    )
    assert answer.unasked == ("Dependency not found",)


def test_the_second_service_is_asked_where_the_first_knows_nothing(services, tmp_path):
    services("pypi", [SKIPPED])
    services("osv", [CLEAN])
    assert ask_all() == Answer(2, (), ())  # once for what tests need, and once for the tools
    assert (tmp_path / "asked").read_text().split() == ["pypi", "pypi", "osv", "osv"]


def test_an_answer_of_the_first_service_is_enough(services, tmp_path):
    services("pypi", [WEAK])
    assert len(ask_all().known) == 4
    assert (tmp_path / "asked").read_text().split() == ["pypi", "pypi"]


def test_that_nobody_could_be_asked_is_no_good_news(services):
    answer = ask_all()
    assert (answer.asked, answer.known) == (0, ())
    said = " ".join(lines(answer))
    assert "COULD NOT ASK for known weaknesses of them all" in said
    assert "osv: no network" in said
    assert "No weakness" not in said


def test_packages_that_were_not_asked_about_are_counted_beside_those_that_were():
    said = " ".join(lines(read_answer([CLEAN, SKIPPED])))
    assert "No weakness is publicly known of 1 pinned packages." in said
    assert "COULD NOT ASK for known weaknesses of 1 packages" in said
