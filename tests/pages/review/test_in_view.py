"""What a window is told of changes that it did not see: those of others, and none of its own."""

import numpy as np
import pytest

from core.records.masks import Seen, Strokes
from core.store.database import open_store
from core.store.masks import drafts
from core.store.slices.slices import list_slices
from core.workflow.review.open_slice import OpenSlice, open_slice
from pages.shared.review.in_view import describe_change
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")
SHOWN = Strokes("mine", 3)


@pytest.fixture
def drawn():
    """The slice once its reader's strokes are so far."""
    stored(cine())
    row = list_slices(open_store())[0]

    def draw(tab: str, seq: int) -> OpenSlice:
        parent = open_slice(row.id, "ann").seen.parent_id
        before = drafts.load_draft(open_store(), row.id, "ann")
        mask = np.full((row.height, row.width), seq % 4, np.uint8)
        since = before.strokes if before else drafts.NO_STROKES
        drafts.save_draft(open_store(), row.id, "ann", mask, parent_id=parent, seq=seq, tab=tab, since=since)
        return open_slice(row.id, "ann")

    return draw


def shown(opened: OpenSlice) -> Seen:
    return Seen(opened.seen.parent_id, SHOWN, opened.seen.newest_id)


def test_a_stroke_of_this_window_that_another_server_kept_is_no_change(drawn):
    opened = drawn("mine", 4)
    assert describe_change(opened, shown(opened), {"mine"}) == ""


def test_what_another_window_drew_is_told(drawn):
    drawn("mine", 3)
    opened = drawn("other", 4)
    assert describe_change(opened, shown(opened), {"mine"}).startswith("Another window of yours drew")


def test_a_window_that_shows_what_another_one_draws_on_is_told(drawn):
    opened = drawn("mine", 4)
    assert describe_change(opened, shown(opened), {"other"}).startswith("Another window of yours drew")


def test_strokes_that_went_back_are_told_though_they_are_this_windows(drawn):
    opened = drawn("mine", 2)
    assert describe_change(opened, shown(opened), {"mine"}).startswith("Another window of yours drew")
