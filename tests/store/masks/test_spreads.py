"""Spreads: many drafts at once, all or none, and taken back as one to what was there before."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import Conflict
from core.records.decisions import Decision
from core.records.masks import Origin
from core.records.slices import Status
from core.records.spreads import SpreadKind, SpreadSlice
from core.store.checks.masks import draft_problems
from core.store.masks import drafts, masks, presence, publishing, spreads
from core.store.masks.reader_view import view_slice, view_slices
from core.store.series.deletion import delete_series
from core.store.series.deletion_counts import count_deletion
from core.store.series.series import add_series
from core.store.slices import slices
from core.store.slices.filters import Filter
from core.store.tables.masks import DraftTable, SetAsideTable
from tests.store.small import small_series

BEFORE, AFTER, LATER = (np.full((6, 5), label, np.uint8) for label in (1, 2, 3))
WORDS = {number: f"slice {number}" for number in range(1, 5)}


@pytest.fixture
def heart(store):
    """A store with four slices, of ids 1 to 4: the second predicted, the third drawn on by ann."""
    add_series(store, small_series(n_positions=4))
    masks.save_version(
        store, 2, BEFORE, origin=Origin.MODEL, author="m", parent_id=None, status=Status.PREDICTED
    )
    draw(store, 3, BEFORE, seconds=7.0)
    return store


def draw(store, slice_id: int, mask, reader: str = "ann", tab: str = "t", seconds: float = 0.0) -> None:
    look = view_slice(store, slice_id, reader)
    drafts.save_draft(
        store,
        slice_id,
        reader,
        mask,
        parent_id=look.seen.parent_id,
        seq=look.seen.strokes.seq + 1,
        tab=tab,
        since=look.seen.strokes,
        seconds=seconds,
    )


def looked(store, slice_id: int, mask=None) -> SpreadSlice:
    look = view_slice(store, slice_id, "ann")
    return SpreadSlice(slice_id, WORDS[slice_id], look.seen, look.row.status, mask)


def spread(store, *slice_ids: int, mask=AFTER, seconds: float = 0.0) -> str:
    some = [looked(store, slice_id, mask) for slice_id in slice_ids]
    return spreads.save_spread(store, "ann", SpreadKind.COPY, some, seconds)


def undo(store, name: str) -> tuple[int, ...]:
    return spreads.undo_spread(store, "ann", name, WORDS)


def state(store) -> list[tuple]:
    """What the slices are to ann and to everybody, without the names of who drew last."""
    looks = view_slices(store, [1, 2, 3, 4], "ann").values()
    return [
        (
            look.row.status,
            look.newest and look.newest.id,
            look.draft and (look.draft.mask.tobytes(), look.draft.parent_id, look.draft.seconds),
        )
        for look in looks
    ]


def n_rows(store) -> int:
    with store.reading() as session:
        return session.query(DraftTable).count() + session.query(SetAsideTable).count()


def test_a_spread_is_the_readers_draft_and_undo_brings_back_what_was_there(heart):
    before = state(heart)
    name = spread(heart, 1, 2, 3, seconds=30.0)
    looks = view_slices(heart, [1, 2, 3, 4], "ann")
    assert [look.draft is not None and look.draft.mask[0, 0] == 2 for look in looks.values()] == [
        True,
        True,
        True,
        False,
    ]
    assert {look.row.status for look in looks.values()} == {Status.IN_PROGRESS, Status.NEW}
    assert [look.draft.seconds for look in looks.values() if look.draft] == [10.0, 10.0, 17.0]
    known = spreads.newest_spread(heart, "ann", 1)
    assert known == spreads.find_spread(heart, "ann", name)
    assert (known.kind, known.n_slices, known.slice_ids, known.is_whole) == ("copy", 3, (1, 2, 3), True)
    assert undo(heart, name) == (1, 2, 3)
    assert state(heart) == before
    assert n_rows(heart) == 1
    assert spreads.newest_spread(heart, "ann", 1) is None
    with pytest.raises(Conflict, match="3 of the 3 slices have been"):
        undo(heart, name)


def test_spreads_are_taken_back_one_after_the_other(heart):
    before = state(heart)
    first = spread(heart, 1, 2, 3)
    between = state(heart)
    second = spread(heart, 2, 3, 4, mask=LATER)
    with pytest.raises(Conflict, match="2 of the 3 slices have been drawn on"):
        undo(heart, first)
    undo(heart, second)
    assert state(heart) == between
    assert spreads.find_spread(heart, "ann", first).is_whole
    undo(heart, first)
    assert state(heart) == before


def test_no_browser_takes_what_came_back_for_what_it_knows(heart):
    tabs = {view_slice(heart, 3, "ann").seen.strokes}
    for _ in range(2):
        name = spread(heart, 3)
        strokes = view_slice(heart, 3, "ann").seen.strokes
        assert strokes not in tabs
        tabs.add(strokes)
        undo(heart, name)
        strokes = view_slice(heart, 3, "ann").seen.strokes
        assert strokes not in tabs
        tabs.add(strokes)


@pytest.mark.parametrize("change", ["stroke", "save", "discard", "approve"])
def test_a_slice_that_was_changed_since_ends_the_undo_and_nothing_is_changed(heart, change):
    name = spread(heart, 1, 2, 3)
    look = view_slice(heart, 3, "ann")
    if change == "stroke":
        draw(heart, 3, LATER)
    elif change == "discard":
        drafts.clear_draft(heart, 3, "ann", look.seen)
    else:
        publishing.publish_draft(heart, 3, "ann", look.seen, approve=change == "approve")
    before = state(heart)
    assert spreads.find_spread(heart, "ann", name).slice_ids == (1, 2)
    with pytest.raises(Conflict, match=r"^1 of the 3 slices has been drawn on, saved or approved since"):
        undo(heart, name)
    assert state(heart) == before
    assert n_rows(heart) == (3 if change == "stroke" else 2)  # what was put aside for it is gone


def test_a_version_that_somebody_saved_since_ends_the_undo_also_when_the_reader_goes_on(heart):
    name = spread(heart, 1, 2)
    draw(heart, 2, LATER, reader="bob")
    publishing.publish_draft(heart, 2, "bob", view_slice(heart, 2, "bob").seen)
    with pytest.raises(Conflict, match="bob has saved slice 2 since; nothing was changed"):
        undo(heart, name)
    look = view_slice(heart, 2, "ann")
    drafts.rebase_draft(heart, 2, "ann", look.seen)
    with pytest.raises(Conflict, match="1 of the 2 slices has been drawn on"):
        undo(heart, name)


@pytest.mark.parametrize("meanwhile", ["stroke", "version", "status"])
@pytest.mark.parametrize("only_looked_at", [False, True])
def test_a_slice_that_is_another_one_than_was_seen_stops_all(heart, meanwhile, only_looked_at):
    some = [looked(heart, 1, AFTER), looked(heart, 3, None if only_looked_at else AFTER)]
    if meanwhile == "stroke":
        draw(heart, 3, LATER)
    elif meanwhile == "version":
        draw(heart, 3, LATER, reader="bob")
        publishing.publish_draft(heart, 3, "bob", view_slice(heart, 3, "bob").seen)
    else:
        slices.set_status(heart, 3, Status.REJECTED, Decision("bob"))
    before = state(heart)
    with pytest.raises(Conflict, match="^slice 3 (has another mask|is rejected by now).*nothing was"):
        spreads.save_spread(heart, "ann", SpreadKind.COPY, some)
    assert state(heart) == before


def test_a_slice_that_is_gone_stops_all(heart):
    some = [looked(heart, 1, AFTER), replace(looked(heart, 3, AFTER), slice_id=9)]
    with pytest.raises(Conflict, match="slice 3 is not there any more"):
        spreads.save_spread(heart, "ann", SpreadKind.COPY, some)
    assert n_rows(heart) == 1


def test_an_approval_holds_until_the_reader_saves_and_after_the_undo(heart):
    publishing.publish_draft(heart, 3, "ann", view_slice(heart, 3, "ann").seen, approve=True)
    before = state(heart)
    name = spread(heart, 3)
    assert view_slice(heart, 3, "ann").row.status == Status.APPROVED
    undo(heart, name)
    assert state(heart) == before


def test_a_slice_that_was_in_progress_without_strokes_is_so_again(heart):
    slices.set_status(heart, 2, Status.IN_PROGRESS)
    before = state(heart)
    undo(heart, spread(heart, 2))
    assert state(heart) == before


def test_what_was_put_aside_is_nobodys_draft(heart):
    spread(heart, 3)
    assert n_rows(heart) == 2
    assert count_deletion(heart, [1]).n_drafts == 1
    assert presence.others_at_work(heart, [1, 2, 3], "bob") == {3: ("ann",)}
    assert list(draft_problems(heart, lambda n: None)) == []
    drafts.clear_draft(heart, 3, "ann", view_slice(heart, 3, "ann").seen)
    assert (n_rows(heart), slices.slice_row(heart, 3).status) == (0, Status.NEW)
    assert slices.count_slices(heart, Filter(drawn_by="ann")) == 0


def test_what_was_put_aside_goes_with_its_series(heart):
    spread(heart, 1, 3)
    delete_series(heart, [1])
    assert n_rows(heart) == 0


def test_who_else_is_at_work_is_told_for_each_slice(heart):
    presence.record_presence(heart, 1, "bob")
    presence.record_presence(heart, 2, "ann")
    assert presence.others_at_work(heart, [1, 2, 3], "ann") == {1: ("bob",)}


def test_a_name_that_is_none_of_a_spread_is_refused(heart):
    with pytest.raises(ValueError, match="that of a spread"):
        undo(heart, "spread out")
    draw(heart, 1, AFTER, tab="spread out")
    assert spreads.newest_spread(heart, "ann", 1) is None
