"""A store of every release opens: it is brought to today's form, says what it said, and is whole."""

import json
import re
import sqlite3
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from core.settings import ROOT, settings
from core.store.connection.migrating import form_of, newest_form
from core.store.database import Store, open_store
from core.workflow.maintenance.verify import verify
from tests.releases.contents import contents
from tests.releases.make import CONTENTS, FOLDER, fill, pack, version

RELEASES = sorted(FOLDER.glob("*.zip"), key=lambda file: [int(part) for part in file.stem.split(".")])
FORMS = {
    "0.1.0": "0001",
    "0.2.0": "0001",
    "0.3.0": "0003",
    "0.4.0": "0004",
    "0.5.0": "0009",
    "0.6.0": "0012",
    "0.7.0": "0013",
    version(): newest_form(),
}  # a new form, a new version
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
DATED = re.compile(r"^## (\d+\.\d+\.\d+), (\d{4}-\d\d-\d\d)$", re.MULTILINE)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a release's home is unpacked; the settings point there."""
    folder = tmp_path / "home"
    for name, value in (("HOME", folder), ("CHECKPOINTS", folder / "models"), ("DEVICE", "cpu")):
        monkeypatch.setenv(f"SEPTUM_{name}", str(value))
    for name in ("SEPTUM_DATABASE", "SEPTUM_ARRAYS"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def unpack(release: Path, home: Path) -> dict[str, object]:
    """Put a release's home there; returns what it said of itself when it was made."""
    with zipfile.ZipFile(release) as archive:
        archive.extractall(home.parent)
        return json.loads(archive.read(CONTENTS))


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.stem)
def test_a_store_of_every_release_opens_with_all_that_was_in_it_and_is_whole(release, home):
    held = unpack(release, home)
    store = open_store()
    assert form_of(store.engine) == newest_form()
    assert contents(store) == held
    problems: list[str] = []
    verified = verify(problems.append)
    assert problems == []
    assert verified.n_problems == 0
    assert contents(store) == held


@pytest.mark.parametrize(("release", "form"), FORMS.items())
def test_a_release_is_kept_in_the_form_of_its_time(release, form, home):
    unpack(FOLDER / f"{release}.zip", home)
    with sqlite3.connect(home / "septum.sqlite") as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(form,)]


def test_a_score_that_was_changed_would_be_seen(home):
    held = unpack(RELEASES[0], home)
    store = open_store()
    with sqlite3.connect(home / "septum.sqlite") as database:
        database.execute("UPDATE mask SET author = 'nobody' WHERE origin = 'reader'")
    assert contents(store) != held


def test_the_maker_fills_a_store_of_today_as_it_filled_those_before(home, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)  # torch predicted then, and rounds in its own way
    store: Store = fill(home)
    pack(home, tmp_path / "today.zip", contents(store))
    with zipfile.ZipFile(RELEASES[-1]) as archive, zipfile.ZipFile(tmp_path / "today.zip") as today:
        before, now = (json.loads(one.read(CONTENTS)) for one in (archive, today))
    assert {name: before[name] for name in ("series", "images", "versions")} == {
        name: now[name] for name in ("series", "images", "versions")
    }


def test_every_dated_version_has_its_store_and_the_newest_is_the_one_of_the_project():
    dated = DATED.findall(CHANGELOG)
    assert [name for name, _ in dated] == [release.stem for release in reversed(RELEASES)]
    assert dated[0][0] == version()
    days = [date.fromisoformat(day) for _, day in dated]
    assert days == sorted(days, reverse=True)


def test_the_version_stands_in_one_place():
    files = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "app.py", "serve.py", "Makefile")]
    files += [file for folder in ("core", "pages", "docs") for file in (ROOT / folder).rglob("*.py")]
    files += (ROOT / "docs").rglob("*.md")
    assert [file.name for file in files if version() in file.read_text()] == []
