"""The app as a newcomer meets it: first visit, demo, files dropped, questions, predictions, the way around.

One server and one store serve all of it; the first test needs the store empty and so stands first.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.filters import Filter
from core.store.slices.slices import count_slices, list_slices, slice_row
from core.workflow.data.demo import HEARTS
from pages.shared.frame import MENU
from pages.shared.tour import STOPS
from tests.browser.conftest import ROOT, OpenPage, Serve, settings_shared
from tests.workflow.small import PIXELS, cine, png, save_model, stored

SIZES = ((1440, 900), (1024, 768))
OVERFLOWING = """() => [document.documentElement, ...document.querySelectorAll('[data-testid="stMain"]')]
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map((element) => `${element.tagName} ${element.scrollWidth} > ${element.clientWidth}`)"""


@dataclass
class App:
    """The app in a browser, with what its console complains of and what it asks for outside this machine."""

    url: str
    page: Page
    complaints: list[str]

    def visit(self, path: str = "") -> Page:
        """Go to an address and wait until the page stands."""
        self.page.goto(f"{self.url}/{path}")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the script has run to its end, and look for what no page may show."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        self.page.locator(".st-key-menu").wait_for()
        expect(self.page.locator("[data-testid=stException]")).to_have_count(0)

    def predict(self, what: str) -> None:
        """Choose what is predicted."""
        self.page.get_by_role("button", name="Predict", exact=True).click()
        self.page.get_by_role("menuitem", name=what).click()
        if what != "This slice":
            self.page.get_by_role("button", name="Start", exact=True).click()

    def drop(self, files: dict[str, bytes]) -> None:
        """Drop files on a fresh Import page and wait for their list."""
        self.visit("Import")
        self.page.locator("input[type=file]").set_input_files(
            [{"name": name, "mimeType": "", "buffer": data} for name, data in files.items()]
        )
        self.page.locator("[data-testid=stDataFrame]").first.wait_for()

    def press_import(self) -> None:
        """Let in what the list shows."""
        self.page.get_by_role("button", name=re.compile(r"^Import \d+ series$")).click()

    def results(self, outcomes: dict[str, str]) -> list[str]:
        """Wait until patients and files have these results, in this order; returns what is said of each."""
        rows = self.page.locator("[data-testid=stDataFrame] canvas tbody tr")
        expect(rows.locator("td:nth-child(1)")).to_have_text(list(outcomes.values()))
        expect(rows.locator("td:nth-child(2)")).to_have_text(list(outcomes))
        self.settle()
        return rows.locator("td:last-child").all_inner_texts()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings that the app and this process share: an empty home, and a tiny network as the model."""
    folder = tmp_path_factory.mktemp("app")
    save_model(folder / "checkpoints" / "unet-cine.safetensors", "unet-cine", seed=0)
    shared = {
        "SEPTUM_HOME": str(folder / "home"),
        "SEPTUM_CHECKPOINTS": str(folder / "checkpoints"),
        "SEPTUM_DEVICE": "cpu",
    }
    with settings_shared(shared):
        yield shared


@pytest.fixture
def app(serve: Serve, page: OpenPage, environment: dict[str, str]) -> Iterator[App]:
    opened, url = page(), serve(ROOT / "serve.py", environment)
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        asks_for_base_path = "/_stcore/" in message.location["url"]  # Streamlit looks for it by trial
        if message.type == "error" and not asks_for_base_path:
            complaints.append(f"{message.text} ({message.location})")

    def watch(request: Request) -> None:
        if not request.url.startswith((url, url.replace("http", "ws"), "data:", "blob:")):
            complaints.append(f"{request.url} was asked for outside this machine")

    opened.on("console", listen)
    opened.on("request", watch)
    yield App(url, opened, complaints)
    assert complaints == []


def test_a_first_visit_finds_an_empty_store_and_one_click_brings_the_demo(app):
    opened = app.visit()
    expect(opened.get_by_text("Import the first hearts.")).to_be_visible()
    app.visit("Review")
    expect(opened.get_by_text("There is no slice here yet.")).to_be_visible()
    opened.get_by_role("link", name="Import some").click()
    expect(opened.get_by_role("heading", name="Import short-axis MR")).to_be_visible()
    opened.get_by_role("link", name="Home").click()
    opened.get_by_role("button", name="Load the demo").click()
    n_slices = sum(10 * heart.n_phases for heart in HEARTS)
    told = opened.locator("[data-testid=stMetric]").filter(has=opened.get_by_text("Slices", exact=True))
    expect(told.filter(has_text=str(n_slices))).to_be_visible()
    app.settle()
    expect(opened.get_by_role("button", name="Load the demo")).to_have_count(0)
    assert count_slices(open_store()) == n_slices
    expect(opened.get_by_text("nobody has approved yet")).to_be_visible()  # a worker predicts by itself
    assert count_slices(open_store(), Filter((Status.NEW,))) == 0
    opened.get_by_role("button", name="Review", exact=True).click()
    opened.locator(".editor[data-document]").wait_for()
    app.settle()


