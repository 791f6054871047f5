"""The guide is true: its links and pictures are there, and what it names exists."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from core.cli.app import app
from core.settings import ROOT, Settings
from pages.shared.frame import MENU

PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
PAGES += sorted([*(ROOT / "docs").rglob("*.md"), *(ROOT / "checkpoints").glob("*.md")])
GUIDE = ROOT / "docs" / "guide"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def text_of(pages: list[Path]) -> str:
    return "\n".join(page.read_text() for page in pages)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_leads_somewhere(page):
    for target in LINK.findall(page.read_text()):
        if re.match(r"\w+:", target):
            continue  # elsewhere; no test asks the internet
        path, _, anchor = unquote(target).partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_every_page_of_the_app_has_its_page_and_both_pictures():
    for _, name, _ in MENU:
        stem = name.lower().replace(" ", "-")
        assert (GUIDE / f"{stem}.md").exists()
        assert f"({stem}.md)" in (GUIDE / "README.md").read_text()
        for theme in ("light", "dark"):
            assert (ROOT / "docs" / "screenshots" / f"{stem}-{theme}.png").exists()


def test_every_setting_that_is_named_exists_and_every_one_that_exists_is_told():
    fields = {f"SEPTUM_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"SEPTUM_[A-Z_]+[A-Z]", text_of([ROOT / "README.md", *GUIDE.glob("*.md")])))
    assert named == fields


def test_every_command_that_is_named_exists_and_every_one_that_exists_is_told():
    commands = {
        command.name or command.callback.__name__.replace("_", "-") for command in app.registered_commands
    }
    for page in (ROOT / "README.md", GUIDE / "command-line.md"):
        assert set(re.findall(r"python -m core ([a-z][a-z-]*)", page.read_text())) == commands, page.name
