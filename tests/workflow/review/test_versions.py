"""Versions are compared, shown again and never lost."""

import math

import numpy as np
import pytest

from core.errors import BadInput
from core.labels import Label
from core.records.masks import Origin
from core.records.slices import Status
from core.workflow.prediction import predict_store
from core.workflow.review import clear_draft, restore_version
from core.workflow.review.versions import version_lines
from tests.workflow.review.readers import draw, newest, save, seen, status
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")


def test_an_approval_without_a_stroke_makes_no_version(model):
    row = stored(cine())[0]
    predict_store.predict_slice(row.id)
    save(row, "ann", approve=True)
    assert status(row) == Status.APPROVED
    assert [line.version.origin for line in version_lines(row.id)] == [Origin.MODEL]


def test_versions_are_compared_with_the_one_they_started_from():
    row = stored(cine(masked=True))[0]
    without_rv = np.where(HEART == Label.RIGHT_VENTRICLE, 0, HEART).astype(np.uint8)
    draw(row, "ann", without_rv)
    save(row, "ann")
    newer = version_lines(row.id)[0]
    assert newer.dice == {Label.RIGHT_VENTRICLE: 0.0, Label.MYOCARDIUM: 1.0, Label.LEFT_VENTRICLE: 1.0}
    draw(row, "ann", 0 * without_rv, seq=2)
    save(row, "ann")
    assert math.isnan(version_lines(row.id)[0].dice[Label.RIGHT_VENTRICLE])


def test_an_old_version_is_restored_as_a_new_one():
    row = stored(cine(masked=True))[0]
    reference = newest(row)
    draw(row, "ann")
    save(row, "ann")
    restored = restore_version(reference.id, "bob", newest(row).id)
    version = newest(row)
    assert (version.id, version.author, version.origin) == (restored, "bob", Origin.READER)
    assert version.note == f"version {reference.id} of {reference.author} again"
    assert np.array_equal(version.mask, HEART)
    assert len(version_lines(row.id)) == 3


def test_restoring_never_throws_strokes_away():
    row = stored(cine(masked=True))[0]
    reference = newest(row)
    draw(row, "ann")
    with pytest.raises(BadInput, match="save or discard them first"):
        restore_version(reference.id, "ann", newest(row).id)
    clear_draft(row.id, "ann", seen(row, "ann"))
    assert restore_version(reference.id, "ann", newest(row).id)
