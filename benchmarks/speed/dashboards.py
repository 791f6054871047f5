"""How long the pages take to be drawn as a store grows from 1,000 to 100,000 slices, with 50 models.

    python -m benchmarks.speed.dashboards [--slices 1000 10000 100000] [--models 50] [--folder DIR]

Every page is drawn by Streamlit itself, without a browser, first with nothing kept from before and then
again, as after a click. Next to the time on the clock stands the processor time of this process, which other
work on the machine does not lengthen. Validation and test slices have scores of every model.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks.speed.dashboard_store import fill
from core.settings import settings
from core.store.database import open_store

ROOT = Path(__file__).resolve().parents[2]
BALANCE, METRICS = "pages/6_Class_balance.py", "pages/7_Metrics.py"
VIEWS = (
    ("Home", "app.py", None, None),
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--models", type=int, default=50)
    parser.add_argument("--folder", type=Path, help="keep the stores here, and use those that are there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        for n_slices in chosen.slices:
            home = folder / f"{n_slices}-{chosen.models}"
            measure(home, n_slices, chosen.models)


def measure(home: Path, n_slices: int, n_models: int) -> None:
    """Print a line for each page on a store of this size."""
    os.environ["SEPTUM_HOME"] = str(home)
    settings.cache_clear()
    is_new = not (home / "septum.sqlite").exists()
    store = open_store()
    if is_new:
        fill(store, n_slices, n_models)
    size = (home / "septum.sqlite").stat().st_size / 1e6
    print(
        f"\n{n_slices:,} slices, {n_models} models, {size:,.0f} MB; seconds on the clock (of the processor)"
    )
    print(f"{'':26}{'first':>16}{'again':>16}")
    for name, page, key, value in VIEWS:
        st.cache_data.clear()
        st.cache_resource.clear()
        app = AppTest.from_file(ROOT / "app.py", default_timeout=600)
        app.run() if page == "app.py" else opened(app, page)
        st.cache_data.clear()
        st.cache_resource.clear()
        first = timed(app.segmented_control(key=key).set_value(value).run if key else app.run)
        again = timed(app.run)
        assert not app.exception, app.exception
        assert not app.error, app.error  # a store of another version is told as a message, and quickly
        print(f"{name:26}{told(first):>16}{told(again):>16}", flush=True)


def opened(app: AppTest, page: str) -> AppTest:
    """The app on one of its pages."""
    return app.run().switch_page(page).run()


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """(seconds on the clock, seconds of the processor)."""
    clock, processor = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - clock, time.process_time() - processor


def told(seconds: tuple[float, float]) -> str:
    return f"{seconds[0]:.2f} ({seconds[1]:.2f})"


if __name__ == "__main__":
    main()
