"""Every page for everyone: by axe-core in both themes, at 200 %, on a telephone, with less motion.

One server and one store serve all of it; the first tests need the store empty and so stand first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.jobs.worker import drain_queue
from core.labels import Label
from core.records.runs import RunKind
from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, set_status
from core.workflow.training.runs import start_training
from pages.shared.frame import MENU
from tests.browser.conftest import ROOT, OpenPage, Serve, settings_shared
from tests.workflow.hearts import LOAD, add_heart, tiny_request
from tests.workflow.promotion.candidates import pair, perfect, without
from tests.workflow.small import save_model

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast"]}  # all that another theme can change
GRAVE = ("serious", "critical")
# What is Streamlit's own and cannot be mended from outside: rule, part of the element, why.
NOT_OURS: tuple[tuple[str, str, str], ...] = ()
LOST_WORDS = (Path(__file__).parent / "lost_words.js").read_text(encoding="utf-8")
SIZES = ((720, 450), (320, 640))  # 1440 x 900 at 200 %, and a telephone
NAMES = tuple(name for _, name, _ in MENU)
TURNED_TO = {
    "Heart": ("Base", "Body"),
    "Metrics": ("Distributions", "Worst slices", "Measurements", "Compare", "Runs"),
}


@dataclass
class Visitor:
    """A page of the app that goes the way around by its menu."""

    url: str
    page: Page

    def start(self, address: str = "?reader=ann") -> None:
        """Load the app at an address."""
        self.page.goto(f"{self.url}/{address}")
        self.settle()

    def visit(self, name: str) -> None:
        """Go to a page by its link in the menu."""
        link = self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True)
        link.click()
        expect(self.page.get_by_role("heading", level=1, name=name)).to_have_count(1)
        self.settle()

    def turn_to(self, part: str) -> None:
        """Turn to a part of the page."""
        self.page.get_by_role("radio", name=part).or_(self.page.get_by_role("button", name=part)).click()
        self.settle()

    def settle(self) -> None:
        """Wait until the page stands."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        expect(self.page.locator(".st-key-menu a[aria-current=page]")).to_have_count(1)
        expect(self.page.locator("[data-testid=stSkeleton], [data-testid=stSpinner]")).to_have_count(0)
        expect(self.page.locator("[data-testid=stException]")).to_have_count(0)
        if self.page.locator(".septum-editor").count():
            self.page.locator(".editor[data-document]").wait_for()

    def findings(self, theme: str, rules: dict[str, object]) -> list[str]:
        """What axe-core finds of the page in a theme that a person would stumble over."""
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for part in ("[data-testid=stApp]", "html"):  # dialogs lie outside the app
            expect(self.page.locator(part)).to_have_css("color-scheme", theme)
        options = {"resultTypes": ["violations"], "runOnly": rules}
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{theme}: {rule['id']} at {node['html'][:160]}"
            for rule in found
            if rule["impact"] in GRAVE
            for node in rule["nodes"]
            if not any(rule["id"] == own and part in node["html"] for own, part, _ in NOT_OURS)
        ]

    def lost(self) -> list[str]:
        """What cannot be read of the page in small windows; the large one is left as it was."""
        large, lost = self.page.viewport_size, []
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(300)  # charts follow the window after a moment
            lost += [f"{width}: {words}" for words in self.page.evaluate(LOST_WORDS)]
        assert large is not None
        self.page.set_viewport_size(large)
        return lost

    def in_both_themes(self) -> list[str]:
        """The findings in light, and what the colours of dark add to them."""
        return [*self.findings("light", RULES), *self.findings("dark", COLOURS)]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings that the app and this process share: an empty home, a tiny model, and nobody named."""
    folder = tmp_path_factory.mktemp("everyone")
    save_model(folder / "checkpoints" / "unet-cine.safetensors", "unet-cine", seed=0)
    shared = {
        "SEPTUM_HOME": str(folder / "home"),
        "SEPTUM_CHECKPOINTS": str(folder / "checkpoints"),
        "SEPTUM_DEVICE": "cpu",
        "SEPTUM_READER": "",
    }
    with settings_shared(shared):
        yield shared


@pytest.fixture(scope="module")
def filled(environment: dict[str, str]) -> int:
    """Fill the store: patients with references, two scored models, a finished run; a slice to review."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
        pair(Path(environment["SEPTUM_HOME"]), perfect, without(Label.LEFT_VENTRICLE, 2))
        start_training(tiny_request(), LOAD, "a run")
        drain_queue(open_store(), RunKind.TRAINING)
        series = add_heart(99, Split.TRAIN, n_slices=3)
    first, *others = (row.id for row in list_slices(open_store(), Filter(series_id=series)))
    for slice_id in (first, *others):
        set_status(open_store(), slice_id, Status.IN_PROGRESS)
    return first


@pytest.fixture
def visitor(serve: Serve, page: OpenPage, environment: dict[str, str]) -> Visitor:
    return Visitor(serve(ROOT / "serve.py", environment), page())


def test_an_empty_store_shows_nothing_that_axe_would_call_serious(visitor):
    visitor.start()
    found = {"Home": visitor.in_both_themes()}
    for name in NAMES[1:]:
        visitor.visit(name)
        found[name] = visitor.in_both_themes()
    assert {name: findings for name, findings in found.items() if findings} == {}


@pytest.mark.timeout(
    600
)  # twelve views in two themes and two more sizes: half a minute where nothing else runs
def test_a_filled_store_shows_nothing_serious_and_loses_no_word_in_a_small_window(visitor, filled):
    found, lost = {}, {}

    def look(name: str) -> None:
        found[name], lost[name] = visitor.in_both_themes(), visitor.lost()

    visitor.start(f"Review?reader=ann&slice={filled}")
    look("Review")
    for name in NAMES:
        if name == "Review":
            continue
        visitor.visit(name)
        look(name)
        for part in TURNED_TO.get(name, ()):
            visitor.turn_to(part)
            look(part)
    visitor.page.context.clear_cookies()
    visitor.start(f"Review?slice={filled}")
    expect(visitor.page.get_by_text("Give your name to draw, save and approve.")).to_be_visible()
    look("a name is asked")
    assert {name: findings for name, findings in found.items() if findings} == {}
    assert {name: words for name, words in lost.items() if words} == {}


def test_with_less_motion_nothing_moves_and_a_decision_can_still_be_undone(visitor, filled):
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.start(f"Review?reader=ann&slice={filled}")
    slowest = visitor.page.evaluate(
        """() => Math.max(...[...document.querySelectorAll("body *")].map((part) => getComputedStyle(part))
            .map((style) => parseFloat(style.animationDuration) + parseFloat(style.transitionDuration)))"""
    )
    assert slowest < 0.01
    visitor.page.get_by_role("button", name="Approve").click()
    expect(visitor.page.locator(".st-key-undo-decision button")).to_be_visible()
    visitor.page.emulate_media(reduced_motion="no-preference")


def test_in_a_palette_of_the_systems_own_a_line_says_what_is_chosen(visitor, filled):
    visitor.page.emulate_media(forced_colors="active")
    visitor.start(f"Review?reader=ann&slice={filled}")
    for chosen in (".st-key-menu a[aria-current=page]", ".st-key-way [aria-checked=true]"):
        expect(visitor.page.locator(chosen)).to_have_css("outline-style", "solid")
    expect(visitor.page.locator(".st-key-way [aria-checked=false]")).to_have_css("outline-style", "none")
    visitor.page.emulate_media(forced_colors="none")
