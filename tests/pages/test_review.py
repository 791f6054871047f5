"""Review without a browser: nothing to read, a slice that the address names, and one that is gone."""

import pytest

from core.store.database import open_store
from core.store.slices import Filter, list_slices
from tests.pages.conftest import problems, words
from tests.workflow.small import cine, stored

REVIEW = "pages/2_Review.py"


def test_an_empty_store_says_so_and_leads_to_the_import(open_page):
    app = open_page(REVIEW)
    assert problems(app) == []
    assert "no slice here yet" in words(app)


@pytest.mark.usefixtures("demo")
def test_a_slice_opens_without_being_asked_for_and_the_one_of_the_address_when_it_is(open_page):
    app = open_page(REVIEW)
    assert problems(app) == []
    assert "demo-heart-1" in words(app)
    row = next(row for row in list_slices(open_store(), Filter(phase=1)) if row.position == 6)
    app = open_page(REVIEW, slice=str(row.id))
    assert problems(app) == []
    assert "slice 7/10" in words(app)
    assert "phase 2/2" in words(app)


def test_an_address_of_a_slice_that_is_gone_gets_a_sentence(open_page):
    stored(cine("anna", 1, 1))
    (told,) = problems(open_page(REVIEW, slice="777"))
    assert told.startswith("There is no slice 777")


@pytest.mark.parametrize("nonsense", ["-1", "seven", ""])
def test_an_address_that_names_no_slice_is_no_traceback(open_page, nonsense):
    stored(cine("anna", 1, 1))
    problems(open_page(REVIEW, slice=nonsense))