def test_what_is_chosen_goes_out_with_a_manifest(app):
    opened = app.visit()
    opened.get_by_role("button", name="Export masks").click()
    dialog = opened.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"\d+ masks in 4 series of 4 patients\."))
    dialog.get_by_role("radio", name="References").click()
    expect(dialog).to_contain_text("60 masks in 3 series of 3 patients.")
    expect(dialog).to_contain_text("3 of these series are masked only in part")
    dialog.get_by_role("button", name="Prepare the zip").click()
    with opened.expect_download() as fetched:
        dialog.get_by_role("button", name="Download").click()
    with zipfile.ZipFile(fetched.value.path()) as archive:
        assert {"manifest.csv", "manifest.json"} < set(archive.namelist())
        told = json.loads(archive.read("manifest.json"))
    assert [file["patient"] for file in told["files"]] == [
        heart.patient for heart in HEARTS if heart.labelled
    ]
    masked = [item for file in told["files"] for item in file["slices"] if item["masked"]]
    assert len(masked) == 60
    assert {(item["origin"], item["status"]) for item in masked} == {("reference", "approved")}


def test_the_tour_goes_through_the_pages_and_the_demo_goes_by_one_click(app):
    opened = app.visit()
    if not count_slices(open_store()):  # at a second try
        opened.get_by_role("button", name="Load the demo").click()
    opened.get_by_role("button", name="Show me around").click()
    for stop in STOPS[1:]:
        opened.get_by_role("button", name=f"On to {stop.title}").click()
        expect(opened).to_have_title(f"{stop.title} - Septum")
        expect(opened.locator(".st-key-tour")).to_contain_text(stop.text)
    opened.get_by_role("button", name="Done").click()
    expect(opened).to_have_title("Home - Septum")
    expect(opened.locator(".st-key-tour")).to_have_count(0)
    opened.get_by_role("button", name="Remove the demo").click()
    expect(opened.get_by_text("The demo was removed: 4 series of 4 patients")).to_be_visible()
    expect(opened.get_by_role("button", name="Load the demo")).to_be_visible()
    assert count_slices(open_store()) == 0


def test_every_file_dropped_gets_its_line_and_again_says_unchanged(app):
    files = {
        "first heart é.png": png(np.flipud(PIXELS).copy()),
        "second.png": png(np.fliplr(PIXELS).copy()),
        "letter.png": b"this is a letter, not a heart",
    }
    app.drop(files)
    told = app.results({"first heart é": "new", "second": "new", "letter.png": "refused"})
    assert "no image that Septum knows" in told[2]
    assert count_slices(open_store(), Filter(patient="second")) == 0
    app.press_import()
    app.results({"first heart é": "imported", "second": "imported", "letter.png": "refused"})
    expect(app.page.get_by_text("2 imported); 1 file refused")).to_be_visible()
    del files["letter.png"]
    app.drop(files)
    told = app.results({"first heart é": "unchanged", "second": "unchanged"})
    assert all("nothing was changed" in sentence for sentence in told)
    assert count_slices(open_store(), Filter(patient="second")) == 1


def test_a_question_gets_its_answer_on_the_page(app):
    app.drop({"large.png": png(np.tile(PIXELS, (9, 10)))})
    app.results({"large.png": "question"})
    assert count_slices(open_store(), Filter(patient="large")) == 0
    opened = app.page
    opened.get_by_role("spinbutton", name="Pixel size in mm").fill("1.25")
    opened.keyboard.press("Enter")
    app.results({"large": "new"})
    app.press_import()
    app.results({"large": "imported"})
    (row,) = list_slices(open_store(), Filter(patient="large"))
    assert row.spacing_mm == (1.25, 1.25)
    opened.get_by_role("button", name="Review them").click()
    opened.locator(f".editor[data-document^='slice-{row.id} ']").wait_for()


def test_an_address_opens_its_slice_and_one_that_is_gone_is_told(app):
    rows = stored(cine("deep", seed=5))
    opened = app.visit(f"Review?slice={rows[4].id}")
    opened.locator(f".editor[data-document^='slice-{rows[4].id} ']").wait_for()
    app.visit("Review?slice=987654")
    expect(opened.get_by_text("There is no slice 987654")).to_be_visible()


def test_one_slice_is_predicted_at_once_and_a_series_behind_the_page(app):
    rows = stored(cine("unread", 4, 2, seed=6))
    opened = app.visit(f"Review?slice={rows[0].id}")
    app.predict("This slice")
    expect(opened.locator(".st-key-bar").get_by_text("predicted", exact=True)).to_be_visible()
    app.settle()
    opened.keyboard.press("Shift+V")  # the menu is closed and the keys are the editor's again
    expect(opened.locator("[data-action=confidence][aria-pressed=true]")).to_be_visible()
    version = masks.newest_version(open_store(), rows[0].id)
    assert (version.origin, version.author) == (Origin.MODEL, "unet-cine")
    app.predict("This series")
    expect(opened.get_by_text("Predicted 7 slices with unet-cine.")).to_be_visible()
    assert {slice_row(open_store(), row.id).status for row in rows} == {Status.PREDICTED}


def test_the_menu_leads_to_every_page_and_none_is_wider_than_the_window(app):
    stored(cine("around", seed=7))
    opened = app.visit()
    for size in SIZES:
        opened.set_viewport_size({"width": size[0], "height": size[1]})
        for file, name, _ in MENU:
            opened.locator(".st-key-menu").get_by_role("link", name=name, exact=True).click()
            expect(opened).to_have_title(f"{name} - Septum")
            app.settle()
            opened.wait_for_timeout(300)  # charts and the editor take their size after the page stands
            assert opened.evaluate(OVERFLOWING) == [], (file, size)
