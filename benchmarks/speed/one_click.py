"""One click on Retrain, from `unet-report` on 100 + 20 corrected slices, until its candidate is scored.

    python -m benchmarks.speed.one_click --course FOLDER --volumes FOLDER [--rounds 1] [--epochs N]

The store holds the course's 100 training slices and 20 validation slices with their masks, and 20 slices of
training patients' volumes, half-way down, corrected to the truth by a reader. The Train page is opened in
Chromium, and nothing is changed on it: preset Recommended, from the active model. Promised on 2 idle cores:
the first epoch is seen within 10 s of the click, and the candidate is scored on the hold-out within 120 s.
Other --epochs than the preset's are asked for before the click, and say nothing about that promise.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from core.imaging.reading import find_series
from core.recipes.training import RECOMMENDED_FROM_MODEL
from core.records.masks import Origin
from core.records.runs import RunKind
from core.records.slices import Series, Split, Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks import masks
from core.store.runs import runs
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.training.preview import starting_models
from tests.browser.conftest import CHROMIUM_ARGUMENTS, ROOT, chromium_path, end, start_server

START = "unet-report"
N_CORRECTED = 20
PRESET_EPOCHS = RECOMMENDED_FROM_MODEL.epochs
FIRST_EPOCH, SCORED = 10.0, 120.0  # seconds that were promised
PATIENCE_MS = 900_000


def main() -> None:
    """Click as often as asked for, each time on a store of its own, and print what it took."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--course", type=Path, required=True)
    arguments.add_argument("--volumes", type=Path, required=True)
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--epochs", type=int, default=PRESET_EPOCHS)
    chosen = arguments.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    firsts, scored = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        for _ in range(chosen.rounds):
            with tempfile.TemporaryDirectory(prefix="septum-click-") as folder:
                os.environ |= {"SEPTUM_HOME": folder, "SEPTUM_DEFAULT_MODEL": START}
                settings.cache_clear()
                fill(chosen.course, chosen.volumes)
                seen, done = click(browser, chosen.epochs)
                firsts.append(seen)
                scored.append(done)
        browser.close()
    for name, times, promised in (
        ("first epoch seen", firsts, FIRST_EPOCH),
        ("candidate scored", scored, SCORED),
    ):
        print(f"{name}: median {statistics.median(times):.1f} s, promised {promised:.0f} s, n {len(times)}")


def fill(course: Path, volumes: Path) -> None:
    """The course's slices with their masks, and corrected slices of volumes."""
    for series in labelled(course):
        if series.split in (Split.TRAIN, Split.VALIDATION):
            add_series(open_store(), series)
    n_corrected = 0
    for series in labelled(volumes):
        if series.split == Split.TRAIN and n_corrected < N_CORRECTED:
            correct(series)
            n_corrected += 1
    counted = {split: len(list_slices(open_store(), Filter(splits=(split,)), limit=None)) for split in Split}
    print(", ".join(f"{count} {split} slices" for split, count in counted.items()))
    assert starting_models()[0].name == START


def labelled(folder: Path) -> Iterator[Series]:
    """Series whose every slice has its true mask."""
    for found in find_series([folder], per_file=True):
        if isinstance(found, Series) and all(image.mask is not None for image in found.slices):
            yield found


def correct(series: Series) -> None:
    """The slice half-way down, without its mask, corrected to it by a reader."""
    middle = (1 + max(image.position for image in series.slices)) // 2
    image = next(image for image in series.slices if image.position == middle)
    bare = replace(series, slices=(replace(image, mask=None),))
    series_id = add_series(open_store(), bare).series_id
    (row,) = list_slices(open_store(), Filter(series_id=series_id))
    assert image.mask is not None
    masks.save_version(
        open_store(),
        row.id,
        image.mask,
        origin=Origin.READER,
        author="reader",
        parent_id=None,
        status=Status.APPROVED,
    )


def click(browser: Browser, epochs: int) -> tuple[float, float]:
    """Seconds from the click until the page shows the first epoch, and until the candidate is scored."""
    server, url = start_server(ROOT / "serve.py", {})
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{url}/Train")
        button = page.get_by_role("button", name="Retrain")
        button.wait_for()
        if epochs != PRESET_EPOCHS:
            page.get_by_text("All choices").click()
            page.get_by_role("spinbutton", name="Epochs", exact=True).fill(str(epochs))
            page.keyboard.press("Enter")
        page.wait_for_timeout(3000)  # a reader looks at what it tells
        began = time.perf_counter()
        button.click()
        page.get_by_text(f"1 of {epochs} epochs").or_(
            page.get_by_text("slices of the hold-out")
        ).first.wait_for()
        seen = time.perf_counter() - began
        page.get_by_text("slices of the hold-out.").first.wait_for()
        done = time.perf_counter() - began
        page.close()
    finally:
        end(server)
    (row,) = runs.list_runs(open_store(), RunKind.TRAINING)
    print(f"first epoch {seen:.1f} s, scored {done:.1f} s: {row.message}")
    return seen, done


if __name__ == "__main__":
    main()
