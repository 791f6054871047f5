"""The dialog that exports masks: reached from Home and from Review, and told before it writes anything."""

import pytest

from core.store.database import open_store
from core.store.slices.slices import list_slices
from core.workflow.data.demo import HEARTS, load_demo
from tests.pages.conftest import problems, words
from tests.pages.review.test_review import open_versions
from tests.workflow.small import cine, stored


@pytest.mark.parametrize("page", ["app.py", "pages/2_Review.py"])
def test_what_would_go_out_is_said_first(open_page, page):
    stored(cine("anna", masked=True))
    stored(cine("berta", 2, 1, masked=False, seed=1))
    row = list_slices(open_store())[0]
    app = open_page(page, slice=str(row.id))
    if page != "app.py":
        open_versions(app, row.id)
    app.button(key="export").click().run()
    assert problems(app) == []
    assert "6 masks in 1 series of 1 patient." in words(app)
    assert "manifest.csv and manifest.json say of each slice" in words(app)
    assert {button.key for button in app.button} >= {"prepare"}
    only_this = [toggle for toggle in app.toggle if toggle.key == "export this"]
    assert len(only_this) == (page != "app.py")


def test_where_there_is_no_such_mask_nothing_can_be_prepared(open_page):
    stored(cine("anna"))
    app = open_page()
    app.button(key="export").click().run()
    assert "There is no such mask here; choose other masks or patients." in words(app)
    assert app.button(key="prepare").disabled


def test_files_that_are_masked_in_part_are_said(open_page):
    list(load_demo(hearts=HEARTS[1:2]))
    app = open_page()
    app.button(key="export").click().run()
    assert "1 of these series is masked only in part: the other slices hold background" in words(app)


def test_an_empty_store_offers_no_export(open_page):
    assert "export" not in {button.key for button in open_page().button}
