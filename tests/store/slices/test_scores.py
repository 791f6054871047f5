"""Scores come back as they were kept, and only while they are of the truth that counts."""

import numpy as np
import pytest

from core.metrics.statistics.calibration import Reliability
from core.records.masks import Origin
from core.records.slices import Split, Status
from core.store.masks import masks
from core.store.models import models
from core.store.series.series import add_series
from core.store.slices import slices
from core.store.slices.filters import Filter
from core.store.slices.scores import (
    SliceScore,
    count_to_score,
    ids_to_score,
    load_reliability,
    load_scores,
    save_scores,
    scored_masks,
    slices_to_score,
)
from tests.store.scored import count_scores
from tests.store.small import small_series

MASK = np.arange(30, dtype=np.uint8).reshape(6, 5) % 4


@pytest.fixture
def model_id(store) -> int:
    return models.register_model(store, name="unet", sha256="a", path="a", card="{}").id


def score_of(row, seed: int = 0) -> SliceScore:
    """A score with random figures, of the version that the slice shows."""
    random = np.random.default_rng(seed)
    distances = random.random((2, 4))
    distances[:, 0] = np.nan
    table = Reliability(random.integers(0, 9, 15), random.integers(0, 9, 15), random.integers(0, 8, 15) / 4)
    confusion = random.integers(0, 30, (4, 4))
    return SliceScore(row.id, row.newest_version_id, MASK, confusion, distances, (table,) * 4)


def rows_of(store, **options):
    series_id = add_series(store, small_series(**options)).series_id
    return slices.list_slices(store, Filter(series_id=series_id))


def test_scores_come_back_as_they_were_kept(store, model_id):
    rows = rows_of(store, masked=True)
    kept = [score_of(row, seed) for seed, row in enumerate(rows)]
    save_scores(store, model_id, kept[::-1])
    found = load_scores(store, model_id)
    assert found.slice_ids.tolist() == [row.id for row in rows]
    assert found.version_ids.tolist() == [row.newest_version_id for row in rows]
    assert np.array_equal(found.columns.confusions, [score.confusion for score in kept])
    shown = scored_masks(store, model_id, [rows[1].id, 999])
    assert list(shown) == [rows[1].id]
    assert np.array_equal(shown[rows[1].id], MASK)
    assert np.array_equal(found.columns.distances_mm, [score.distances_mm for score in kept], equal_nan=True)
    tables = load_reliability(store, model_id)
    assert len(tables) == 4
    expected = kept[0].reliability[0] + kept[1].reliability[0]
    assert tables[0].pixels.tolist() == expected.pixels.tolist()
    assert tables[0].right.tolist() == expected.right.tolist()
    assert tables[0].probability.tolist() == expected.probability.tolist()


def test_scoring_again_replaces(store, model_id):
    row = rows_of(store, masked=True)[0]
    save_scores(store, model_id, [score_of(row, 1)])
    save_scores(store, model_id, [score_of(row, 2)])
    found = load_scores(store, model_id)
    assert np.array_equal(found.columns.confusions, [score_of(row, 2).confusion])


def test_references_and_approved_slices_wait_to_be_scored_and_no_others(store, model_id):
    references = rows_of(store, patient="anna", masked=True)
    others = rows_of(store, patient="bert", seed=1)
    masks.save_version(
        store, others[0].id, MASK, origin=Origin.MODEL, author="unet", parent_id=None, status=Status.PREDICTED
    )
    assert {row.id for row in slices_to_score(store, model_id)} == {row.id for row in references}
    slices.set_status(store, others[0].id, Status.APPROVED)
    slices.set_status(store, references[0].id, Status.REJECTED)
    assert {row.id for row in slices_to_score(store, model_id)} == {references[1].id, others[0].id}
    assert ids_to_score(store, model_id).ids.tolist() == [references[1].id, others[0].id]
    assert count_to_score(store, model_id) == 2


def test_what_is_scored_waits_no_longer_until_its_truth_changes(store, model_id):
    row = rows_of(store, masked=True, n_positions=1)[0]
    save_scores(store, model_id, [score_of(row)])
    assert slices_to_score(store, model_id) == []
    masks.save_version(
        store,
        row.id,
        MASK,
        origin=Origin.READER,
        author="ann",
        parent_id=row.newest_version_id,
        status=Status.APPROVED,
    )
    assert [waiting.id for waiting in slices_to_score(store, model_id)] == [row.id]
    assert len(load_scores(store, model_id).slice_ids) == 0
    assert count_scores(store) == {}


def test_scores_are_told_apart_by_split_and_model(store, model_id):
    train = rows_of(store, patient="anna", masked=True, split=Split.TRAIN)
    test = rows_of(store, patient="bert", masked=True, split=Split.TEST, seed=1)
    other = models.register_model(store, name="deeplab", sha256="b", path="b", card="{}").id
    save_scores(store, model_id, [score_of(row) for row in (*train, *test)])
    save_scores(store, other, [score_of(test[0], 5)])
    assert load_scores(store, model_id, Split.TEST).slice_ids.tolist() == [row.id for row in test]
    assert load_scores(store, other, Split.TRAIN).slice_ids.tolist() == []
    assert [row.id for row in slices_to_score(store, other, (Split.TEST,))] == [test[1].id]
    assert count_scores(store) == {
        (model_id, Split.TRAIN): 2,
        (model_id, Split.TEST): 2,
        (other, Split.TEST): 1,
    }


def test_a_batch_of_scores_is_kept_whole_or_not_at_all(store, model_id):
    row = rows_of(store, masked=True)[0]
    broken = SliceScore(row.id + 999, row.newest_version_id, MASK, MASK[:4, :4], np.zeros((2, 4)), ())
    with pytest.raises(Exception, match="stack|constraint|FOREIGN"):
        save_scores(store, model_id, [score_of(row), broken])
    assert len(load_scores(store, model_id).slice_ids) == 0
