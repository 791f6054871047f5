"""The wall of a heart in the store."""

from dataclasses import replace

import numpy as np
import pytest

from core.metrics.wall import bulls_eye
from core.records.hearts import Insertions
from core.records.slices import Geometry, Series, Slice, Split
from core.store.database import open_store
from core.store.series.series import add_series
from core.workflow.hearts.wall import heart_wall
from tests.metrics.wall.hearts import DISTANCE_MM, SIZE, SPACING_MM, USUAL, round_heart

ES_TIME = 0.38


@pytest.fixture
def heart():
    """A heart of two phases with its masks, in a file that says how it lies."""
    masks = [round_heart(0, time)[0] for time in (0.0, ES_TIME)]
    sizes = np.array([SPACING_MM, SPACING_MM, DISTANCE_MM])
    affine = np.eye(4)
    affine[:3, :3] = np.array([USUAL.across, USUAL.down, USUAL.onward]).T * sizes
    slices = tuple(
        Slice(position, phase, mask.astype(np.float32), mask)
        for phase, stack in enumerate(masks)
        for position, mask in stack.items()
    )
    geometry = Geometry(
        "dicom",
        (SIZE, SIZE, len(masks[0]), 2),
        (SPACING_MM, SPACING_MM),
        DISTANCE_MM,
        tuple(map(tuple, affine.tolist())),
    )
    return Series("patient", "cine", geometry, slices, Split.TRAIN)


def kept(series):
    return add_series(open_store(), series).series_id


def test_a_file_that_knows_how_it_lies_gives_numbers(home, heart):
    found = heart_wall(kept(heart), 0, 1)
    assert found.reason == ""
    assert [segment.ed_mm for segment in found.segments[:6]] == pytest.approx([8.5] * 6, abs=0.5)
    assert all(segment.thickening_percent > 30 for segment in found.segments[:6])


def test_one_that_does_not_asks_for_two_marks(home, heart):
    series_id = kept(replace(heart, geometry=replace(heart.geometry, affine=None)))
    assert heart_wall(series_id, 0, 1).reason == bulls_eye.NO_WAY_ROUND
    marked = Insertions(4, (40.0, 85.0), (118.0, 72.0))
    found = heart_wall(series_id, 0, 1, marked)
    assert [segment.ed_mm for segment in found.segments[:6]] == pytest.approx([8.5] * 6, abs=0.5)


def test_without_a_pixel_size_there_is_a_reason(home, heart):
    series_id = kept(replace(heart, geometry=replace(heart.geometry, spacing_mm=None, affine=None)))
    assert heart_wall(series_id, 0, 1).reason == bulls_eye.NO_PIXEL_SIZE


def test_one_phase_has_thickness_alone(home, heart):
    for es_phase in (None, 0):
        found = heart_wall(kept(heart), 0, es_phase)
        assert found.segments[0].ed_mm == pytest.approx(8.5, abs=0.5)
        assert found.segments[0].thickening_percent is None
        assert found.segments[0].reason == ""
