"""The worklist on the page: chips and filters that an address keeps, and decisions that can be taken back."""

import time

import pytest
from streamlit.elements.lib import policies
from streamlit.testing.v1 import AppTest

from core.records.decisions import RejectReason
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.history import status_changes
from core.store.slices.slices import set_status, slice_row
from core.workflow.review.worklist import Saved, Worklist
from pages.shared.plain import plain
from pages.shared.review.decided import REASON_WORDS
from pages.shared.review.worklist.filters import SAVED_WORDS
from pages.shared.review.worklist.rows import MARKS
from tests.pages.conftest import problems, words
from tests.pages.review.test_review import drawn
from tests.workflow.small import cine, stored

REVIEW = "pages/2_Review.py"


def listed(app: AppTest) -> Worklist:
    assert problems(app) == []
    worklist: Worklist = app.session_state["worklist"]
    return worklist


def test_every_saved_filter_reason_and_status_has_words():
    assert set(SAVED_WORDS) == set(Saved)
    assert set(REASON_WORDS) == set(RejectReason)
    assert set(MARKS) == set(Status)


def test_what_is_to_do_comes_first_and_is_counted(open_page):
    rows = stored(cine("anna", 3, 1))
    set_status(open_store(), rows[0].id, Status.REJECTED)
    app = open_page(REVIEW)
    assert listed(app) == Worklist()
    assert app.query_params["filter"] == "todo"
    assert "2 slices to do" in words(app)
    assert app.session_state["open slice"] == rows[1].id


def test_a_long_list_is_turned_by_the_reader_and_by_what_is_opened(open_page, monkeypatch):
    monkeypatch.setattr("pages.shared.review.worklist.rows.WINDOW", 2)
    warned: list[str] = []
    monkeypatch.setattr(policies._LOGGER, "warning", lambda *said, **_: warned.append(str(said)))
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)
    rows = stored(cine("anna", 7, 1))
    app = open_page(REVIEW, slice=str(rows[4].id))
    assert problems(app) == []
    (pages,) = app.pagination
    assert (pages.value, pages.proto.num_pages) == (3, 4)
    pages.select(1).run()
    assert app.pagination[0].value == 1
    app.run()
    assert app.pagination[0].value == 1  # it stays while nothing else is opened
    app.query_params["slice"] = str(rows[6].id)
    app.run()
    assert app.pagination[0].value == 4
    app.text_input(key="filter patient").set_value("nobody").run()
    assert len(app.pagination) == 0
    app.text_input(key="filter patient").set_value("").run()
    assert app.pagination[0].value == 4
    assert warned == []


def test_a_chip_stands_in_the_address_and_an_address_presses_its_chip(open_page):
    stored(cine("anna", 1, 1, masked=True))
    app = open_page(REVIEW)
    assert "Nothing is to do here" in words(app)
    app.button_group(key="saved filter").set_value(Saved.ALL).run()
    assert app.query_params["filter"] == "all"
    assert "1 slice" in words(app)
    app = open_page(REVIEW, filter="changed", split="test", patient="x")
    assert listed(app) == Worklist(Saved.CHANGED, patient="x", splits=("test",))
    assert app.button_group(key="saved filter").value == Saved.CHANGED
    app.run()
    assert listed(app).saved is Saved.CHANGED


def test_filters_narrow_are_seen_and_cleared_in_one_click(open_page):
    stored(cine("anna", 1, 1))
    stored(cine("berta", 1, 1, seed=1))
    app = open_page(REVIEW)
    app.text_input(key="filter patient").set_value("bert").run()
    assert "1 slice to do" in words(app)
    assert app.query_params["patient"] == "bert"
    app.number_input(key="filter phase").set_value(1).run()
    app.button(key="drop patient").click().run()
    assert listed(app) == Worklist(phase=0)
    assert "patient" not in app.query_params
    app.button(key="clear filters").click().run()
    assert listed(app) == Worklist()
    assert not [button for button in app.button if button.key == "clear filters"]


