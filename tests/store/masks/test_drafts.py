"""Strokes that the store has acknowledged stay, whatever another window of the same name does."""

from datetime import timedelta

import numpy as np
import pytest

from core.errors import BadInput, Conflict, NotFound
from core.records.masks import Origin, Seen, Strokes
from core.records.slices import Status
from core.store.masks import drafts, masks, presence, publishing
from core.store.masks.presence import NOBODY
from core.store.masks.reader_view import view_slice
from core.store.series.series import add_series
from core.store.slices import slices
from tests.store.small import small_series

MASK = np.arange(30, dtype=np.uint8).reshape(6, 5) % 4
OTHER = 3 - MASK


class Window:
    """A browser tab on the first slice: what it last saw of it, and its own strokes since."""

    def __init__(self, store, tab: str, reader: str = "ann") -> None:
        self.store, self.tab, self.reader = store, tab, reader
        self.look()

    def look(self) -> None:
        self.seen = view_slice(self.store, 1, self.reader).seen
        self.newest_stroke = self.seen.strokes.seq

    def draw(self, mask=MASK, seconds: float = 0.0) -> bool:
        self.newest_stroke += 1
        kept = drafts.save_draft(
            self.store,
            1,
            self.reader,
            mask,
            parent_id=self.seen.parent_id,
            seq=self.newest_stroke,
            tab=self.tab,
            since=self.seen.strokes,
            seconds=seconds,
        )
        strokes = Strokes(self.tab, self.newest_stroke)
        self.seen = Seen(self.seen.parent_id, strokes, self.seen.newest_id)
        return kept

    def save(self, **options) -> int:
        return publishing.publish_draft(self.store, 1, self.reader, self.seen, **options)

    def discard(self) -> None:
        drafts.clear_draft(self.store, 1, self.reader, self.seen)

    def keep_mine(self) -> None:
        drafts.rebase_draft(self.store, 1, self.reader, self.seen)


@pytest.fixture
def slice_store(store):
    """A store with one slice, of id 1, without a mask."""
    add_series(store, small_series(n_positions=1))
    return store


def draft(store, reader: str = "ann") -> drafts.Draft | None:
    return drafts.load_draft(store, 1, reader)


def status(store) -> Status:
    return slices.slice_row(store, 1).status


def test_a_later_stroke_replaces_the_draft_and_an_earlier_one_does_not(slice_store):
    assert drafts.save_draft(slice_store, 1, "ann", MASK, parent_id=None, seq=2)
    assert not drafts.save_draft(slice_store, 1, "ann", OTHER, parent_id=None, seq=1)
    assert np.array_equal(draft(slice_store).mask, MASK)
    assert draft(slice_store, "bob") is None
    assert status(slice_store) == Status.IN_PROGRESS
    Window(slice_store, "one").discard()
    assert draft(slice_store) is None
    assert status(slice_store) == Status.NEW


def test_a_tab_goes_on_from_strokes_that_it_saw_and_is_told_of_those_that_it_did_not(slice_store):
    one = Window(slice_store, "one")
    assert one.draw()
    one.newest_stroke += 1  # its second stroke was never sent by itself
    assert one.draw()
    two = Window(slice_store, "two")
    assert two.draw(OTHER)
    for _ in range(2):
        with pytest.raises(Conflict, match="another browser tab"):
            one.draw()
    two.newest_stroke -= 1
    assert not two.draw(MASK)  # sent twice
    assert np.array_equal(draft(slice_store).mask, OTHER)
    one.look()
    assert one.draw()


def test_a_tab_that_shows_an_older_version_overwrites_no_stroke_on_a_newer_one(slice_store):
    stale, fresh = Window(slice_store, "stale"), Window(slice_store, "fresh")
    fresh.draw()
    fresh.save()
    fresh.look()
    fresh.draw(OTHER)
    with pytest.raises(Conflict, match="its strokes stay"):
        stale.draw()
    assert np.array_equal(draft(slice_store).mask, OTHER)


def test_strokes_that_were_counted_anew_are_not_taken_for_those_that_were_seen(slice_store):
    one = Window(slice_store, "one")
    for _ in range(5):
        one.draw()
    two = Window(slice_store, "two")
    two.discard()
    two.look()
    two.draw(OTHER)  # the first again, by its number
    with pytest.raises(Conflict):
        Window.draw(one)
    assert np.array_equal(draft(slice_store).mask, OTHER)


