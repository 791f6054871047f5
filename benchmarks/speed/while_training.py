"""How quick the reader's page stays while a training runs: next slice and strokes, training off and on.

    python -m benchmarks.speed.while_training [--rounds 3] [--slices 400]

One server, one page in Chromium, one store of synthetic hearts. In each round the same steps and strokes are
timed twice in turn, once without a training and once while a worker trains the recommended preset, as a click
on Retrain starts it. Next slice: from the key until the editor shows it. Stroke: from its end until the page
acknowledges that it is stored. On a machine that others use only the ratio counts.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.speed.app import OPEN, SHOWN, drawn, fill, model_folder, steps
from benchmarks.speed.brushing import acknowledgements
from benchmarks.speed.opened import opened
from core.recipes.training import RECOMMENDED
from core.records.runs import RunKind, RunState
from core.settings import settings
from core.store.database import open_store
from core.store.runs import runs, silent_runs
from core.store.slices.slices import list_slices
from core.workflow.training import runs as training_runs
from core.workflow.training.preview import preview_training
from core.workflow.training.request import TrainingRequest

NAMES = ("next slice", "stroke acknowledged")
PATIENCE_SECONDS = 180
LATENCIES = "root => root.parentElement.editor.outbox.latencies"


def main() -> None:
    """Measure off and on in turn, then print both and their ratio."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--slices", type=int, default=400)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="septum-while-") as folder:
        os.environ["SEPTUM_HOME"] = str(Path(folder) / "home")
        os.environ["SEPTUM_CHECKPOINTS"] = str(model_folder(Path(folder), None))
        settings.cache_clear()
        fill(chosen.slices, 0)
        with opened() as (page, url):
            page.set_default_timeout(PATIENCE_SECONDS * 1000)
            page.goto(f"{url}/Review?slice={list_slices(open_store(), limit=1)[0].id}")
            drawn(page)
            steps(page)  # the first ones also load what later ones have
            report(measure(page, chosen.rounds))


def measure(page: Page, rounds: int) -> dict[tuple[str, bool], list[float]]:
    """Seconds of every step and stroke, by what it was and whether a training ran."""
    times: dict[tuple[str, bool], list[float]] = {(name, on): [] for name in NAMES for on in (False, True)}
    for _ in range(rounds):
        for on in (False, True):
            run_id = begin_training() if on else None
            times["next slice", on] += [seen for seen, _ in steps(page)]
            times["stroke acknowledged", on] += strokes(page)
            if run_id is not None:
                assert state(run_id) == RunState.RUNNING, "the training ended before it was measured"
                training_runs.cancel_training(run_id)
                wait(run_id, {RunState.CANCELLED})
    return times


def strokes(page: Page) -> list[float]:
    """Seconds until each stroke was acknowledged, on a slice that has none of them yet."""
    shown = page.evaluate(SHOWN)
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"(before) => ({SHOWN})() !== before", arg=shown)
    page.locator(OPEN).wait_for()
    page.wait_for_timeout(1000)
    n_before: int = page.locator(".editor").evaluate(LATENCIES + ".length")
    acknowledgements(page)
    page.wait_for_timeout(2000)
    found: list[float] = page.locator(".editor").evaluate(LATENCIES)
    return [milliseconds / 1000 for milliseconds in found[n_before:]]


def begin_training() -> int:
    """Start a long training as the Train page does; returns once it learns."""
    request = TrainingRequest(RECOMMENDED, None)
    run_id = training_runs.start_training(request, preview_training(request).load)
    wait(run_id, {RunState.RUNNING})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "Epoch" not in runs.run_row(open_store(), run_id).message and time.monotonic() < deadline:
        time.sleep(0.1)
    return run_id


def state(run_id: int) -> RunState:
    """How far the run is."""
    silent_runs.give_up_silent_runs(open_store())
    return next(row.state for row in runs.list_runs(open_store(), RunKind.TRAINING) if row.id == run_id)


def wait(run_id: int, wanted: set[RunState]) -> None:
    """Until the run is that far."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := state(run_id)) not in wanted:
        if found == RunState.FAILED or time.monotonic() > deadline:
            raise SystemExit(f"the training is {found}: {runs.run_row(open_store(), run_id).message}")
        time.sleep(0.1)


def report(times: dict[tuple[str, bool], list[float]]) -> None:
    """Median and 95th percentile of each, and the ratios."""
    print(f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
    for name in NAMES:
        told = {}
        for on in (False, True):
            values = times[name, on]
            median, high = statistics.median(values), statistics.quantiles(values, n=20)[-1]
            told[on] = median, high
            print(
                f"{name:20} training {'on ' if on else 'off'}: median {1000 * median:6.0f} ms, "
                f"95th percentile {1000 * high:6.0f} ms, n {len(values)}"
            )
        ratios = [on / off for on, off in zip(told[True], told[False], strict=True)]
        print(f"{name:20} ratio: median {ratios[0]:.2f}, 95th percentile {ratios[1]:.2f}")


if __name__ == "__main__":
    main()
