"""The figures beside the open slice of a heart: numbers, reasons, choices, and what a choice would change."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.labels import Label
from core.records.hearts import HeartFact, Insertions
from core.settings import settings
from core.store.database import open_store
from core.store.masks.drafts import save_draft
from core.store.masks.masks import newest_version
from core.store.series.series import list_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.hearts.choices import give_fact, heart_choices, mark_insertions
from core.workflow.hearts.measure import measure_heart
from tests.pages.conftest import OpenPage, words
from tests.pages.poison import poison
from tests.store.predicted import save_prediction

PAGE = "pages/3_Heart.py"
LV = Label.LEFT_VENTRICLE
ED, ES = 0, 1  # of the demo's heart


@pytest.fixture
def heart(demo, monkeypatch) -> int:
    """A heart of 10 slices at ED and ES with references, and its reader."""
    monkeypatch.setenv("SEPTUM_READER", "ann")
    settings.cache_clear()
    return list_series(open_store())[0].id


def opened(open_page: OpenPage, series_id: int, section: str = "") -> AppTest:
    app = open_page(PAGE, series=str(series_id))
    return show(app, "heart section", section) if section else app


def show(app: AppTest, key: str, choice: str) -> AppTest:
    app.session_state[key] = choice
    return app.run()


def table(app: AppTest, index: int = 0) -> str:
    """A table of figures as its words, tags away."""
    found = [one.proto.body for one in app.get("html") if "<table" in one.proto.body]
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", found[index], flags=re.S)).strip()


def figures(series_id: int) -> dict[str, float]:
    found = measure_heart(series_id).function.figures
    return {key: one.value for key, one in found.items() if one.value is not None}


def button(app: AppTest, key: str):
    return next(one for one in app.button if one.key == key)


def rows(series_id: int, phase: int) -> list:
    found = list_slices(open_store(), Filter(series_id=series_id), limit=None)
    return [row for row in found if row.phase == phase]


def test_the_numbers_stand_first_with_the_reason_where_there_is_none(heart, open_page):
    app = opened(open_page, heart)
    assert not app.exception
    assert not app.error
    known = figures(heart)
    shown = table(app)
    assert f"EDV ml {known['lv_edv_ml']:.0f}" in shown
    assert f"EF % {known['lv_ef_percent']:.0f}" in shown
    assert f"Mass g {known['lv_mass_g']:.0f}" in shown
    assert "CO l/min no number no number" in shown
    assert "CO, CI: the heart rate is not known." in words(app)
    assert "20 of 20 slices approved" in words(app)
    assert "Papillary muscles" in words(app)


def test_strokes_on_another_slice_count_and_the_model_stands_beside(heart, open_page):
    for row in rows(heart, ED) + rows(heart, ES):
        mask = newest_version(open_store(), row.id).mask
        save_prediction(open_store(), row.id, mask, np.zeros((4, *mask.shape)), 0.1, None, "unet", 0.05)
    before = figures(heart)
    assert f"{before['lv_edv_ml']:.0f} model {before['lv_edv_ml']:.0f}, ±0" in table(opened(open_page, heart))
    row = rows(heart, ES)[4]
    empty = np.zeros((row.height, row.width), np.uint8)
    save_draft(open_store(), row.id, "ann", empty, parent_id=row.newest_version_id, seq=1, tab="t")
    drawn = measure_heart(heart, drawn={row.id: empty}).function.figures["lv_esv_ml"].value
    more = round(drawn) - round(before["lv_esv_ml"])
    app = opened(open_page, heart)
    assert f"{drawn:.0f} model {before['lv_esv_ml']:.0f}, {more:+d}" in table(app)
    assert "19 of 20 slices approved, your strokes on 1" in words(app)


def test_a_lab_s_normal_ranges_stand_beside_the_numbers_and_a_broken_table_is_told(heart, open_page):
    path = settings().home / "normal-ranges.csv"
    path.write_text("figure,sex\nlv_ef_percent,M\n")
    app = opened(open_page, heart)
    assert "normal-ranges.csv has no column" in words(app)
    assert "EF %" in table(app)


def test_a_phase_becomes_ed_by_number_says_by_whom_and_is_taken_back(heart, open_page):
    app = opened(open_page, heart)
    assert "**ED** phase 1, named by the source" in words(app) or "found over all slices" in words(app)
    (phase,) = (one for one in app.number_input if one.label == "Phase")
    phase.set_value(2).run()
    button(app, "is ED").click().run()
    assert heart_choices(heart).phase(HeartFact.ED_PHASE) == 1
    assert re.search(r"\*\*ED\*\* phase 2, chosen by ann on \d{4}-\d\d-\d\d", words(app))
    assert "ED and ES are one phase" in words(app)
    button(app, "take back ed_phase").click().run()
    assert heart_choices(heart).phase(HeartFact.ED_PHASE) is None
    assert "**ED** phase 1" in words(app)


def test_a_slice_at_the_base_is_told_before_it_goes_and_goes_by_one_button(heart, open_page):
    app = opened(open_page, heart, "Base")
    before = figures(heart)
    text = words(app)
    said = re.search(r"Taken out: ED volume -([\d.]+) ml, EF ([-+][\d.]+) points, mass -", text)
    assert said
    assert "% surrounded" in text
    first = next(one for one in app.button if one.key.startswith("count end"))
    assert first.label == "Take out"
    assert not heart_choices(heart).slices  # nothing goes by itself
    first.click().run()
    (decision,) = heart_choices(heart).slices
    assert (decision.place.cavity, decision.counts, decision.reader) == (LV, False, "ann")
    after = figures(heart)
    assert before["lv_edv_ml"] - after["lv_edv_ml"] == pytest.approx(float(said[1]), abs=0.06)
    assert after["lv_ef_percent"] - before["lv_ef_percent"] == pytest.approx(float(said[2]), abs=0.06)
    assert "Taken out by ann on" in words(app)
    assert "Taken in: ED volume +" in words(app)
    button(app, first.key).click().run()
    assert figures(heart) == pytest.approx(before)
    assert "Taken in again by ann on" in words(app)


def test_the_other_cavity_has_no_share_and_says_why(heart, open_page):
    app = show(opened(open_page, heart, "Base"), "heart ends", "RV at ES")
    assert "No wall of its own is marked around the RV." in words(app)
    assert "Taken out: ES volume -" in words(app)


def test_an_end_opens_its_slice(heart, open_page):
    app = show(opened(open_page, heart, "Base"), "heart ends", "LV at ES")
    button(app, next(one.key for one in app.button if one.key.startswith("open end"))).click().run()
    assert app.session_state["open slice"] in {row.id for row in rows(heart, ES)}


def test_what_makes_no_sense_leads_to_the_slice(heart, open_page):
    row = rows(heart, ES)[4]
    empty = np.zeros((row.height, row.width), np.uint8)
    save_draft(open_store(), row.id, "ann", empty, parent_id=row.newest_version_id, seq=1, tab="t")
    app = opened(open_page, heart, "Checks")
    assert f"Slice {row.number} has no LV at ES, but slices on both sides have." in words(app)
    button(app, next(one.key for one in app.button if one.key.startswith("open check"))).click().run()
    assert app.session_state["open slice"] == row.id


def test_heart_rate_height_and_weight_are_given_and_taken_back(heart, open_page):
    app = opened(open_page, heart, "Body")
    assert "height and weight are not known" in words(app)

    def field(title: str):
        return next(one for one in app.number_input if one.label.startswith(title))

    field("Height").set_value(180.0).run()
    field("Weight").set_value(80.0).run()
    field("Heart rate").set_value(60.0).run()
    known = measure_heart(heart).function
    assert known.basis.bsa_m2.value == pytest.approx(2.0)
    assert f"CO l/min {known.figures['lv_co_l_min'].value:.1f}" in table(app)
    assert f"EDVi ml/m² {known.figures['lv_edv_ml_m2'].value:.0f}" in table(app, 1)
    assert "Heart rate given by ann on" in words(app)
    app = show(app, "body surface formula", "du_bois")
    assert "of 1.80 m and 80 kg" in words(app)
    assert "Du Bois" in words(app)
    button(app, "take back height_m").click().run()
    assert HeartFact.HEIGHT_M not in heart_choices(heart).facts


def test_the_wall_says_why_there_is_none_and_has_numbers_once_marked(heart, open_page):
    app = opened(open_page, heart, "Wall")
    told = words(app)
    if "mark" in told:
        row = rows(heart, ED)[4]
        mask = newest_version(open_store(), row.id).mask
        place = np.argwhere(mask == LV).mean(axis=0)
        marks = Insertions(4, (place[0] - 20, place[1] - 10), (place[0] + 20, place[1] - 10))
        mark_insertions(heart, marks, "ann")
        app = opened(open_page, heart, "Wall")
        assert "Insertions marked by ann on" in words(app)
    assert "ED by segment: basal anterior " in picture(app)
    assert picture(app).count(" mm") == 16
    assert "apex no number" in picture(app)
    assert "Segment 17: short-axis slices do not show the apex itself." in words(app)
    app = show(app, "heart wall", "Thickening, %")
    assert "Thickening by segment: basal anterior" in picture(app)


def picture(app: AppTest) -> str:
    """What the bull's-eye says to whoever cannot see it."""
    (found,) = (one.proto.body for one in app.get("html") if 'septum-bullseye" src' in one.proto.body)
    return found.partition("alt=")[2]