def test_the_same_tab_cannot_go_back_to_a_version_that_its_strokes_left(slice_store):
    bob = Window(slice_store, "bobs", "bob")
    ann = Window(slice_store, "anns")
    ann.draw()
    bob.draw(OTHER)
    bob.save()
    late = Window(slice_store, "anns")
    ann.seen = view_slice(slice_store, 1, "ann").seen
    ann.keep_mine()
    with pytest.raises(Conflict):
        late.draw(OTHER)
    assert draft(slice_store).parent_id == ann.seen.newest_id


@pytest.mark.parametrize("act", ["discard", "save", "keep_mine"])
def test_a_stale_tab_decides_nothing_about_strokes_that_it_does_not_show(slice_store, act):
    stale = Window(slice_store, "stale")
    stale.draw()
    fresh = Window(slice_store, "fresh")
    fresh.draw(OTHER)
    with pytest.raises(Conflict, match="another browser tab"):
        getattr(stale, act)()
    assert np.array_equal(draft(slice_store).mask, OTHER)
    assert masks.versions(slice_store, 1) == []


@pytest.mark.parametrize("act", ["save", "keep_mine"])
def test_what_another_tab_gave_up_is_not_silently_passed_over(slice_store, act):
    stale = Window(slice_store, "stale")
    stale.draw()
    Window(slice_store, "fresh").discard()
    with pytest.raises(Conflict, match="gave these strokes up"):
        getattr(stale, act)()
    stale.discard()  # nothing is left to give up
    assert stale.draw(OTHER)  # and a stroke brings all of them back


def test_nobody_approves_a_mask_that_was_not_shown(slice_store):
    first = Window(slice_store, "one")
    first.draw()
    first.save()
    first.look()
    bob = Window(slice_store, "bobs", "bob")
    bob.draw(OTHER)
    bob.save()
    with pytest.raises(Conflict, match="bob saved"):
        first.save(approve=True)
    assert status(slice_store) == Status.IN_PROGRESS


def test_keeping_mine_is_about_the_version_that_was_compared(slice_store):
    ann, bob = Window(slice_store, "anns"), Window(slice_store, "bobs", "bob")
    ann.draw()
    bob.draw(OTHER)
    bob.save()
    ann.look()
    bob.look()
    bob.draw()
    newest = bob.save()
    with pytest.raises(Conflict, match=f"version {newest}"):
        ann.keep_mine()
    assert draft(slice_store).parent_id is None


def saved(store, mask, reader, seq=1, approve=False) -> int:
    """The version that a reader makes of a slice drawn on from what is shown."""
    window = Window(store, "one", reader)
    window.newest_stroke = seq - 1
    window.draw(mask, seconds=7.5)
    return window.save(seq=seq, note="apex", approve=approve)


def test_a_draft_becomes_a_version_and_is_gone(slice_store):
    first = saved(slice_store, MASK, "ann")
    assert status(slice_store) == Status.IN_PROGRESS
    second = saved(slice_store, OTHER, "bob", approve=True)
    newest, oldest = masks.versions(slice_store, 1)
    assert (newest.id, newest.parent_id, newest.author) == (second, first, "bob")
    assert (newest.origin, newest.note, newest.seconds) == (Origin.READER, "apex", 7.5)
    assert np.array_equal(newest.mask, OTHER)
    assert np.array_equal(oldest.mask, MASK)
    assert status(slice_store) == Status.APPROVED
    assert draft(slice_store, "bob") is None


def test_a_draft_that_changes_nothing_is_no_version(slice_store):
    first = saved(slice_store, MASK, "ann")
    assert saved(slice_store, MASK, "ann", approve=True) == first
    assert len(masks.versions(slice_store, 1)) == 1
    assert status(slice_store) == Status.APPROVED


def test_an_empty_first_mask_is_a_version(slice_store):
    assert saved(slice_store, np.zeros_like(MASK), "ann") == 1


def test_nothing_drawn_and_nothing_there_cannot_be_saved(slice_store):
    with pytest.raises(NotFound, match="draw or predict"):
        Window(slice_store, "one").save(approve=True)


