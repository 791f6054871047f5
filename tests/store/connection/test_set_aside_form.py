"""Older stores: what a spread has put aside leaves the drafts of readers, and the way back returns it."""

import zlib

import pytest

from core.records.spreads import SpreadKind
from core.store.masks.drafts import load_draft
from core.store.masks.set_aside import new_name
from core.store.masks.spreads import undo_spread
from tests.servers.databases import behind
from tests.store.old_form import MASK, take_back, write_old_store
from tests.store.small import open_at

INSERT = "INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, '2026-01-02 03:04:05.000000')"
ROWS = "SELECT slice_id, reader, parent_id, tab, seq, pixels, seconds, changed_at FROM draft ORDER BY reader"


@pytest.fixture
def spread(tmp_path):
    """A store of the form before, in which a spread went over a reader's strokes; its name and its drafts."""
    write_old_store(tmp_path, "0008")
    name = new_name(SpreadKind.COPY, 1)
    with behind(tmp_path) as connection:
        (number, newest) = connection.execute("SELECT id, newest_version_id FROM slice").fetchone()
        own = (number, "ann", newest, name, 2, zlib.compress(MASK.tobytes()), 3.0)
        aside = (number, f"\n{name[-32:]}", newest, "tab", 1, zlib.compress(MASK[::-1].tobytes()), 2.0)
        for row in (own, aside):
            connection.execute(INSERT, row)
        connection.commit()
        yield tmp_path, name, connection.execute(ROWS).fetchall()


def test_what_a_spread_put_aside_can_still_be_brought_back(spread):
    folder, name, ((number, *_), *_) = spread
    store = open_at(folder)
    with behind(folder) as connection:
        assert connection.execute("SELECT reader FROM draft ORDER BY reader").fetchall() == [
            ("ann",),
            ("bob",),
        ]
    assert undo_spread(store, "ann", name, {}) == (number,)
    draft = load_draft(store, number, "ann")
    assert (draft.mask == MASK[::-1]).all()
    assert draft.seconds == 2.0


def test_the_way_back_puts_it_where_it_was(spread):
    folder, _, rows = spread
    store = open_at(folder)
    take_back(store, "0008")
    with behind(folder) as connection:
        assert connection.execute(ROWS).fetchall() == rows
