"""Decisions are kept with who made them and why, are taken back, and say when a mask has changed since."""

import numpy as np
import pytest

from core.errors import Conflict, NotFound
from core.records.decisions import Decision, RejectReason
from core.records.masks import Origin
from core.records.slices import Status
from core.store.masks import decisions, drafts, masks, publishing
from core.store.masks.reader_view import view_slice
from core.store.series.series import add_series
from core.store.slices import slices
from core.store.slices.filters import Filter, Order
from core.store.slices.history import status_changes
from tests.store.small import small_series

MASK = (np.arange(30) % 4).astype(np.uint8).reshape(6, 5)
CHANGED = Filter(changed_since_approved=True)


def new_slice(store, **options) -> int:
    add_series(store, small_series(n_positions=1, **options))
    return slices.list_slices(store, order=Order.NEWEST, limit=1)[0].id


def save(store, slice_id, mask, author="ann", origin=Origin.READER, **options) -> int:
    parent = slices.slice_row(store, slice_id).newest_version_id
    return masks.save_version(
        store, slice_id, mask, origin=origin, author=author, parent_id=parent, **options
    )


def approve(store, slice_id, reader="ann") -> int:
    return publishing.publish_draft(
        store, slice_id, reader, view_slice(store, slice_id, reader).seen, approve=True
    )


def status(store, slice_id) -> Status:
    return slices.slice_row(store, slice_id).status


def listed(store, chosen: Filter) -> list[int]:
    return [row.id for row in slices.list_slices(store, chosen)]


@pytest.mark.parametrize(
    ("origin", "before", "after"),
    [
        (Origin.MODEL, None, Status.PREDICTED),
        (Origin.READER, None, Status.IN_PROGRESS),
        (Origin.MODEL, Status.REJECTED, Status.REJECTED),
    ],
)
def test_an_approval_is_taken_back_and_its_mask_stays(store, origin, before, after):
    slice_id = new_slice(store)
    save(store, slice_id, MASK, origin=origin)
    version = approve(store, slice_id)
    assert decisions.take_back(store, slice_id, "bob", Status.APPROVED, version, before) == after
    assert status(store, slice_id) == after
    assert masks.newest_version(store, slice_id).id == version
    assert [one.decision.person for one in status_changes(store, slice_id)[:2]] == ["bob", "ann"]
    assert listed(store, CHANGED) == []


def test_a_rejection_is_taken_back_to_the_approval_only_by_undo_and_of_the_same_mask(store):
    slice_id = new_slice(store)
    save(store, slice_id, MASK)
    version = approve(store, slice_id)
    slices.set_status(store, slice_id, Status.REJECTED, Decision("ann"))
    undone = decisions.take_back(store, slice_id, "ann", Status.REJECTED, version, Status.APPROVED)
    assert undone == Status.APPROVED
    slices.set_status(store, slice_id, Status.REJECTED, Decision("ann"))
    assert decisions.take_back(store, slice_id, "ann", Status.REJECTED, version) == Status.IN_PROGRESS
    slices.set_status(store, slice_id, Status.REJECTED, Decision("ann"))
    other = save(store, slice_id, 3 - MASK, status=Status.REJECTED)
    undone = decisions.take_back(store, slice_id, "ann", Status.REJECTED, other, Status.APPROVED)
    assert undone == Status.IN_PROGRESS


def test_what_somebody_else_did_since_is_not_taken_back(store):
    slice_id = new_slice(store)
    first = save(store, slice_id, MASK)
    approve(store, slice_id)
    save(store, slice_id, 3 - MASK, author="bob", status=Status.APPROVED)
    with pytest.raises(Conflict, match="bob saved version"):
        decisions.take_back(store, slice_id, "ann", Status.APPROVED, first)
    slices.set_status(store, slice_id, Status.REJECTED, Decision("bob"))
    with pytest.raises(Conflict, match="is rejected by now"):
        decisions.take_back(store, slice_id, "ann", Status.APPROVED, first)
    assert status(store, slice_id) == Status.REJECTED
    with pytest.raises(NotFound):
        decisions.take_back(store, 99, "ann", Status.APPROVED, first)
    with pytest.raises(ValueError, match="approved or rejected"):
        decisions.take_back(store, slice_id, "ann", Status.NEW, first)


