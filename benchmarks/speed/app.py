"""How soon the app stands, how soon Review is drawn with thousands of slices, and how long a volume takes.

    python -m benchmarks.speed.app [--rounds 3] [--slices 5000] [--checkpoint FILE]

Cold start: from the start of the server's process until Home stands in a fresh window of Chromium, the disk
warm. Review: from the click on its link, and from a typed address, until the queue has rows and the picture
its pixels; the first click also fetches the page's scripts. Prediction: from the click on "This series" until
the page says that a worker of its own has done 10 slices x 2 phases. Without --checkpoint the shipped default
predicts, or an untrained network of its size.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from core.imaging.phantom.cine import beating_heart
from core.settings import settings
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from tests.browser.conftest import CHROMIUM_ARGUMENTS, ROOT, chromium_path, end, start_server

N_POSITIONS, N_PHASES = 10, 20
N_STEPS = 20
PROMISED = {  # what is measured, in its order, and the seconds that it may take
    "server started until Home stands": 5.0,
    "Review at the first click": None,
    "Review at a later click": 1.0,
    "the next slice, from the key until it is drawn": 0.3,
    "the next slice, from the key until it can be drawn on": None,
    "Review by its address, everything loaded anew": None,
    "a volume of 10 slices x 2 phases: until progress shows": None,
    "a volume of 10 slices x 2 phases: until it is predicted": 10.0,
}
# The picture lies in a shadow root, which a plain selector does not reach.
DRAWN = """() => {
    const hosts = [...document.querySelectorAll("*")].filter((element) => element.shadowRoot);
    const picture = hosts.some((host) => host.shadowRoot.querySelector(".editor[data-document] canvas"));
    const queue = hosts.some((host) => host.shadowRoot.querySelector(".queue .row"));
    return picture && queue && performance.now() - (window.clicked_at ?? 0);
}"""
SHOWN = """() => {
    const roots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean);
    return roots.map((root) => root.querySelector(".editor[data-document]")?.dataset.document).find(Boolean);
}"""
OPEN = ".editor[aria-busy='false']"  # the page has followed, so that the slice can be drawn on
CLICK = """(name) => {
    window.clicked_at = performance.now();
    [...document.querySelectorAll(".st-key-menu a")].find((link) => link.textContent.includes(name)).click();
}"""


def main() -> None:
    """Fill a store, start the app on it as often as asked for, and print what a person would wait for."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--slices", type=int, default=5000)
    arguments.add_argument("--checkpoint", type=Path, help="the model that predicts")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="septum-benchmark-") as folder, sync_playwright() as playwright:
        os.environ["SEPTUM_HOME"] = str(Path(folder) / "home")
        os.environ["SEPTUM_CHECKPOINTS"] = str(model_folder(Path(folder), chosen.checkpoint))
        settings.cache_clear()
        waiting = fill(chosen.slices, chosen.rounds)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        try:
            measure(browser, waiting, chosen.rounds)
        finally:
            browser.close()


def model_folder(folder: Path, checkpoint: Path | None) -> Path:
    """A folder with the model that predicts under the default's name, and a line that says which it is."""
    source = checkpoint or settings().checkpoints / f"{settings().default_model}.safetensors"
    place = folder / "checkpoints" / f"{settings().default_model}.safetensors"
    place.parent.mkdir()
    if source.is_file():
        place.symlink_to(source.resolve())
        print(f"model {source.stem}")
        return place.parent
    from core.network import checkpoint as files
    from core.network.architectures.registry import build
    from core.recipes.model import ModelConfig

    config = ModelConfig(widths=(16, 32, 64, 128), bottleneck=256, name="untrained")  # the default's size
    files.save(place, build(config), config)
    print(f"model untrained, since there is no {source.name}")
    return place.parent