def test_a_draft_whose_last_stroke_is_missing_is_not_saved(slice_store):
    window = Window(slice_store, "one")
    window.draw()
    with pytest.raises(Conflict, match="has not reached"):
        window.save(seq=2)
    assert masks.versions(slice_store, 1) == []
    assert draft(slice_store).seq == 1


def test_the_second_of_two_readers_is_told_and_may_go_on_from_the_firsts_mask(slice_store):
    ann = Window(slice_store, "anns")
    ann.draw()
    theirs = saved(slice_store, OTHER, "bob", approve=True)
    with pytest.raises(Conflict, match="bob saved"):
        ann.save()
    assert np.array_equal(draft(slice_store).mask, MASK)
    ann.look()
    ann.keep_mine()
    ann.look()
    assert masks.version(slice_store, ann.save()).parent_id == theirs


def test_a_slice_is_in_progress_as_long_as_anybody_has_strokes_on_it(slice_store):
    ann, bob = Window(slice_store, "anns"), Window(slice_store, "bobs", "bob")
    ann.draw()
    bob.draw()
    ann.discard()
    assert status(slice_store) == Status.IN_PROGRESS
    bob.discard()
    assert status(slice_store) == Status.NEW


def test_the_time_of_work_never_falls(slice_store):
    window = Window(slice_store, "one")
    window.draw(seconds=42)
    window.draw(OTHER, seconds=3)
    assert draft(slice_store).seconds == 42


@pytest.mark.parametrize("before", [Status.APPROVED, Status.REJECTED, Status.IN_PROGRESS])
def test_an_old_version_that_is_shown_again_is_not_approved(slice_store, before):
    first = saved(slice_store, MASK, "ann")
    second = saved(slice_store, OTHER, "bob", approve=True)
    slices.set_status(slice_store, 1, before)
    publishing.restore_version(slice_store, first, "carl", second)
    newest = masks.newest_version(slice_store, 1)
    assert np.array_equal(newest.mask, MASK)
    assert (newest.author, newest.parent_id) == ("carl", second)
    ended = ", no longer approved" if before == Status.APPROVED else ""
    assert newest.note == f"version {first} of ann again{ended}"
    assert status(slice_store) == Status.IN_PROGRESS


def test_an_old_version_comes_over_nothing_that_was_not_seen(slice_store):
    first = saved(slice_store, MASK, "ann")
    second = saved(slice_store, OTHER, "bob")
    with pytest.raises(Conflict, match="bob saved"):
        publishing.restore_version(slice_store, first, "ann", first)
    Window(slice_store, "one").draw()
    with pytest.raises(BadInput, match="save or discard them first"):
        publishing.restore_version(slice_store, first, "ann", second)
    assert masks.newest_version(slice_store, 1).id == second


def test_whoever_puts_another_mask_on_an_approved_slice_ends_the_approval(slice_store):
    first = saved(slice_store, MASK, "ann", approve=True)
    masks.save_version(slice_store, 1, OTHER, origin=Origin.READER, author="bob", parent_id=first)
    assert status(slice_store) == Status.IN_PROGRESS


def test_readers_on_one_slice_know_of_each_other_for_a_while(slice_store, monkeypatch):
    assert presence.record_presence(slice_store, 1, "ann").others == ()
    assert presence.record_presence(slice_store, 1, "bob").others == ("ann",)
    assert presence.record_presence(slice_store, 1, "ann").others == ("bob",)
    monkeypatch.setattr(presence, "SEEN_WITHIN", timedelta(0))  # all of that was a while ago
    assert presence.record_presence(slice_store, 1, "ann").others == ()


def test_two_windows_under_one_name_know_of_each_other(slice_store):
    one = presence.record_presence(slice_store, 1, "ann")
    two = presence.record_presence(slice_store, 1, "ann")
    assert not one.twin
    assert not two.twin  # a page that was loaded anew is no second window
    one = presence.record_presence(slice_store, 1, "ann", one)
    two = presence.record_presence(slice_store, 1, "ann", two)
    assert one.twin
    assert two.twin
    alone = presence.record_presence(slice_store, 1, "ann", two)
    assert not alone.twin
    assert presence.record_presence(slice_store, 99, "ann") == NOBODY