def test_masks_that_change_leave_the_wall_as_it_was_until_it_is_measured_again(heart, open_page):
    app = opened(open_page, heart, "Wall")
    row = rows(heart, ED)[4]
    empty = np.zeros((row.height, row.width), np.uint8)
    save_draft(open_store(), row.id, "ann", empty, parent_id=row.newest_version_id, seq=1, tab="t")
    give_fact(heart, HeartFact.ED_PHASE, ED, "ann")
    app.run()
    assert "Masks at ED or ES have changed since." in words(app)
    button(app, "measure wall").click().run()
    assert "Masks at ED or ES have changed since." not in words(app)


def test_names_from_outside_are_shown_letter_by_letter(heart, open_page):
    give_fact(heart, HeartFact.ED_PHASE, 0, poison("fact"))
    app = opened(open_page, heart)
    said = next(one.value for one in app.caption if "chosen by" in one.value)
    assert "![" not in said.replace("\\[", "")


def test_without_a_name_everything_is_seen_and_nothing_decided(demo, open_page, monkeypatch):
    monkeypatch.setenv("SEPTUM_READER", "")
    settings.cache_clear()
    series_id = list_series(open_store())[0].id
    app = opened(open_page, series_id, "Base")
    assert not app.exception
    assert "EF %" in table(app)
    assert all(one.disabled for one in app.button if one.key.startswith("count end"))
