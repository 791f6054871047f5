"""Import: files dropped, one line each, questions answered, nothing imported twice."""

import numpy as np
import pytest

from core.settings import settings
from core.store.database import open_store
from core.store.masks import newest_version
from core.store.slices import list_slices
from tests.pages.conftest import problems, words
from tests.workflow.small import HEART, PIXELS, png

IMPORT = "pages/1_Import.py"


@pytest.fixture
def dropped(open_page):
    """Drop files on the page and press the button; the same page may be used again."""

    def drop(files: dict[str, bytes], app=None):
        app = app or open_page(IMPORT)
        app.file_uploader(key="files").set_value([(name, data, "") for name, data in files.items()])
        app.run()
        return app.button(key="import").click().run()

    return drop


def results(app) -> dict[str, tuple[str, str]]:
    """Result and sentence of each file in the table."""
    assert problems(app) == []
    table = app.dataframe[0].value
    return dict(
        zip(table["File"], zip(table["Result"], table["What became of it"], strict=True), strict=True)
    )


def test_nothing_can_be_imported_before_files_are_dropped(open_page):
    app = open_page(IMPORT)
    assert problems(app) == []
    assert app.button(key="import").disabled
    assert len(app.dataframe) == 0


def test_each_file_gets_its_line_and_a_bad_one_stops_nothing(dropped):
    app = dropped({"one.png": png(), "one_mask.png": png(HEART), "text.png": b"a letter", "empty.png": b""})
    found = results(app)
    assert {name: outcome for name, (outcome, _) in found.items()} == {
        "one.png": "imported",
        "text.png": "refused",
        "empty.png": "refused",
    }
    assert "1 reference mask" in found["one.png"][1]
    assert "no image" in found["text.png"][1]
    assert "**1 imported, 2 refused**" in words(app)
    assert [row.patient for row in list_slices(open_store())] == ["one"]


def test_the_same_files_again_are_unchanged(dropped):
    files = {"one.png": png(), "two.png": png(PIXELS[::-1].copy())}
    app = dropped(files, dropped(files))
    assert {outcome for outcome, _ in results(app).values()} == {"unchanged"}
    assert "**2 unchanged**" in words(app)
    assert len(list_slices(open_store())) == 2


def test_a_question_is_answered_in_the_form_and_only_its_file_comes_in_with_it(dropped):
    app = dropped({"small.png": png(), "large.png": png(np.tile(PIXELS, (9, 10)))})
    assert results(app)["large.png"][0] == "question"
    app.number_input(key="spacing").set_value(1.25)
    next(button for button in app.button if button.label.startswith("Import them")).click()
    found = results(app.run())
    assert {name: outcome for name, (outcome, _) in found.items()} == {
        "small.png": "imported",
        "large.png": "imported",
    }
    spacings = {row.patient: row.spacing_mm for row in list_slices(open_store())}
    assert spacings == {"small": (1.8, 1.8), "large": (1.25, 1.25)}


def test_masks_in_the_other_order_are_converted_when_told(dropped):
    other = np.array([0, 3, 2, 1], np.uint8)[HEART]
    app = dropped({"one.png": png(), "one_gt.png": png(other)})
    assert results(app)["one.png"][0] == "question"
    order = app.selectbox(key="order")
    order.select(next(name for name in order.options if name.startswith("1 LV")))
    next(button for button in app.button if button.label.startswith("Import them")).click()
    assert results(app.run())["one.png"][0] == "imported"
    (row,) = list_slices(open_store())
    assert np.array_equal(newest_version(open_store(), row.id).mask, HEART)


def test_a_full_disk_is_told_and_what_came_in_before_stays(dropped, small_disk, monkeypatch):
    monkeypatch.setenv("SEPTUM_HOME", str(small_disk / "home"))
    settings.cache_clear()
    app = dropped({"small.png": png()})
    noise = np.random.default_rng(0).integers(0, 255, (127, 127)).astype(np.uint8)
    app = dropped({f"{n}.png": png(np.roll(noise, n, axis=0)) for n in range(60)}, app)
    (told,) = problems(app)
    assert "free" in told
    assert str(small_disk) in told
    assert "small" in {row.patient for row in list_slices(open_store())}
