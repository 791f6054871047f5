"""A slice is opened with what its reader sees, and drawn on from there."""

import numpy as np
import pytest

from core.editing.editor_codec import encode_runs
from core.errors import NotFound
from core.records.masks import Origin
from core.records.slices import Split, Status
from core.workflow.prediction import predict_store
from core.workflow.review import restore_version
from core.workflow.review.open_slice import open_slice
from core.workflow.review.strokes import conflict_pictures
from core.workflow.review.versions import version_lines
from tests.workflow.review.readers import DRAWN, draw, header, newest, save, status
from tests.workflow.small import cine, stored

pytestmark = pytest.mark.usefixtures("home")


def test_a_series_without_masks_and_without_any_model_is_drawn_from_nothing():
    row = stored(cine())[0]
    opened = open_slice(row.id, "ann")
    assert (opened.revision, opened.newest, opened.has_draft) == (0, None, False)
    acknowledged = draw(row, "ann", seq=3)
    assert (acknowledged.tab, acknowledged.seq) == ("t", 3)
    assert status(row) == Status.IN_PROGRESS
    reopened = open_slice(row.id, "ann")
    assert (reopened.stored.seq, reopened.seconds) == (3, 12.5)
    assert header(reopened.packed)["mask"] == encode_runs(DRAWN)
    assert header(open_slice(row.id, "bob").packed)["mask"] == encode_runs(0 * DRAWN)
    version_id = save(row, "ann", seq=3, note=" apex ", approve=True)
    version = newest(row)
    assert (version.id, version.origin, version.author) == (version_id, Origin.READER, "ann")
    assert (version.note, version.seconds, version.parent_id) == ("apex", 12.5, None)
    assert np.array_equal(version.mask, DRAWN)
    assert status(row) == Status.APPROVED
    assert not open_slice(row.id, "ann").has_draft


def test_a_models_mask_is_corrected_and_both_stay(model):
    row = stored(cine())[0]
    predict_store.predict_slice(row.id)
    proposal = newest(row)
    opened = open_slice(row.id, "ann")
    assert (opened.revision, opened.newest.author) == (proposal.id, "unet-cine")
    draw(row, "ann")
    save(row, "ann", approve=True)
    first, second = version_lines(row.id)
    assert (first.version.parent_id, second.version.id) == (proposal.id, proposal.id)
    assert second.dice == {}
    told = header(open_slice(row.id, "ann").packed)
    assert told["mask"] == encode_runs(DRAWN)
    assert told["model_mask"] == encode_runs(proposal.mask)


def test_masks_of_the_slices_around_come_along_to_be_copied():
    rows = stored(cine(n_positions=3, n_phases=2, masked=True))
    middle = next(row for row in rows if (row.position, row.phase) == (1, 0))
    around = header(open_slice(middle.id, "ann").packed)["neighbours"]
    assert set(around) == {"previous_slice", "next_slice", "previous_phase", "next_phase"}
    edge = next(row for row in rows if (row.position, row.phase) == (0, 0))
    assert "previous_slice" not in header(open_slice(edge.id, "ann").packed)["neighbours"]


def test_what_does_not_exist_is_told():
    row = stored(cine(split=Split.TRAIN))[0]
    with pytest.raises(NotFound):
        open_slice(row.id + 1000, "ann")
    with pytest.raises(NotFound, match="draw or predict"):
        save(row, "ann", approve=True)
    with pytest.raises(NotFound):
        restore_version(999, "ann", None)
    with pytest.raises(NotFound, match="no two masks"):
        conflict_pictures(row.id, "ann")
