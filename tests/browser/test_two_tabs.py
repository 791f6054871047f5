"""Random keys and clicks in two tabs approve nothing that their reader's screen did not show."""

from collections.abc import Iterator
from random import Random

import pytest

from benchmarks.fault_rounds.rounds import unsound
from benchmarks.fault_rounds.two_tabs import Watch, open_tab, series_to_decide, unwatched, walk, watched
from core.settings import settings
from tests.browser.conftest import ROOT, OpenPage, Serve

N_STEPS = 24  # the long campaign of benchmarks/faults.py makes thousands


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings that the app and this process share; the database notes every approval."""
    folder = tmp_path_factory.mktemp("two tabs")
    shared = {"SEPTUM_HOME": str(folder / "home"), "SEPTUM_CHECKPOINTS": str(folder / "no checkpoints")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in shared.items():
            patch.setenv(name, value)
        settings.cache_clear()
        watched()
        yield shared
        unwatched()
        assert unsound() == []
    settings.cache_clear()


@pytest.mark.crash
@pytest.mark.parametrize(("second", "seed"), [("ann", 1), ("bob", 2)])
def test_no_mask_is_approved_that_its_readers_screen_did_not_show(
    serve: Serve, page: OpenPage, home: dict[str, str], second: str, seed: int
) -> None:
    watch = Watch(series_to_decide(f"{second} {seed}"))
    url = serve(ROOT / "serve.py", home)
    context = page().context
    tabs = [open_tab(context, url, *who, watch) for who in (("one", "ann"), ("two", second))]
    try:
        assert walk(tabs, watch, Random(seed), N_STEPS) == []
    finally:
        for tab in tabs:
            tab.page.close()
    assert watch.approvals
