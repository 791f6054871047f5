"""Phases are ordered by the best time that all images of a stack have."""

import pytest

from tests.imaging.dicom.drawn import cine, one_series, picture, read

TIMES = [
    ("TriggerTime", [0, 40, 80]),
    ("NominalCardiacTriggerDelayTime", [0, 40, 80]),
    ("TemporalPositionIdentifier", [1, 2, 3]),
    ("AcquisitionTime", ["095959.9", "100000.1", "100001"]),
    ("ContentTime", ["095959.9", "100000.1", "100001"]),
    ("InstanceNumber", [8, 9, 10]),
]


@pytest.mark.parametrize("best", range(len(TIMES)))
def test_phases_are_ordered_by_the_best_time_there_is(best):
    files = cine(1, 3)
    for index, data in enumerate(files):
        del data.TriggerTime
        for worse, (tag, values) in enumerate(TIMES[best:]):
            setattr(data, tag, values[index] if worse == 0 else values[2 - index])
    ordered = one_series(read([files[1], files[2], files[0]]))
    assert [image.pixels.tolist() for image in ordered.slices] == [picture(n).tolist() for n in (1, 2, 3)]


def test_a_time_that_some_images_lack_orders_none():
    files = cine(1, 3)
    for data, time, number in zip(files, (80, 40, 0), (1, 2, 3), strict=True):
        data.TriggerTime, data.InstanceNumber = time, number
    del files[1].TriggerTime
    ordered = one_series(read(files))
    assert [image.provenance.sop_instance_uid for image in ordered.slices] == [
        "1.2.3.1",
        "1.2.3.2",
        "1.2.3.3",
    ]
