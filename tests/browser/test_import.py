"""Import in a real browser: folders chosen and dropped, imports behind the page, deletion, masks attached."""

import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from core.records.masks import Origin
from core.records.runs import RunKind
from core.records.slices import Status
from core.settings import settings
from core.store.database import open_store
from core.store.runs import runs
from core.store.series.series import list_series
from core.store.slices.filters import Filter, Order
from core.store.slices.slices import count_slices, list_slices
from core.workflow.import_runs import runs as import_runs
from tests.browser.conftest import ROOT, OpenPage, Serve, settings_shared, settle
from tests.workflow.small import HEART, PIXELS, cine, png, stored, write

NUMBERS = itertools.count(1)
MANY = import_runs.LARGE_FILES + 20


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings that the app and this process share: an empty home, and one folder to import from."""
    folder = tmp_path_factory.mktemp("import")
    shared = {
        "SEPTUM_HOME": str(folder / "home"),
        "SEPTUM_CHECKPOINTS": str(folder / "checkpoints"),
        "SEPTUM_IMPORT_ROOTS": str(folder / "data"),
    }
    for number in range(MANY):
        write(folder / "data" / "lab" / f"patient{number:04}.png", png(many(number)))
    with settings_shared(shared):
        yield shared


def many(number: int) -> np.ndarray:
    """A picture like no other."""
    return np.random.default_rng(number).integers(0, 255, (24, 20)).astype(np.uint8)


@pytest.fixture
def opened(serve: Serve, page: OpenPage, environment: dict[str, str]) -> Page:
    """The Import page."""
    shown = page()
    shown.goto(f"{serve(ROOT / 'serve.py', environment)}/Import")
    settle(shown)
    return shown


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Two patients in the folders of the course, each picture with its mask of the same name.

    They are other ones each time, since a test that is tried once more finds the first ones in the store.
    """
    folder = tmp_path / f"course{next(NUMBERS)}"
    for split in ("train", "test"):
        number = next(NUMBERS)
        for kind, pixels in (("image", PIXELS), ("mask", HEART)):
            write(folder / split / kind / f"{folder.name}p{number}.png", png(np.roll(pixels, number, 0)))
    write(folder / ".DS_Store", b"x")
    return folder


def choose_way(shown: Page, way: str) -> None:
    shown.get_by_role("radio", name=way, exact=True).or_(
        shown.get_by_role("button", name=way, exact=True)
    ).first.click()
    if way != "A folder on the server":
        shown.get_by_role("region", name=way, exact=True).wait_for()  # the uploader before is gone then
    settle(shown)


def rows(shown: Page) -> Locator:
    return shown.locator("[data-testid=stDataFrame]").first.locator("canvas tbody tr")


def drop_on(shown: Page, path: Path) -> None:
    """Drop a file or folder of this machine on the uploader, as from a file manager."""
    zone = shown.locator("[data-testid=stFileUploaderDropzone]")
    zone.wait_for()
    box = zone.bounding_box()
    assert box
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = shown.context.new_cdp_session(shown)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
    session.detach()


@pytest.mark.parametrize(
    ("way", "by_hand"), [("A folder", True), ("A folder", False), ("Files or zips", False)]
)
def test_a_folder_keeps_its_layout_chosen_or_dropped(opened, course, way, by_hand):
    choose_way(opened, way)
    if by_hand:
        opened.locator("input[type=file]").set_input_files(course)
    else:
        drop_on(opened, course)
    expect(rows(opened)).to_have_count(2)
    expect(rows(opened).locator("td:nth-child(7)")).to_have_text(["test", "train"])
    expect(rows(opened).locator("td:nth-child(6)")).to_have_text(["1", "1"])
    expect(opened.get_by_text("question")).to_have_count(0)
    assert count_slices(open_store(), Filter(patient=course.name)) == 0


def test_a_name_shows_its_letters_and_does_nothing(opened):
    name = "![x](https:evil) :red[hot] www.evil.com <b>b $x$ a@evil.com.png"
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "", "buffer": png(np.tile(PIXELS, (9, 10)))}
    )
    words = opened.locator(".st-key-questions [data-testid=stMarkdownContainer]").nth(1)
    expect(words).to_contain_text("![x](https:")
    assert words.inner_text().replace("\u2060", "").startswith(name)
    assert words.locator("a, img, b, .katex, span").count() == 0
    assert not any("evil" in url for url in asked)


