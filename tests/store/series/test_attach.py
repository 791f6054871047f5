"""Masks come to slices that are there, and never over what a person vouches for."""

import numpy as np
import pytest

from core.errors import Conflict, NotFound
from core.records.masks import Origin
from core.records.slices import Status
from core.store.masks import drafts, masks, publishing
from core.store.masks.reader_view import view_slice
from core.store.models.models import register_model
from core.store.series.attach import Attached, attach_masks
from core.store.series.series import add_series
from core.store.slices import slices
from tests.store.small import small_series

MASK = np.arange(30, dtype=np.uint8).reshape(6, 5) % 4


@pytest.fixture
def series_id(store) -> int:
    return add_series(store, small_series()).series_id


def version_of(store, slice_id: int, origin: Origin, status: Status | None = None) -> int:
    model = register_model(store, name="unet", sha256="unet", path="unet", card="{}").id
    parent = slices.slice_row(store, slice_id).newest_version_id
    model_id = model if origin is Origin.MODEL else None
    return masks.save_version(
        store, slice_id, MASK, origin=origin, author="x", parent_id=parent, model_id=model_id, status=status
    )


def test_slices_without_a_mask_or_with_a_models_get_a_reference_and_are_approved(store, series_id):
    first, second = slices.list_slices(store)
    proposal = version_of(store, second.id, Origin.MODEL, Status.PREDICTED)
    assert attach_masks(store, series_id, {(0, 0): MASK, (1, 0): 3 - MASK}) == Attached(2, 0, 0)
    assert np.array_equal(masks.newest_version(store, first.id).mask, MASK)
    newest = masks.newest_version(store, second.id)
    assert (newest.parent_id, newest.origin, newest.author) == (proposal, Origin.REFERENCE, "import")
    assert np.array_equal(newest.mask, 3 - MASK)
    assert {row.status for row in slices.list_slices(store)} == {Status.APPROVED}
    assert attach_masks(store, series_id, {(0, 0): MASK, (1, 0): MASK}) == Attached(0, 1, 1)


@pytest.mark.parametrize("origin", [Origin.READER, Origin.REFERENCE, Origin.MODEL])
def test_what_a_person_vouches_for_is_left_as_it_is(store, series_id, origin):
    slice_id = slices.list_slices(store)[0].id
    version_of(store, slice_id, origin, Status.APPROVED)
    assert attach_masks(store, series_id, {(0, 0): MASK}) == Attached(0, 0, 1)
    assert attach_masks(store, series_id, {(0, 0): 3 - MASK}) == Attached(0, 1, 0)
    assert len(masks.versions(store, slice_id)) == 1


def test_a_rejected_slice_gets_the_mask_and_stays_rejected(store, series_id):
    slices.set_status(store, 1, Status.REJECTED)
    assert attach_masks(store, series_id, {(0, 0): MASK}).n_attached == 1
    assert slices.slice_row(store, 1).status == Status.REJECTED


def test_a_readers_draft_stays_and_its_reader_is_told(store, series_id):
    drafts.save_draft(store, 1, "ann", 3 - MASK, parent_id=None, seq=1)
    attach_masks(store, series_id, {(0, 0): MASK})
    seen = view_slice(store, 1, "ann").seen
    with pytest.raises(Conflict, match="import saved version"):
        publishing.publish_draft(store, 1, "ann", seen)
    assert np.array_equal(drafts.load_draft(store, 1, "ann").mask, 3 - MASK)


def test_one_bad_place_or_size_attaches_nothing(store, series_id):
    with pytest.raises(NotFound, match="no slice at position 7"):
        attach_masks(store, series_id, {(0, 0): MASK, (7, 0): MASK})
    with pytest.raises(ValueError, match="mask must"):
        attach_masks(store, series_id, {(0, 0): MASK, (1, 0): MASK[:-1]})
    with pytest.raises(NotFound, match="no series 99"):
        attach_masks(store, 99, {})
    assert masks.newest_versions(store, [1, 2]) == {}
