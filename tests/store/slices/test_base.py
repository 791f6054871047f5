"""Readers count from the base: told by masks, corrected by a reader, and never twice by itself."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import NotFound
from core.records.orientation import BaseEnd, BaseTold, Turn
from core.store.series.attach import attach_masks
from core.store.series.series import add_series, series_row
from core.store.series.turning import turn_series
from core.store.slices.base import count_from_other_end
from core.store.slices.filters import Filter, Order
from core.store.slices.places import slice_after
from core.store.slices.slices import list_slices
from core.store.trail import Action, events
from tests.store.small import small_series

SIZES = (0, 2, 3, 4, 6, 8)  # pixels of the heart's side, apex first


def heart(side: int) -> np.ndarray:
    mask = np.zeros((12, 10), np.uint8)
    mask[:side, :side] = 3
    return mask


def stack(masked: bool):
    """A series of six slices that begins below the apex."""
    series = small_series()
    slices = tuple(
        replace(
            series.slices[0],
            position=position,
            pixels=np.full((12, 10), position, np.uint16),
            mask=heart(side) if masked else None,
        )
        for position, side in enumerate(SIZES)
    )
    return replace(series, slices=slices)


def places(store, series_id: int) -> list[int]:
    return [row.from_base for row in list_slices(store, Filter(series_id=series_id))]


def test_masks_that_come_along_tell_where_the_base_is(store):
    added = add_series(store, stack(masked=True)).series_id
    row = series_row(store, added)
    assert (row.base, row.base_told) == (BaseEnd.LAST, BaseTold.MASKS)
    assert places(store, added) == [5, 4, 3, 2, 1, 0]
    in_order = list_slices(store, Filter(series_id=added), Order.HEART)
    assert [row.position for row in in_order] == [5, 4, 3, 2, 1, 0]
    assert [row.number for row in in_order] == [1, 2, 3, 4, 5, 6]
    assert slice_after(store, in_order[0].id, order=Order.HEART) == in_order[1].id


def test_masks_that_come_later_do_too_and_a_reader_has_the_last_word(store):
    added = add_series(store, stack(masked=False)).series_id
    assert places(store, added) == [0, 1, 2, 3, 4, 5]
    count_from_other_end(store, added, "ann")
    count_from_other_end(store, added, "ann")
    assert places(store, added) == [0, 1, 2, 3, 4, 5]
    attach_masks(store, added, {(position, 0): heart(side) for position, side in enumerate(SIZES)})
    row = series_row(store, added)
    assert (row.base, row.base_told) == (BaseEnd.FIRST, BaseTold.READER)
    assert places(store, added) == [0, 1, 2, 3, 4, 5]
    told = [(event.person, event.action, event.detail) for event in events(store)]
    assert ("ann", Action.SERIES_COUNTED, "last") in told


def test_a_turn_is_kept_for_the_series_and_stands_in_the_trail(store):
    added = add_series(store, stack(masked=False)).series_id
    turn_series(store, added, Turn(1, mirrored=True), "ann")
    turn_series(store, added, Turn(1, mirrored=True), "bob")
    assert series_row(store, added).turn == Turn(1, mirrored=True)
    turns = [event for event in events(store) if event.action is Action.SERIES_TURNED]
    assert [(event.person, event.detail) for event in turns] == [("ann", "90m")]
    with pytest.raises(NotFound, match="there is no series"):
        turn_series(store, 99, Turn())
