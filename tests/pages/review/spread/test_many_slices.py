"""Many slices at once, on the Review page without a browser: what the dialog says before anything is done."""

import pytest

from core.errors import Conflict
from core.labels import Label
from core.records.spreads import SpreadKind
from core.workflow.review.spread.acts import do_spread, undo_spread
from core.workflow.review.spread.preview import preview_spread
from core.workflow.review.spread.request import SpreadRequest
from tests.pages.conftest import problems, words
from tests.pages.review.test_review import REVIEW
from tests.workflow.review.readers import draw
from tests.workflow.small import HEART, cine, stored

READER = "reader"


def opened(open_page, row):
    """The page with the dialog open on a slice."""
    app = open_page(REVIEW, slice=str(row.id), filter="all")
    assert problems(app) == []
    return app.button(key="many slices").click().run()


def doing(app):
    (button,) = [button for button in app.button if str(button.key).startswith("many do")]
    return button


@pytest.fixture
def rows(home):
    """A stack of five slices, the third drawn on by the reader."""
    rows = stored(cine("anna", 5, 1))
    draw(rows[2], READER, HEART)
    return rows


def test_the_dialog_says_what_would_change_and_offers_to_do_just_that(open_page, rows):
    app = opened(open_page, rows[2])
    assert problems(app) == []
    assert "**2 slices** would change" in words(app)
    assert doing(app).label == "Do it on 2 slices"


def test_where_there_is_nothing_to_copy_it_says_so(open_page, rows):
    app = opened(open_page, rows[0])
    (told,) = problems(app)
    assert told.startswith("This slice has no right ventricle")


def test_slices_with_a_reference_are_named_and_left_alone(open_page, home):
    rows = stored(cine("anna", 3, 1, masked=True))
    draw(rows[0], READER, HEART[::-1].copy())
    app = opened(open_page, rows[0])
    assert "**No slice would change.**" in words(app)
    assert "Left alone, with a reference: slice 2; slice 3." in words(app)
    assert doing(app).disabled


def test_what_was_done_last_can_be_undone_in_a_new_session(open_page, rows):
    asked = SpreadRequest(SpreadKind.COPY, tuple(Label)[1:], (0, 4), (0, 0))
    done = do_spread(preview_spread(rows[2].id, READER, asked))
    app = opened(open_page, rows[2])
    assert "Last: Copied to 4 slices" in words(app)
    assert app.button(key="many undo").label == "Undo all of it"
    draw(rows[1], READER, HEART[::-1].copy(), seq=5, since=1, since_tab=done.name)
    app = opened(open_page, rows[2])
    assert "1 of them changed since" in words(app)
    assert "many undo" not in {button.key for button in app.button}
    with pytest.raises(Conflict, match="1 of the 4 slices has been drawn on"):
        undo_spread(done.name, READER)
