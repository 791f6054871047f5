"""Review without a browser: nothing to read, a slice that the address names, and one that is gone."""

from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from core.editing.contours import Outline, fill_polygon
from core.labels import Label
from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import drafts, masks
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, slice_row
from core.workflow.review import clear_draft
from core.workflow.review.open_slice import open_slice
from pages.shared.review.editing.fabric_polygons import to_objects
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
    assert "slice 7 of 10" in words(app)
    assert "phase 2 of 2" in words(app)


def test_an_address_of_a_slice_that_is_gone_gets_a_sentence_and_is_forgotten(open_page):
    stored(cine("anna", 1, 1))
    app = open_page(REVIEW, slice="777")
    (told,) = problems(app)
    assert told.startswith("There is no slice 777")
    assert "slice" not in app.query_params
    app.run()
    assert problems(app) == []
    assert "slice 1 of 1" in words(app)


@pytest.mark.parametrize(
    "nonsense", ["-1", "seven", "9" * 10, "9" * 400, "\u00b2", "\u0663", "1.0", "1\x00", "![x](y)"]
)
def test_an_address_that_names_no_slice_is_told_and_forgotten(open_page, nonsense):
    stored(cine("anna", 1, 1))
    app = open_page(REVIEW, slice=nonsense)
    assert problems(app) == []
    (warning,) = app.warning
    assert "no number of at most 9 digits" in warning.value
    assert len(warning.value) < 150
    assert "slice" not in app.query_params
    assert "slice 1 of 1" in words(app)
    app.run()
    assert not app.warning


def test_an_empty_address_names_no_slice_and_is_not_worth_a_word(open_page):
    stored(cine("anna", 1, 1))
    app = open_page(REVIEW, slice="")
    assert problems(app) == []
    assert not app.warning


def test_an_approval_of_what_somebody_else_saved_meanwhile_is_refused_and_told(open_page):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    app = open_page(REVIEW)
    newest = masks.newest_version(open_store(), row.id)
    masks.save_version(
        open_store(), row.id, 0 * newest.mask, origin=Origin.READER, author="bob", parent_id=newest.id
    )
    app.button(key="approve").click().run()
    assert problems(app) == []
    assert any("bob saved version" in toast.value for toast in app.toast)
    assert slice_row(open_store(), row.id).status == Status.IN_PROGRESS
    app.button(key="approve").click().run()  # now it was shown
    assert slice_row(open_store(), row.id).status == Status.APPROVED


def test_a_restored_version_is_not_approved_and_the_list_says_so(open_page):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    first = masks.newest_version(open_store(), row.id)
    masks.save_version(
        open_store(),
        row.id,
        0 * first.mask,
        origin=Origin.READER,
        author="bob",
        parent_id=first.id,
        status=Status.APPROVED,
    )
    app = open_page(REVIEW)
    open_versions(app, row.id)
    app.button(key=f"look {first.id}").click().run()
    app.button(key="restore version").click().run()
    assert problems(app) == []
    assert slice_row(open_store(), row.id).status == Status.IN_PROGRESS
    open_versions(app, row.id)
    assert "again, no longer approved" in words(app)


def open_versions(app: AppTest, slice_id: int) -> None:
    """Open the list of versions, which is made only then."""
    version = masks.newest_version(open_store(), slice_id)
    app.session_state[f"versions {slice_id} {version.id} None"] = True
    app.run()


def drawn(row, tab: str, value: int) -> None:
    """A stroke of the reader in a browser tab that has seen everything."""
    seen = open_slice(row.id, "reader").seen
    mask = np.full((row.height, row.width), value, np.uint8)
    drafts.save_draft(
        open_store(),
        row.id,
        "reader",
        mask,
        parent_id=seen.parent_id,
        seq=seen.strokes.seq + 1,
        tab=tab,
        since=seen.strokes,
        seconds=42,
    )


def toasts(app) -> str:
    return "\n".join(toast.value for toast in app.toast)


def test_what_another_window_did_is_told_when_it_is_shown(open_page):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    app = open_page(REVIEW)
    drawn(row, "two", 1)
    app.run()
    assert "Another window of yours drew on this slice: its strokes are shown." in toasts(app)
    assert toasts(app.run()) == ""
    clear_draft(row.id, "reader", open_slice(row.id, "reader").seen)
    assert "gave the strokes on this slice up. Undo brings back" in toasts(app.run())
    assert problems(app) == []


