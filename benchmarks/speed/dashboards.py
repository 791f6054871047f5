"""How long the pages take to be drawn as a store grows, up to a million slices, on SQLite or PostgreSQL.

    python -m benchmarks.speed.dashboards [--slices 1000 100000 1000000] [--models 5] [--folder DIR]
        [--postgresql] [--verify]

Every page is drawn by Streamlit itself, without a browser: first with nothing kept from before, where pages
of large stores say that they are counting; the seconds until all figures are there; and again, as after a
click. Next to the time on the clock stands the processor time of this process, also of what is counted then;
other work on the machine does not lengthen it. Then the most memory that the process has had. Validation and
test slices have scores of every model. PostgreSQL is started for the measurement and gone afterwards.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import PropertyMock, patch

os.environ.setdefault("OMP_NUM_THREADS", "1")

import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks.speed.dashboard_store import READERS, fill
from core.settings import settings
from core.workflow.maintenance.verify import verify
from tests.servers.postgresql import server

ROOT = Path(__file__).resolve().parents[2]
BALANCE, METRICS = "pages/6_Class_balance.py", "pages/7_Metrics.py"
COOKIES = "streamlit.runtime.context.ContextProxy.cookies"  # a test of the app has none
VIEWS = (
    ("Home", "app.py", None, None),
    ("Import", "pages/1_Import.py", None, None),
    ("Review", "pages/2_Review.py", None, None),
    ("Heart", "pages/3_Heart.py", None, None),
    ("Train", "pages/4_Train.py", None, None),
    ("Models", "pages/5_Models.py", None, None),
    ("Class balance: masks", BALANCE, None, None),
    ("Class balance: weights", BALANCE, "balance part", "Weights"),
    ("Class balance: images", BALANCE, "balance part", "Images"),
    ("Metrics: summary", METRICS, None, None),
    ("Metrics: distributions", METRICS, "metrics part", "Distributions"),
    ("Metrics: measurements", METRICS, "metrics part", "Measurements"),
    ("Metrics: calibration", METRICS, "metrics part", "Calibration"),
    ("Metrics: compare", METRICS, "metrics part", "Compare"),
    ("Metrics: readers", METRICS, "metrics part", "Readers"),
)


def main() -> None:
    """Fill a store of each size and draw every page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slices", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--models", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="keep the stores here, and use those that are there")
    parser.add_argument("--postgresql", action="store_true", help="keep rows on a server")
    parser.add_argument("--verify", action="store_true", help="also time the check of everything")
    chosen = parser.parse_args()
    os.environ["SEPTUM_READER"] = READERS[0]
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        for n_slices in chosen.slices:
            home = folder / f"{n_slices}-{chosen.models}"
            is_new = chosen.postgresql or not (home / "septum.sqlite").exists()
            open_at(home, n_slices if chosen.postgresql else None)
            if is_new:
                began = time.perf_counter()
                fill(n_slices, chosen.models)
                print(f"\nfilled in {time.perf_counter() - began:.0f} s")
            print(f"{n_slices:,} slices, {chosen.models} models; seconds on the clock (of the processor)")
            measure_pages()
            if chosen.verify:
                report = timed(lambda: verify(lambda *_: None))
                print(f"{'verify':26}{told(report):>16}{'':32}{memory_mb():8.0f}", flush=True)


def open_at(home: Path, server_database: int | None) -> None:
    """Let the settings name a home, and a database of that number on the server."""
    os.environ["SEPTUM_HOME"] = str(home)
    os.environ.pop("SEPTUM_DATABASE", None)
    if server_database is not None:
        name = f"slices_{server_database}"
        server().ask(f"CREATE DATABASE {name}")
        os.environ["SEPTUM_DATABASE"] = server().url(name).render_as_string(hide_password=False)
    settings.cache_clear()


def measure_pages() -> None:
    """Print a line for each page."""
    print(f"{'':26}{'first':>16}{'all there':>16}{'again':>16}{'MB':>8}")
    for name, page, key, value in VIEWS:
        with patch(COOKIES, PropertyMock(return_value={})):
            app = AppTest.from_file(ROOT / "app.py", default_timeout=600)
            if page != "app.py":
                app.switch_page(page)
            wait_until_counted(app.run())
            st.cache_data.clear()
            st.cache_resource.clear()
            first = timed(app.segmented_control(key=key).set_value(value).run if key else app.run)
            there = timed(partial(wait_until_counted, app))
            again = timed(app.run)
        assert not app.exception, app.exception
        assert not app.error, app.error  # a store of another version is told as a message, and quickly
        print(f"{name:26}{told(first):>16}{there[0]:16.1f}{told(again):>16}{memory_mb():8.0f}", flush=True)


def wait_until_counted(app: AppTest) -> None:
    """Draw the page again by the second, as it does by itself in a browser, until it counts nothing."""
    while any(box.value.startswith("Counting") for box in app.info):
        time.sleep(1)
        app.run()


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """(seconds on the clock, seconds of the processor)."""
    clock, processor = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - clock, time.process_time() - processor


def told(seconds: tuple[float, float]) -> str:
    return f"{seconds[0]:.2f} ({seconds[1]:.2f})"


def memory_mb() -> float:
    """The most that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
