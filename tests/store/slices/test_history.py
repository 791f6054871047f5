"""Every save leaves the figures that dashboards read, in the same transaction."""

import numpy as np
import pytest
from sqlalchemy import func, select

from core.errors import Conflict
from core.records.masks import Origin
from core.records.slices import Status
from core.store.masks import drafts, masks, publishing
from core.store.masks.reader_view import view_slice
from core.store.models import models
from core.store.series.series import add_series
from core.store.slices import slices
from core.store.tables.derived import (
    CorrectionTable,
    ImageFigureTable,
    MaskLabelTable,
    StatusChangeTable,
)
from tests.store.predicted import save_prediction
from tests.store.small import small_series

MASK = np.arange(30, dtype=np.uint8).reshape(6, 5) % 4  # 8 background, 8 RV, 7 myocardium, 7 LV


def all_of(store, table):
    with store.reading() as session:
        return list(session.scalars(select(table)))


def first_slice(store, **options) -> int:
    add_series(store, small_series(**options))
    return slices.list_slices(store)[0].id


def save(store, slice_id, mask, origin, parent_id=None) -> int:
    return masks.save_version(store, slice_id, mask, origin=origin, author="a", parent_id=parent_id)


def statuses(store, slice_id):
    rows = [row for row in all_of(store, StatusChangeTable) if row.slice_id == slice_id]
    return [(row.before, row.after) for row in rows]


def test_every_version_is_counted_whoever_saved_it(store):
    slice_id = first_slice(store, masked=True, n_positions=1)
    newest = slices.slice_row(store, slice_id).newest_version_id
    save(store, slice_id, MASK, Origin.READER, newest)
    expected = np.bincount(masks.version(store, newest).mask.ravel(), minlength=4).tolist()
    rows = [(row.label, row.pixels) for row in all_of(store, MaskLabelTable)]
    assert rows[:4] == list(enumerate(expected))
    assert rows[4:] == [(0, 8), (1, 8), (2, 7), (3, 7)]


def test_a_readers_version_is_compared_with_the_models_newest_before_it(store):
    slice_id = first_slice(store)
    first = save(store, slice_id, np.zeros_like(MASK), Origin.MODEL)
    second = save(store, slice_id, MASK, Origin.MODEL, first)
    changed = MASK.copy()
    changed[0, 0] = 3  # was background
    third = save(store, slice_id, changed, Origin.READER, second)
    found = all_of(store, CorrectionTable)
    assert [(row.mask_id, row.model_mask_id) for row in found] == [(third, second)]
    confusion = np.frombuffer(found[0].confusion, "<i4").reshape(4, 4)
    assert confusion.tolist() == [[7, 0, 0, 0], [0, 8, 0, 0], [0, 0, 7, 0], [1, 0, 0, 7]]


def test_a_mask_drawn_where_no_model_was_is_no_correction(store):
    slice_id = first_slice(store, masked=True)
    save(store, slice_id, MASK, Origin.READER, slices.slice_row(store, slice_id).newest_version_id)
    assert all_of(store, CorrectionTable) == []


def test_a_save_that_is_refused_leaves_no_figures(store):
    slice_id = first_slice(store)
    save(store, slice_id, MASK, Origin.READER)
    with pytest.raises(Conflict):
        save(store, slice_id, MASK, Origin.READER, None)
    assert [row.mask_id for row in all_of(store, MaskLabelTable)] == [1, 1, 1, 1]


def test_every_way_to_change_a_status_is_noted_once(store):
    slice_id = first_slice(store)
    model_id = models.register_model(store, name="unet", sha256="a", path="a", card="{}").id
    save_prediction(store, slice_id, MASK, np.full((4, 6, 5), 0.25), 0.1, model_id, "unet")
    newest = slices.slice_row(store, slice_id).newest_version_id
    drafts.save_draft(store, slice_id, "ann", 3 - MASK, parent_id=newest, seq=1)
    drafts.save_draft(store, slice_id, "ann", MASK, parent_id=newest, seq=2)
    publishing.publish_draft(store, slice_id, "ann", view_slice(store, slice_id, "ann").seen, approve=True)
    slices.set_status(store, slice_id, Status.APPROVED)
    slices.set_status(store, slice_id, Status.REJECTED)
    assert statuses(store, slice_id) == [
        (None, "new"),
        ("new", "predicted"),
        ("predicted", "in progress"),
        ("in progress", "approved"),
        ("approved", "rejected"),
    ]


def test_slices_that_come_with_a_reference_arrive_approved(store):
    slice_id = first_slice(store, masked=True)
    assert statuses(store, slice_id) == [(None, "approved")]


def test_every_image_gets_its_figures_at_its_import(store):
    slice_id = first_slice(store, n_positions=3)
    found = {row.slice_id: row for row in all_of(store, ImageFigureTable)}
    assert len(found) == 3
    pixels = slices.slice_pixels(store, slices.slice_row(store, slice_id))
    assert found[slice_id].mean == pytest.approx(pixels.mean())
    assert found[slice_id].sd == pytest.approx(pixels.std())
    assert found[slice_id].low == pytest.approx(np.percentile(pixels, 1))


def test_the_same_import_again_adds_no_figures(store):
    add_series(store, small_series(masked=True))
    add_series(store, small_series(masked=True))
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImageFigureTable)) == 2
        assert session.scalar(select(func.count()).select_from(MaskLabelTable)) == 2 * 4
