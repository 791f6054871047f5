"""Enhanced multi-frame files: each frame has a place, a time, a scale and a kind of its own."""

import numpy as np
import pytest

from core.errors import BadInput
from core.records.slices import Series
from tests.imaging.dicom.drawn import one_series, picture, read
from tests.imaging.dicom.enhanced import enhanced

PLACES = [(position, phase) for phase in (1, 0, 2) for position in (2, 0, 1)]
FRAMES = picture(1, (9, 12, 10))


@pytest.mark.parametrize("times", ["NominalCardiacTriggerDelayTime", "TemporalPositionIndex", "TriggerTime"])
def test_frames_lie_where_their_groups_say(times):
    series = one_series(read([enhanced(FRAMES, PLACES, times=times)]))
    assert series.geometry.shape == (10, 12, 3, 3)
    assert series.geometry.spacing_mm == (1.25, 1.5)
    assert series.geometry.slice_distance_mm == pytest.approx(8)
    for image in series.slices:
        index = PLACES.index((image.position, image.phase))
        assert np.array_equal(image.pixels, FRAMES[index])
        assert image.provenance.frame_number == index + 1
        assert image.trigger_time_ms == (None if times == "TemporalPositionIndex" else 40.0 * image.phase)


def test_each_frame_is_rescaled_by_its_own_slope():
    slopes = [index + 1.0 for index in range(9)]
    for image in one_series(read([enhanced(FRAMES, PLACES, slopes=slopes)])).slices:
        index = PLACES.index((image.position, image.phase))
        assert image.pixels.dtype == np.float32
        assert image.pixels == pytest.approx(FRAMES[index] * slopes[index] - 1)


def test_magnitude_and_phase_frames_come_apart():
    components = ["MAGNITUDE", "PHASE"] * 3
    places = [(position, 0) for position in range(3) for _ in range(2)]
    main, other = read([enhanced(picture(1, (6, 12, 10)), places, components=components)])
    assert isinstance(main, Series)
    assert isinstance(other, Series)
    assert other.name == "SAX cine, phase images"
    assert [image.provenance.frame_number for image in main.slices] == [1, 3, 5]
    assert [image.provenance.frame_number for image in other.slices] == [2, 4, 6]
    assert np.array_equal(other.slices[1].pixels, picture(1, (6, 12, 10))[3])


def test_the_heart_rate_comes_from_the_nominal_interval():
    provenance = one_series(read([enhanced(FRAMES, PLACES)])).provenance
    assert (provenance.nominal_interval_ms, provenance.heart_rate_bpm) == (800, 75)


def test_groups_for_fewer_frames_than_there_are_are_refused():
    data = enhanced(FRAMES, PLACES)
    data.PerFrameFunctionalGroupsSequence.pop()
    with pytest.raises(BadInput, match="8 frames and holds 9"):
        read([data])
