"""Pages without a browser: each test has the app on a home of its own, drawn by Streamlit's AppTest."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.records.slices import Split
from core.settings import settings
from core.workflow import kept_figures
from core.workflow.data.demo import DemoHeart, load_demo
from tests.workflow.conftest import home, model

__all__ = ["home", "model"]

ROOT = Path(__file__).resolve().parents[2]
HEART = DemoHeart("demo-heart-1", 0, 2, Split.TEST, labelled=True)
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with the heart; made once, since a heart takes seconds."""
    folder = tmp_path_factory.mktemp("demo") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEPTUM_HOME", str(folder))
        settings.cache_clear()
        list(load_demo(hearts=(HEART,), counting=True))
    settings.cache_clear()
    return folder


@pytest.fixture
def demo(demo_home: Path, home: Path) -> None:
    """A small heart of the demo in this test's store: 10 slices x 2 phases with references."""
    settings.cache_clear()  # the heart may have been made after this test's home was set
    shutil.copytree(demo_home, home)


@pytest.fixture(autouse=True)
def patient_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait for figures however busy the machine is: nobody draws them again by the second here."""
    monkeypatch.setattr(kept_figures, "WAIT_SECONDS", 60.0)


@pytest.fixture
def cookies(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the browser remembers: nothing yet."""
    kept: dict[str, str] = {}
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.cookies", property(lambda _: kept))
    return kept


@pytest.fixture
def open_page(home: Path, cookies: dict[str, str]) -> OpenPage:
    """Draw a page as `open_page("pages/2_Review.py", slice="3")`; what follows its file is the address's."""
    st.cache_data.clear()  # what an earlier test's store held
    st.cache_resource.clear()

    def draw(file: str = "app.py", **query: str) -> AppTest:
        app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
        if file != "app.py":
            app.run().switch_page(file)
        app.query_params.update(query)
        return app.run()

    return draw


def words(app: AppTest) -> str:
    """What the page says, problems included."""
    kinds = (app.header, app.subheader, app.markdown, app.caption, app.info, app.success, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def titles(app: AppTest) -> list[str]:
    """Titles of the charts on the page."""
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    return [spec["layout"]["title"]["text"].replace("<br>", " ") for spec in specs]


def problems(app: AppTest) -> list[str]:
    """Messages of what a person can mend; anything else that went wrong fails the test."""
    assert not app.exception
    return [str(element.value) for element in app.error]