@pytest.mark.parametrize("key", ["discard", "save", "approve"])
def test_a_button_is_meant_for_the_strokes_that_were_shown_beside_it(open_page, key):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    drawn(row, "one", 1)
    app = open_page(REVIEW)
    drawn(row, "two", 2)
    app.button(key=key).click().run()
    assert problems(app) == []
    assert "another browser tab of yours drew" in toasts(app).lower()
    assert drafts.load_draft(open_store(), row.id, "reader").tab == "two"
    app.button(key=key).click().run()  # now they are shown
    assert drafts.load_draft(open_store(), row.id, "reader") is None


def test_contours_of_a_mask_that_has_changed_since_are_not_applied(open_page):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    app = open_page(REVIEW)
    app.session_state["way"] = "Whole contours"
    app.run()
    drawn(row, "two", 2)
    app.run()
    (told,) = problems(app)
    assert "another mask since its contours were made" in told
    app.run()
    assert problems(app) == []


def test_a_contour_that_was_moved_is_the_draft_at_once_and_approved_with_the_slice(open_page, monkeypatch):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    app = open_page(REVIEW)
    app.session_state["way"] = "Whole contours"
    app.run()
    square = ((2.0, 2.0), (9.0, 2.0), (9.0, 7.0), (2.0, 7.0))
    scale = 600 / max(row.height, row.width)
    objects = to_objects({Outline.EPICARDIUM: (square,)}, (scale, scale))
    told = SimpleNamespace(json_data={"objects": objects})
    monkeypatch.setattr("pages.shared.review.editing.contours.st_canvas", lambda **_: told)
    app.button(key=f"approve over slice-{row.id} of reader").click().run()
    assert problems(app) == []
    newest = masks.newest_version(open_store(), row.id)
    assert slice_row(open_store(), row.id).status == Status.APPROVED
    assert np.array_equal(newest.mask == Label.MYOCARDIUM, fill_polygon(square, newest.mask.shape))


def test_contours_that_cannot_be_taken_are_not_approved_around(open_page, monkeypatch):
    row = stored(cine("anna", 1, 1, masked=True))[0]
    app = open_page(REVIEW)
    app.session_state["way"] = "Whole contours"
    app.run()
    told = SimpleNamespace(json_data={"objects": []})
    monkeypatch.setattr("pages.shared.review.editing.contours.st_canvas", lambda **_: told)
    app.button(key=f"approve over slice-{row.id} of reader").click().run()
    assert "no contour any more" in app.warning[0].value
    assert "approved" not in toasts(app)


def test_a_click_that_news_from_the_canvas_interrupted_is_taken_up_once(monkeypatch):
    def page() -> None:
        from functools import partial

        import streamlit as st

        from pages.shared.review.editing.settling import settled

        class Desk:
            document = st.session_state["document"]

        def verb(desk: Desk, note: str = "") -> int:
            st.caption(f"done {note}")
            return 1

        asked = settled(Desk(), partial(verb, Desk(), note="so") if st.session_state["clicked"] else None)
        if asked:
            asked()

    def interrupted() -> None:
        raise StopException

    app = AppTest.from_function(page)
    for document in ("a", "b"):
        monkeypatch.setattr("pages.shared.review.editing.settling.st.empty", interrupted)
        app.session_state["document"], app.session_state["clicked"] = document, True
        assert len(app.run().caption) == 0
        app.session_state["clicked"] = False
        app.session_state["document"] = "a"
        assert [each.value for each in app.run().caption] == (["done so"] if document == "a" else [])
        assert len(app.run().caption) == 0


def test_work_on_contours_is_counted_without_its_pauses(monkeypatch):
    def page() -> None:
        import streamlit as st

        from pages.shared.review.work_time import work_seconds

        st.caption(f"{work_seconds('worked', st.session_state['mask']):.0f} s")

    times = iter((0.0, 5.0, 12.0, 100.0, 103.0, 200.0, 201.0))
    monkeypatch.setattr("pages.shared.review.work_time.time.monotonic", lambda: next(times))
    app = AppTest.from_function(page)
    counted = []
    for mask in ("a", "a", "a", "a", "a", "b", "b"):
        app.session_state["mask"] = mask
        counted.append(app.run().caption[0].value)
    assert counted == ["0 s", "5 s", "12 s", "12 s", "15 s", "0 s", "1 s"]
