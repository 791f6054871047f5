"""What a training may learn from: approved slices with their masks, whatever else is known of them."""

import numpy as np
from sqlalchemy import delete

from core.records.slices import Split
from core.store.series.series import add_series
from core.store.slices.approved import approved_slices
from core.store.tables.derived import MaskLabelTable
from tests.store.small import small_series


def test_slices_come_as_columns_with_the_pixels_of_their_labels(store):
    series = small_series(masked=True, split=Split.TRAIN)
    add_series(store, series)
    add_series(store, small_series("bert", seed=1, masked=True, split=Split.TEST))
    found = approved_slices(store, (Split.TRAIN,))
    assert (found.patients.tolist(), found.sizes.tolist()) == (["anna", "anna"], [30, 30])
    assert found.pixel_mm2.tolist() == [1.875, 1.875]
    counts = [np.bincount(one.mask.ravel(), minlength=4).tolist() for one in series.slices]
    assert found.label_pixels.tolist() == counts


def test_a_mask_that_was_never_counted_is_learnt_from_all_the_same(store):
    add_series(store, small_series(masked=True, split=Split.TRAIN))
    with store.unit_of_work() as session:
        session.execute(delete(MaskLabelTable).where(MaskLabelTable.mask_id == 1))
    found = approved_slices(store, (Split.TRAIN,))
    assert found.version_ids.tolist() == [1, 2]
    assert np.isnan(found.label_pixels[0]).all()
    assert not np.isnan(found.label_pixels[1]).any()
