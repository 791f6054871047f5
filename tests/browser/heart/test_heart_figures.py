"""A stroke changes the figures of its heart in a real browser, without a run of the whole page."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.records.hearts import HeartFact
from core.records.slices import Geometry, Series, Slice, Split
from core.settings import settings
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.hearts.choices import give_fact, heart_choices
from core.workflow.hearts.measure import measure_heart
from core.workflow.hearts.reader.view import reader_heart
from tests.browser.conftest import ROOT, OpenPage, Serve
from tests.browser.drawing import Hand

SHAPE = (64, 80)
POSITIONS = 4
RADII = (9.0, 6.0)  # of the LV at ED and ES, in pixels


@pytest.fixture(scope="module")
def series_id(home: dict[str, str]) -> int:
    """A heart at ED and ES with references."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    away = np.hypot(rows - 32, columns - 44)
    slices = []
    for phase, radius in enumerate(RADII):
        mask = np.zeros(SHAPE, np.uint8)
        mask[np.hypot(rows - 32, columns - 26) < 10] = 1
        mask[away < radius + 5] = 2
        mask[away < radius] = 3
        slices += [
            Slice(place, phase, (mask * 60).astype(np.uint16), mask=mask) for place in range(POSITIONS)
        ]
    geometry = Geometry("npy", (POSITIONS, 2, *SHAPE), (1.5, 1.5), 8.0)
    number = add_series(
        open_store(), Series("figures", "cine", geometry, tuple(slices), Split.TRAIN)
    ).series_id
    for fact, phase in ((HeartFact.ED_PHASE, 0), (HeartFact.ES_PHASE, 1)):
        give_fact(number, fact, phase, "bob")
    return number


def shown(opened: Page, name: str) -> int:
    """The LV's number in a row of the table."""
    row = opened.locator(".septum-figures").first.locator("tr", has_text=name).first
    return int(row.locator("b").first.inner_text())


def test_a_stroke_changes_the_figures_and_a_click_marks_the_insertions(
    serve: Serve, page: OpenPage, home: dict[str, str], series_id: int
):
    settings.cache_clear()
    opened = page()
    opened.goto(f"{serve(ROOT / 'serve.py', home)}/Heart?series={series_id}&reader=ann")
    first = list_slices(open_store(), Filter(series_id=series_id))[0]
    document = f"slice-{first.id} of ann"
    opened.locator(f".editor[data-document='{document}'][aria-busy='false']").wait_for()
    table = opened.locator(".septum-figures").first
    known = measure_heart(series_id).function.figures
    expect(table).to_contain_text(f"{known['lv_edv_ml'].value:.0f}")
    before = shown(opened, "EDV"), shown(opened, "EF")
    hand = Hand(opened, ROOT, document, SHAPE)
    hand.drag([(30, 20), (58, 20)], steps=4)
    expect(opened.get_by_role("strong").filter(has_text="changed since")).to_be_visible()  # the page says so
    hand.drag([(58, 24), (58, 44), (30, 44)], steps=4)
    expect(opened.locator(".stored")).to_have_text("Draft stored")
    drawn = reader_heart(series_id, "ann").found.function.figures["lv_edv_ml"].value
    assert round(drawn) != before[0]
    row = table.locator("tr", has_text="EDV").first
    expect(row.locator("b").first).to_have_text(f"{drawn:.0f}")
    assert shown(opened, "EF") != before[1]
    expect(opened.get_by_text("your strokes on 1")).to_be_visible()
    expect(opened.get_by_text(re.compile(rf"The LV goes from {drawn:.0f} to \d+ ml"))).to_be_visible()

    opened.get_by_role("radio", name="Wall").click()
    place = opened.get_by_role("application", name=re.compile("insertion"))
    box = place.bounding_box()
    assert box is not None
    place.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.3})
    expect(opened.get_by_text("Next: the inferior insertion")).to_be_visible()
    place.focus()
    for _ in range(4):
        opened.keyboard.press("Shift+ArrowDown")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("Insertions marked by ann")).to_be_visible()
    marked = heart_choices(series_id).insertions
    assert marked is not None
    assert marked.inferior[0] > marked.anterior[0]
    said = re.compile(r"^ED by segment: .*mid anterior 7\.5 mm")  # the stroke opened the basal wall
    expect(opened.get_by_role("img", name=said)).to_be_visible()


def test_a_click_or_enter_on_the_curves_fills_the_phase_in(
    serve: Serve, page: OpenPage, home: dict[str, str], series_id: int
):
    opened = page()
    opened.goto(f"{serve(ROOT / 'serve.py', home)}/Heart?series={series_id}&reader=ann")
    curves = opened.get_by_role("application", name=re.compile("Volumes over the beat"))
    said = opened.locator(".volume-curves [role=status]")
    expect(said).to_have_text("2 of 2 phases are whole")
    known = measure_heart(series_id).function.figures["lv_esv_ml"].value
    box = curves.bounding_box()
    assert box is not None
    curves.hover(position={"x": box["width"] - 20, "y": 80})
    expect(said).to_contain_text(f"Phase 2: LV {known:.0f} ml, RV")
    curves.click(position={"x": box["width"] - 20, "y": 80})
    phase = opened.get_by_role("spinbutton", name="Phase")
    expect(phase).to_have_value("2")
    curves.focus()
    opened.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("Phase 1: LV")
    opened.keyboard.press("Enter")
    expect(phase).to_have_value("1")
    opened.get_by_role("button", name="Is ES").click()
    expect(opened.get_by_text(re.compile("phase 1, chosen by ann"))).to_be_visible()
    assert heart_choices(series_id).facts[HeartFact.ES_PHASE].value == 0
    give_fact(series_id, HeartFact.ES_PHASE, 1, "bob")