def test_what_came_in_is_what_review_opens(opened, course):
    stored(cine("earlier", seed=9))
    choose_way(opened, "A folder")
    opened.locator("input[type=file]").set_input_files(course)
    opened.get_by_role("button", name="Import 2 series").click()
    expect(opened.get_by_text("2 imported)")).to_be_visible()
    opened.get_by_role("button", name="Review them").click()
    first = list_slices(open_store(), Filter(patient=course.name), Order.HEART)[0]
    opened.locator(f".editor[data-document^='slice-{first.id} ']").wait_for()
    assert {row.status for row in list_slices(open_store(), Filter(patient=course.name))} == {Status.APPROVED}


def test_a_folder_of_the_server_is_listed_and_comes_in_behind_the_page(opened):
    choose_way(opened, "A folder on the server")
    opened.get_by_role("combobox", name="Folder on the server").click()
    opened.get_by_role("option", name="lab").click()
    opened.get_by_role("button", name="List what would come in").click()
    opened.get_by_role("button", name="Import them").click()
    expect(opened.get_by_text(f"{MANY} imported)")).to_be_visible()
    assert count_slices(open_store(), Filter(patient="patient")) == MANY
    opened.get_by_role("button", name="Close the list").click()
    expect(opened.get_by_text(f"{MANY} imported)")).to_have_count(0)


def test_many_files_come_in_behind_the_page_and_leave_no_copy(opened):
    files = [
        {"name": f"subject{number:04}.png", "mimeType": "", "buffer": png(255 - many(number))}
        for number in range(MANY)
    ]
    opened.locator("input[type=file]").set_input_files(files)
    opened.get_by_role("button", name="Import at once").click()
    expect(opened.get_by_text(re.compile(rf"\d+ of {MANY} files"))).to_be_visible()
    expect(opened.get_by_text(f"{MANY} series of {MANY} patients")).to_be_visible()
    assert count_slices(open_store(), Filter(patient="subject")) == MANY
    kept = settings().home / "imports"
    assert [folder for folder in kept.iterdir() if (folder / "files").exists()] == []
    opened.get_by_role("button", name="Close the list").click()
    until = time.monotonic() + 20
    while list(kept.iterdir()):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert len({run.id for run in runs.list_runs(open_store(), RunKind.IMPORT)}) == 3


def test_a_series_is_deleted_after_a_second_look(opened):
    stored(cine("gone", masked=True, seed=7))
    opened.get_by_text("Show what is in the store").click()
    find(opened, "gone")
    opened.get_by_role("button", name="Delete 1 series").click()
    dialog = opened.get_by_role("dialog")
    expect(dialog.get_by_text("1 series of 1 patient with 6 slices")).to_be_visible()
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_have_count(0)
    assert count_slices(open_store(), Filter(patient="gone")) == 6
    opened.get_by_role("button", name="Delete 1 series").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(opened.get_by_text("No series fits.")).to_be_visible()
    assert count_slices(open_store(), Filter(patient="gone")) == 0


def find(shown: Page, text: str) -> None:
    """Search for a series and choose the only one that fits."""
    field = shown.get_by_role("textbox", name="Patient or series")
    field.fill(text)
    field.press("Enter")
    settle(shown)
    table = shown.locator("[data-testid=stDataFrame]")
    expect(table.locator("canvas tbody tr")).to_have_count(1)
    box = table.bounding_box()
    assert box
    shown.mouse.click(box["x"] + 15, box["y"] + 52)  # the box at the left of the first row


def test_masks_are_attached_to_a_series_that_is_there(opened):
    choose_way(opened, "Files or zips")
    opened.locator("input[type=file]").set_input_files(
        {"name": "late.png", "mimeType": "", "buffer": png(many(9999))}
    )
    opened.get_by_role("button", name="Import 1 series").click()
    expect(opened.get_by_text("1 imported)")).to_be_visible()
    opened.reload()
    settle(opened)
    opened.get_by_text("Show what is in the store").click()
    find(opened, "late")
    opened.get_by_role("button", name="Attach masks").click()
    dialog = opened.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(
        {"name": "late_mask.png", "mimeType": "", "buffer": png(HEART)}
    )
    dialog.get_by_role("button", name="Attach", exact=True).click()
    expect(dialog.locator("[data-testid=stDataFrame] canvas tbody tr td").first).to_have_text("attached")
    (row,) = list_slices(open_store(), Filter(patient="late"))
    assert (row.newest_origin, row.status) == (Origin.REFERENCE, Status.APPROVED)
    assert len([one for one in list_series(open_store()) if one.patient == "late"]) == 1
