"""What holds of every page in the menu: no traceback whatever the store is like, and no torch to draw it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.settings import settings
from pages.shared.frame import MENU
from tests.pages.conftest import ROOT, OpenPage, problems
from tests.workflow.small import cine, stored

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
    assert not app.exception, (name, app.exception)
    print(name, "torch" in sys.modules, "scipy" in sys.modules)
"""


def test_the_menu_names_every_page_there_is():
    files = ["app.py", *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("pages/[0-9]*.py")))]
    assert files == FILES


def each_page(open_page: OpenPage) -> Iterator[tuple[str, AppTest]]:
    """File and page, one after the other, as somebody would go through the menu."""
    app = open_page()
    for file in FILES:
        yield file, app if file == "app.py" else app.switch_page(file).run()


def test_an_empty_store_gets_at_most_a_word_on_what_to_do(open_page):
    for file, app in each_page(open_page):
        for told in problems(app):
            assert "\n" not in told, file
            assert ";" in told, file  # what is missing; what to do about it


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
    for _, app in each_page(open_page):
        (told,) = problems(app)
        assert "\n" not in told
        assert str(broken_home) in told  # where
        assert ";" in told  # and what to do about it


def test_a_damaged_model_keeps_no_page_from_being_drawn(model, open_page):
    stored(cine("anna", 1, 1))
    model.write_bytes(model.read_bytes()[:-50])
    for _, app in each_page(open_page):
        problems(app)  # a word about it would do no harm, a traceback would


@pytest.mark.usefixtures("demo", "model")
def test_pages_are_drawn_without_torch():
    drawn = subprocess.run(
        [sys.executable, "-c", DRAW_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert drawn.returncode == 0, drawn.stderr
    lines = [line.split() for line in drawn.stdout.splitlines()]
    assert [(line[0], line[-2]) for line in lines] == [(name.split()[0], "False") for _, name, _ in MENU]