def test_a_slice_without_a_mask_is_new_again(store):
    slice_id = new_slice(store)
    slices.set_status(store, slice_id, Status.REJECTED, Decision("ann"))
    assert decisions.take_back(store, slice_id, "ann", Status.REJECTED, None) == Status.NEW


def test_a_reason_is_kept_also_when_it_comes_later_and_never_instead_of_an_earlier_one(store):
    slice_id = new_slice(store)
    breathing = Decision("ann", RejectReason.ARTEFACT, " breathing\x00 ")
    slices.set_status(store, slice_id, Status.REJECTED, breathing)
    slices.set_status(store, slice_id, Status.REJECTED, Decision("ann"))  # says nothing new
    slices.set_status(store, slice_id, Status.REJECTED, Decision("bob", RejectReason.TWICE))
    told = [(one.before, one.decision) for one in status_changes(store, slice_id)]
    assert told[:2] == [
        (Status.REJECTED, Decision("bob", RejectReason.TWICE)),
        (Status.NEW, Decision("ann", RejectReason.ARTEFACT, "breathing")),
    ]
    assert len(told) == 3  # and its beginning


def test_strokes_and_versions_after_an_approval_are_found_until_it_is_approved_again(store):
    slice_id, other = new_slice(store, masked=True), new_slice(store, masked=True, patient="other")
    newest = masks.newest_version(store, slice_id)
    drafts.save_draft(store, slice_id, "ann", newest.mask, parent_id=newest.id, seq=1)
    assert listed(store, CHANGED) == []  # a stroke and its undo
    drafts.save_draft(store, slice_id, "ann", 3 - newest.mask, parent_id=newest.id, seq=2)
    assert listed(store, CHANGED) == [slice_id]
    assert slices.changed_among(store, [slice_id, other]) == {slice_id}
    seen = view_slice(store, slice_id, "ann").seen
    publishing.publish_draft(store, slice_id, "ann", seen)
    assert status(store, slice_id) == Status.IN_PROGRESS
    assert listed(store, CHANGED) == [slice_id]
    approve(store, slice_id, "bob")
    assert listed(store, CHANGED) == []
    assert status_changes(store, slice_id)[0].decision.person == "bob"


def test_another_mask_that_is_approved_at_once_is_told_in_the_history(store):
    slice_id = new_slice(store, masked=True)
    newest = masks.newest_version(store, slice_id)
    drafts.save_draft(store, slice_id, "bob", 3 - newest.mask, parent_id=newest.id, seq=1)
    approve(store, slice_id, "bob")
    (change, beginning) = status_changes(store, slice_id)
    assert (change.before, change.after) == (Status.APPROVED, Status.APPROVED)
    assert change.decision.person == "bob"
    assert beginning.before is None


def test_slices_are_found_by_who_drew_and_by_whether_readers_differ(store):
    first, second, third = (new_slice(store, patient=name) for name in ("a", "b", "c"))
    save(store, first, MASK, "ann")
    save(store, first, 3 - MASK, "bob")
    save(store, second, MASK, "ann")
    save(store, second, MASK, "bob")
    drafts.save_draft(store, third, "bob", MASK, parent_id=None, seq=1)
    assert listed(store, Filter(drawn_by="ann")) == [first, second]
    assert listed(store, Filter(drawn_by="bob")) == [first, second, third]
    assert listed(store, Filter(disagreed_on=True)) == [first]
    save(store, first, 3 - MASK, "ann")  # agrees now
    assert listed(store, Filter(disagreed_on=True)) == []
