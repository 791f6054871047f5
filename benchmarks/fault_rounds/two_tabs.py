"""Two tabs, driven by random keys and clicks: nothing is approved that its reader did not see."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
from playwright.sync_api import BrowserContext, Error, sync_playwright

from benchmarks.fault_rounds.on_screen import N_SLICES, SHAPE, Decision, picture, record
from benchmarks.fault_rounds.rounds import Round, own_home, unsound
from benchmarks.fault_rounds.tab_steps import STEPS, Tab
from core.labels import Label
from core.records.slices import Geometry, Series, Slice, Split, Status
from core.settings import ROOT
from core.store.database import open_store
from core.store.masks import masks
from core.store.series.series import add_series
from core.store.slices.filters import Filter, Order
from core.store.slices.slices import list_slices, set_status
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path, end, start_server

N_STEPS = 150
PAUSES_S = (0, 0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
LATEST_S = 2.0  # after the last step in which something may still be decided
PATIENCE_MS = 60_000
# Every approval is noted by the database itself, in the transaction that makes it.
WATCH = """
CREATE TABLE watched (id INTEGER PRIMARY KEY AUTOINCREMENT, slice_id INTEGER, version_id INTEGER, person);
CREATE TRIGGER watched_version AFTER UPDATE OF approved_version_id ON slice
WHEN NEW.approved_version_id IS NOT NULL
BEGIN INSERT INTO watched (slice_id, version_id) VALUES (NEW.id, NEW.approved_version_id); END;
CREATE TRIGGER watched_status AFTER INSERT ON status_change WHEN NEW.after = 'approved'
BEGIN INSERT INTO watched (slice_id, person) VALUES (NEW.slice_id, NEW.person); END;
"""
UNWATCH = "DROP TRIGGER watched_version; DROP TRIGGER watched_status; DROP TABLE watched;"


@dataclass
class Watch:
    """Which approvals of a series the store has noted, and which of them a reader's screen accounts for."""

    slice_ids: Sequence[int]
    decisions: list[Decision] = field(default_factory=list)
    judged: int = 0  # rows of the note; what came before a reader did anything is in it already
    approvals: int = 0

    def __post_init__(self) -> None:
        """Leave out what the store noted when the slices came in."""
        with sqlite3.connect(open_store().place) as connection:
            (self.judged,) = connection.execute("SELECT coalesce(max(id), 0) FROM watched").fetchone()

    def judge(self) -> list[str]:
        """Return a sentence for each new approval of a mask that nobody showed who approved."""
        with sqlite3.connect(open_store().place) as connection:
            rows = connection.execute(
                "SELECT * FROM watched WHERE id > ? ORDER BY id", (self.judged,)
            ).fetchall()
        people = {number: person for number, _, version_id, person in rows if version_id is None}
        lost: list[str] = []
        for number, slice_id, version_id, _ in rows:
            self.judged = max(self.judged, number)
            if version_id is None or slice_id not in self.slice_ids:
                continue
            self.approvals += 1
            person = people.get(number + 1) or people.get(number - 1) or ""
            mask, place = masks.version(open_store(), version_id).mask, self.slice_ids.index(slice_id)
            asked = [each for each in self.decisions if each.reader == person and not each.used]
            seen = next((each for each in asked if each.shows(place, mask)), None)
            if seen is not None:
                seen.used = True
                continue
            before = [each for each in self.decisions if each.reader == person][-4:]
            told = "; ".join(each.told(mask) for each in before) or "nothing"
            lost.append(
                f"{person} approved version {version_id} of slice {place} unseen, after {told or 'nothing'}"
            )
        return lost


def series_to_decide(patient: str) -> list[int]:
    """Return the ids of slices with masks that nobody has decided on, whose pictures tell them apart."""
    slices = tuple(Slice(place, 0, picture(place), mask=heart(place)) for place in range(N_SLICES))
    geometry = Geometry("npy", (N_SLICES, *SHAPE), (1.5, 1.5))
    added = add_series(open_store(), Series(patient, "cine", geometry, slices, split=Split.TRAIN)).series_id
    ids = [row.id for row in list_slices(open_store(), Filter(series_id=added), Order.IMPORTED)]
    for slice_id in ids:
        set_status(open_store(), slice_id, Status.IN_PROGRESS)
    return ids