def fill(n_slices: int, n_volumes: int) -> list[int]:
    """One heart under the names of many patients, and volumes to predict; the first slice of each volume."""
    heart, short = beating_heart(0, n_phases=N_PHASES).series, beating_heart(1, n_phases=2).series
    store = open_store()
    for number in range(-(-n_slices // (N_POSITIONS * N_PHASES))):
        add_series(store, replace(heart, patient=f"patient-{number:03}"))
    firsts = []
    bare = tuple(replace(item, mask=None) for item in short.slices)  # as a scanner gives it
    for number in range(n_volumes):
        added = add_series(store, replace(short, patient=f"volume-{number}", slices=bare)).series_id
        firsts.append(list_slices(store, Filter(series_id=added), limit=1)[0].id)
    return firsts


def measure(browser: Browser, waiting: list[int], rounds: int) -> None:
    """Start the app, look at Review, predict a volume, as often as asked for; then print what it took."""
    times: dict[str, list[float]] = {name: [] for name in PROMISED}
    for first_slice in waiting[:rounds]:
        began = time.perf_counter()
        server, url = start_server(ROOT / "serve.py", {})
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(url)
            page.get_by_text("Latest runs").wait_for()
            found = [time.perf_counter() - began]
            for _ in range(2):
                click(page, "Review")
                found.append(drawn(page))
                click(page, "Home")
                page.get_by_text("Latest runs").wait_for()
            click(page, "Review")
            drawn(page)
            found += next_slice(page)
            page.goto(f"{url}/Review?slice={first_slice}")
            found.append(drawn(page))
            torch = loaded(server.pid, "libtorch")
            found += predict_series(page)
            page.close()
        finally:
            end(server)
        for name, seconds in zip(PROMISED, found, strict=True):
            times[name].append(seconds)
    for name, promised in PROMISED.items():
        report(name, times[name], promised)
    print(f"torch in the server before the first prediction: {torch}")


def click(page: Page, name: str) -> None:
    """Follow a link of the menu, from inside the page, so that the time begins with the click itself."""
    page.locator(".st-key-menu").get_by_role("link", name=name).wait_for()
    page.evaluate(CLICK, name)


def drawn(page: Page) -> float:
    """Seconds from the click, or from the navigation, until queue and picture are there."""
    milliseconds: float = page.wait_for_function(DRAWN, polling="raf").json_value()
    return milliseconds / 1000


def next_slice(page: Page) -> list[float]:
    """Seconds from the key for the next phase until the editor shows it and lets it be drawn on.

    The 95th percentile of many steps at a reader's pace.
    """
    page.wait_for_timeout(1000)
    return [statistics.quantiles(each, n=20)[-1] for each in zip(*steps(page), strict=True)]


def steps(page: Page) -> list[tuple[float, float]]:
    """Seconds from the key for the next phase until the editor shows it, and until it takes strokes."""
    times = []
    for _ in range(N_STEPS):
        before = page.evaluate(SHOWN)
        page.evaluate("window.clicked_at = performance.now()")
        page.keyboard.press("ArrowRight")
        shown = f"(before) => ({SHOWN})() !== before && performance.now() - window.clicked_at"
        seen = page.wait_for_function(shown, arg=before, polling="raf").json_value() / 1000
        page.locator(OPEN).wait_for()
        times.append((seen, page.evaluate("performance.now() - window.clicked_at") / 1000))
        page.wait_for_timeout(300)  # a reader looks at it
    return times


def predict_series(page: Page) -> tuple[float, float]:
    """Seconds from the click until progress is shown, and until the page tells the end."""
    page.get_by_role("button", name="Predict", exact=True).click()
    page.get_by_role("menuitem", name="This series").click()
    button = page.get_by_role("button", name="Start", exact=True)
    button.wait_for()
    began = time.perf_counter()
    button.click()
    page.get_by_text("of 20 slices").or_(page.get_by_text("Predicted 20 slices")).wait_for(timeout=120_000)
    first = time.perf_counter() - began
    page.get_by_text("Predicted 20 slices").wait_for(timeout=120_000)
    return first, time.perf_counter() - began


def loaded(pid: int, library: str) -> str:
    """Whether a process has a library mapped, where the system tells."""
    maps = Path(f"/proc/{pid}/maps")
    if not maps.exists():
        return f"not told on {sys.platform}"
    return "yes" if library in maps.read_text() else "no"


def report(name: str, seconds: list[float], promised: float | None) -> None:
    """Median and worst, and what was promised."""
    limit = f", promised {promised:g} s" if promised else ""
    print(f"{name:56} median {statistics.median(seconds):5.2f} s, worst {max(seconds):5.2f} s{limit}")


if __name__ == "__main__":
    main()
