"""Readers are compared on the slices that both drew on, with their newest masks."""

import numpy as np
import pytest

from core.labels import FOREGROUND
from core.records.masks import Origin
from core.store.database import open_store
from core.store.masks import masks
from core.workflow.evaluation.reader_agreement import reader_pairs
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")
RV, MYO, LV = FOREGROUND


def draw(row, reader: str, mask, parent_id=None) -> int:
    return masks.save_version(
        open_store(), row.id, mask, origin=Origin.READER, author=reader, parent_id=parent_id
    )


def without(label) -> np.ndarray:
    return np.where(label == HEART, 0, HEART).astype(np.uint8)


def test_nobody_is_compared_who_shares_no_slice():
    first, second = stored(cine(n_positions=2, n_phases=1))
    draw(first, "ann", HEART)
    draw(second, "bob", HEART)
    draw(second, "bob", without(RV), masks.newest_version(open_store(), second.id).id)
    assert reader_pairs() == []


def test_the_newest_mask_of_each_counts_and_the_least_alike_slice_comes_first():
    first, second = stored(cine(n_positions=2, n_phases=1))
    for row, other in ((first, HEART), (second, without(RV))):
        draft = draw(row, "ann", np.zeros_like(HEART))
        newest = draw(row, "ann", HEART, draft)
        draw(row, "bob", other, newest)
    (pair,) = reader_pairs()
    assert (pair.one, pair.other) == ("ann", "bob")
    assert [(shared.slice_id, shared.least) for shared in pair.slices] == [(second.id, 0.0), (first.id, 1.0)]
    assert (pair.dice[LV].mean, pair.dice[LV].n) == (1.0, 2)
    assert pair.dice[RV].mean == 0.5


def test_three_readers_make_three_pairs():
    row = stored(cine(n_positions=1, n_phases=1))[0]
    parent = None
    for reader in ("ann", "bob", "cem"):
        parent = draw(row, reader, HEART, parent)
    assert [(pair.one, pair.other) for pair in reader_pairs()] == [
        ("ann", "bob"),
        ("ann", "cem"),
        ("bob", "cem"),
    ]