def walk(tabs: Sequence[Tab], watch: Watch, chance: Random, n_steps: int) -> list[str]:
    """Drive the tabs by random keys and clicks; returns a sentence for each mask that was approved unseen."""
    lost: list[str] = []
    done: list[str] = []
    for _ in range(n_steps):
        tab = chance.choice(tabs)
        name = chance.choices(list(STEPS), [weight for weight, _ in STEPS.values()])[0]
        done.append(f"{tab.name} {name}")
        try:
            STEPS[name][1](tab, chance)
            tab.page.wait_for_timeout(1000 * chance.choice(PAUSES_S))
        except Error as error:  # what was to be clicked is gone by now, as the page may be drawn anew
            if tab.page.is_closed() or "Target crashed" in error.message:
                raise
        found = watch.judge()
        lost += [f"{sentence} [{', '.join(done[-12:])}]" for sentence in found]
    ends = time.monotonic() + LATEST_S
    while time.monotonic() < ends:
        tabs[0].page.wait_for_timeout(200)
        lost += watch.judge()
    for tab in tabs:
        lost += [f"{tab.name}: {error}" for error in tab.errors]
    return lost + unlike_approved(watch.slice_ids)


def unlike_approved(slice_ids: Sequence[int]) -> list[str]:
    """Return a sentence for each slice that is told as approved and shows another mask than was approved."""
    asked = ", ".join(map(str, slice_ids))
    query = (
        f"SELECT id, newest_version_id, approved_version_id FROM slice WHERE id IN ({asked}) "
        "AND status = 'approved' AND newest_version_id IS NOT approved_version_id"
    )
    with sqlite3.connect(open_store().place) as connection:
        return [f"slice {row[0]} shows {row[1]}, approved is {row[2]}" for row in connection.execute(query)]


def open_tab(context: BrowserContext, url: str, name: str, reader: str, watch: Watch) -> Tab:
    """Return a tab of the reader on the first slice, which tells of every decision."""
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    tab = Tab(page, name, reader)
    page.on("pageerror", lambda error: tab.errors.append(str(error)))
    record(page, reader, watch.decisions)
    page.goto(f"{url}/Review?slice={watch.slice_ids[0]}&reader={reader}&filter=all")
    page.locator(".editor[aria-busy='false']").wait_for()
    page.set_default_timeout(1000)
    return tab


def watched() -> None:
    """Have the database of this home note every approval."""
    with sqlite3.connect(open_store().place) as connection:
        connection.executescript(WATCH)


def heart(place: int) -> np.ndarray:
    """Return the mask of a slice, (height, width) uint8, another one for each."""
    mask = np.zeros(SHAPE, np.uint8)
    mask[20:50, 20:50] = Label.MYOCARDIUM
    mask[27:43, 27 : 43 - place] = Label.LEFT_VENTRICLE
    return mask


def unwatched() -> None:
    """Have the database be as it was."""
    with sqlite3.connect(open_store().place) as connection:
        connection.executescript(UNWATCH)


def two_tabs(folder: Path, chance: Random) -> Round:
    """Drive two tabs of one reader, or of two, by random keys and clicks, and judge every approval."""
    with own_home(folder), sync_playwright() as playwright:
        watched()
        watch = Watch(series_to_decide("anna"))
        server, url = start_server(ROOT / "serve.py", {})
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        try:
            context, other = browser.new_context(), browser.new_context()
            second = chance.choice(((context, "ann"), (other, "ann"), (other, "bob")))
            places = (("one", context, "ann"), ("two", *second))
            tabs = [open_tab(where, url, name, reader, watch) for name, where, reader in places]
            lost = walk(tabs, watch, chance, N_STEPS)
        finally:
            browser.close()
            end(server)
        unwatched()
        lost += unsound()
    return Round(0, watch.approvals, tuple(lost))
