"""What holds of every page in the menu: no traceback whatever the store is like, and no torch to draw it."""

import subprocess
import sys

import pytest

from core.settings import settings
from pages.shared.frame import MENU
from tests.pages.conftest import ROOT, problems
from tests.workflow.small import png

IMPORT = "pages/1_Import.py"
FILES = [file for file, _, _ in MENU]
DRAW_ALL = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from pages.shared.frame import MENU

app = AppTest.from_file(Path("app.py").resolve(), default_timeout=60).run()
for file, name, icon in MENU:
    if file != "app.py":
        app.switch_page(file).run()
    assert not app.exception and not app.error, (name, app.exception, app.error)
    print(name, "torch" in sys.modules, "scipy" in sys.modules)
"""


def test_the_menu_names_every_page_there_is():
    files = ["app.py", *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("pages/[0-9]*.py")))]
    assert files == FILES


@pytest.mark.parametrize("file", FILES)
def test_an_empty_store_is_no_problem(open_page, file):
    assert problems(open_page(file)) == []


@pytest.fixture(params=["home that cannot be made", "file that is no database"])
def broken_home(request, home, monkeypatch):
    """A store that no page can use; yields what a message has to name."""
    if request.param == "file that is no database":
        home.mkdir()
        (home / "septum.sqlite").write_bytes(b"this is a letter, and no database at all " * 100)
    else:
        (home.parent / "file").touch()
        monkeypatch.setenv("SEPTUM_HOME", str(home.parent / "file" / "home"))
        settings.cache_clear()
    return home.parent


def test_a_store_that_cannot_be_used_is_told_in_one_sentence(broken_home, open_page):
    for file in FILES:
        app = open_page(file)
        if file == IMPORT:  # it asks the store for nothing until there is something to import
            app.file_uploader(key="files").set_value([("one.png", png(), "image/png")]).run()
            app.button(key="import").click().run()
        (told,) = problems(app)
        assert "\n" not in told
        assert str(broken_home) in told  # where
        assert ";" in told  # and what to do about it


@pytest.mark.usefixtures("demo", "model")
def test_pages_are_drawn_without_torch():
    drawn = subprocess.run(
        [sys.executable, "-c", DRAW_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert drawn.returncode == 0, drawn.stderr
    lines = [line.split() for line in drawn.stdout.splitlines()]
    assert [(line[0], line[-2]) for line in lines] == [(name.split()[0], "False") for _, name, _ in MENU]
