"""The ways to the heart's page: from the open slice on Review, from Home, and from Import."""

from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from core.store.database import open_store
from core.store.slices.slices import list_slices
from tests.workflow.small import cine, stored


def heart_links(app: AppTest) -> list[tuple[str, dict[str, list[str]]]]:
    """What each link to the heart's page below the menu is called, and what it says in the address."""
    assert not app.exception
    links = [link.proto for link in app.get("page_link") if link.proto.page == "Heart"]
    return [(link.label, parse_qs(link.query_string)) for link in links if link.label != "Heart"]


@pytest.fixture
def anna(home: object) -> None:
    """A cine in the store of this test."""
    stored(cine("anna", masked=True))


def test_review_leads_to_the_heart_of_the_open_slice(anna, open_page):
    row = list_slices(open_store())[-1]
    links = heart_links(open_page("pages/2_Review.py", slice=str(row.id)))
    assert links == [("Whole heart", {"slice": [str(row.id)]})]


def test_home_leads_to_hearts_once_there_are_any(open_page):
    assert heart_links(open_page()) == []
    stored(cine("anna", masked=True))
    assert heart_links(open_page()) == [("Hearts", {})]


def test_import_leads_to_a_heart_that_is_in_the_store(anna, open_page):
    app = open_page("pages/1_Import.py")
    app.toggle(key="in store").set_value(True).run()
    assert heart_links(app) == []
    app.session_state["stored 0"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    assert [(label, list(said)) for label, said in heart_links(app)] == [("Whole heart", ["series"])]