@pytest.mark.parametrize("nonsense", ["", "x", "\x00", "todo.all"])
def test_an_address_that_names_no_filter_lists_what_is_to_do(open_page, nonsense):
    stored(cine("anna", 1, 1))
    app = open_page(REVIEW, filter=nonsense, order=nonsense, phase=nonsense, series=nonsense)
    assert listed(app) == Worklist()


def undo(app):
    """The button of the line that tells of the newest decision, or None."""
    return next((button for button in app.button if str(button.key).startswith("undo decision")), None)


def test_an_approval_is_undone_at_once_and_its_slice_is_open_again(open_page):
    first, second = stored(cine("anna", 2, 1, masked=True))
    for row in (first, second):
        set_status(open_store(), row.id, Status.IN_PROGRESS)
    app = open_page(REVIEW)
    app.button(key="approve").click().run()
    assert app.session_state["open slice"] == second.id
    assert "anna, slice 1: **approved**" in words(app)
    undo(app).click().run()
    assert problems(app) == []
    assert slice_row(open_store(), first.id).status == Status.IN_PROGRESS
    assert app.session_state["open slice"] == first.id
    assert undo(app) is None


def test_an_undo_that_comes_too_late_or_after_somebody_else_changes_nothing(open_page):
    first, _ = stored(cine("anna", 2, 1, masked=True))
    set_status(open_store(), first.id, Status.IN_PROGRESS)
    app = open_page(REVIEW, slice=str(first.id))
    app.button(key="approve").click().run()
    set_status(open_store(), first.id, Status.REJECTED)
    undo(app).click().run()
    assert any("rejected by now" in toast.value for toast in app.toast)
    assert slice_row(open_store(), first.id).status == Status.REJECTED


def test_the_undo_line_goes_after_a_while(open_page, monkeypatch):
    first, _ = stored(cine("anna", 2, 1))
    app = open_page(REVIEW, slice=str(first.id))
    app.button(key="reject").click().run()
    now = time.time()
    monkeypatch.setattr("pages.shared.review.decided.time.time", lambda: now + 60)
    undo(app).click().run()  # a line that nobody sees any more
    assert slice_row(open_store(), first.id).status == Status.REJECTED
    assert undo(app) is None


def test_an_approval_that_changes_nothing_offers_no_undo_of_an_earlier_one(open_page):
    first, _ = stored(cine("anna", 2, 1, masked=True))
    app = open_page(REVIEW, slice=str(first.id))
    app.button(key="approve").click().run()
    assert any("approved, as it was" in toast.value for toast in app.toast)
    assert undo(app) is None


def test_an_approval_is_taken_back_later_from_its_slice(open_page):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    app = open_page(REVIEW)
    app.button(key="take back").click().run()
    assert problems(app) == []
    assert slice_row(open_store(), row.id).status == Status.IN_PROGRESS
    assert not [button for button in app.button if button.key == "take back"]
    assert status_changes(open_store(), row.id)[0].decision.person == "reader"


def test_a_slice_is_rejected_with_a_reason_that_stays_with_it(open_page):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    app = open_page(REVIEW)
    (why,) = [group for group in app.button_group if str(group.key).startswith("reason ")]
    why.set_value(RejectReason.ARTEFACT)
    next(field for field in app.text_input if str(field.key).startswith("why ")).set_value("ghost *s*")
    app.button(key="reject").click().run()
    assert problems(app) == []
    decision = status_changes(open_store(), row.id)[0].decision
    assert (decision.person, decision.reason, decision.words) == (
        "reader",
        RejectReason.ARTEFACT,
        "ghost *s*",
    )
    assert "**rejected** · **anna**" in words(app)
    assert plain("artefact, ghost *s*") in words(app)
    undo(app).click().run()
    assert slice_row(open_store(), row.id).status == Status.APPROVED


def test_strokes_on_an_approved_slice_are_told_above_the_picture(open_page):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    drawn(row, "one", 1)
    app = open_page(REVIEW)
    assert "approved, changed since" in words(app)
    app.button(key="approve").click().run()
    assert "changed since" not in words(app)
    assert masks.newest_version(open_store(), row.id).author == "reader"
