"""The store's own verbs on the store of this process."""

import pytest

from core.records.slices import Status
from core.workflow.review import clear_draft, others_here
from core.workflow.review.open_slice import open_slice
from tests.workflow.review.readers import draw, seen, status
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")


def test_strokes_given_up_leave_the_slice_as_it_was():
    row = stored(cine())[0]
    draw(row, "ann")
    clear_draft(row.id, "ann", seen(row, "ann"))
    assert status(row) == Status.NEW
    assert not open_slice(row.id, "ann").has_draft
    clear_draft(row.id, "ann", seen(row, "ann"))  # twice does no harm


def test_readers_see_who_else_is_there():
    row = stored(cine())[0]
    assert others_here(row.id, "ann").others == ()
    assert others_here(row.id, "bob").others == ("ann",)
