"""Carry on the heart's page: what would be done is told, worked out, looked at, kept and taken back."""

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.testing.v1 import AppTest

from core.imaging.phantom.cine import beating_heart
from core.records.masks import Origin
from core.records.slices import Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks import drafts, masks
from core.workflow.hearts.carry import carried
from tests.pages.conftest import words
from tests.workflow.hearts.stored import add_without_masks

PAGE = "pages/3_Heart.py"
N_POSITIONS, N_PHASES, ED, ES = 3, 4, 0, 2
HEART = beating_heart(1, N_POSITIONS, N_PHASES, size=64, spacing_mm=3.0, slice_distance_mm=20.0).series
TRUTH = {(image.position, image.phase): image.mask for image in HEART.slices}


@pytest.fixture
def ids(home):
    """(position, phase) -> slice id; ED and ES of the middle slice are approved."""
    ids = add_without_masks(HEART)
    for phase in (ED, ES):
        masks.save_version(
            open_store(),
            ids[1, phase],
            TRUTH[1, phase],
            origin=Origin.READER,
            author="bob",
            parent_id=None,
            status=Status.APPROVED,
        )
    return ids


def steps() -> None:
    """What the dialog draws, as a page of its own."""
    import streamlit as st

    from core.workflow.review import Filter, Order
    from pages.shared.frame import errors_shown
    from pages.shared.heart.carry.dialog import carry_steps
    from pages.shared.review.desk import Desk
    from pages.shared.review.slice_choice import opened_slice
    from pages.shared.review.spread.done import spread_line

    spread_line("ann")
    with errors_shown():
        carry_steps(Desk(opened_slice(st.session_state["slice"], "ann"), "ann", Filter(), Order.HEART), 3.0)


def opened(ids, place=(1, ED)):
    app = AppTest.from_function(steps, default_timeout=60)
    app.session_state["slice"] = ids[place]
    return app.run()


def press(app, key):
    button = next(one for one in app.button if (one.key or "").startswith(key))
    return button.click().run()


def drawn(ids, reader="ann"):
    return {
        place for place, number in ids.items() if drafts.load_draft(open_store(), number, reader) is not None
    }


def test_the_button_on_the_page_opens_the_dialog_and_tells_what_would_be_done(open_page, ids):
    app = open_page(PAGE, slice=str(ids[1, ED]), reader="ann")
    app.button(key="carry").click().run()
    assert not app.exception
    assert "**6 slices** would get their masks from 2 corrected slices." in words(app)


def test_without_a_name_nothing_can_be_carried(open_page, ids, monkeypatch):
    monkeypatch.setenv("SEPTUM_READER", "")
    settings.cache_clear()
    assert open_page(PAGE, slice=str(ids[1, ED])).button(key="carry").disabled


def test_what_is_carried_is_seen_kept_without_what_was_left_out_and_taken_back(ids):
    app = opened(ids)
    said = words(app)
    assert "No network has predicted 6 slices of these" in said
    assert "Left alone: 4 slices, since nothing is corrected" in said
    press(app, "carry do")
    assert not app.exception
    kept = [box for box in app.checkbox if (box.key or "").startswith("carry keep")]
    assert len(kept) == 6
    assert drawn(ids) == set()  # nothing is kept before it was seen
    kept[0].uncheck().run()
    assert any(button.label == "Keep 5 slices as drafts" for button in app.button)
    press(app, "carry keep all")
    assert not app.exception
    assert len(drawn(ids)) == 5
    assert "**Carried to 5 slices**" in words(app)
    press(app, "undo decision")
    assert drawn(ids) == set()


def test_a_slice_that_somebody_drew_is_left_alone_and_one_that_changed_meanwhile_stops_all(ids):
    app = opened(ids)
    press(app, "carry do")
    drafts.save_draft(open_store(), ids[1, 1], "ann", TRUTH[1, 1], parent_id=None, seq=1, tab="t")
    press(app, "carry keep all")
    assert app.error or "would get" in words(app)
    assert drawn(ids) == {(1, 1)}
    app = opened(ids)
    app.radio[0].set_value("this").run()
    assert "Left alone: 2 slices, since somebody drew, approved or rejected them." in words(app)


def test_only_the_open_slice_is_carried_when_that_is_asked(ids):
    app = opened(ids)
    app.radio[0].set_value("this").run()
    assert "from 1 corrected slice." in words(app)
    assert "**2 slices**" in words(app)


def test_what_was_worked_out_before_a_stop_can_be_kept(ids, monkeypatch):
    from pages.shared.heart.carry import work

    def stopped(plan):
        """As `carried`, until a click on Stop ends the run of the page."""
        for number, one in enumerate(carried(plan)):
            if number == 2:
                raise RerunException(RerunData())
            yield one

    monkeypatch.setattr(work, "carried", stopped)
    app = press(opened(ids), "carry do")
    said = words(app)
    assert "Stopped: 4 slices were not worked out and stay as they are." in said
    press(app, "carry keep all")
    assert len(drawn(ids)) == 2
