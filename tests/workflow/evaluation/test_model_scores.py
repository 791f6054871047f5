"""Scores and the slices that they are of are read as of one moment."""

import pytest

from core.errors import NotFound
from core.store.database import open_store
from core.store.series.deletion import delete_series
from core.workflow.evaluation import model_scores
from tests.servers.databases import behind
from tests.workflow.scores import add_model, same, score_as
from tests.workflow.small import cine, stored


@pytest.fixture(autouse=True)
def _home(home):
    """All of these need a store."""


def test_slices_that_go_between_two_queries_are_still_seen_by_the_second(monkeypatch):
    rows = stored(cine("anna", masked=True))
    model_id = add_model()
    score_as(model_id, rows, same)
    masked_slices = model_scores.masked_slices

    def after_a_deletion(*words, **more):
        monkeypatch.setattr(model_scores, "masked_slices", masked_slices)
        delete_series(open_store(), [rows[0].series_id])
        return masked_slices(*words, **more)

    monkeypatch.setattr(model_scores, "masked_slices", after_a_deletion)
    found = model_scores.load_model_scores(model_id)
    assert found is not None
    assert len(found) == len(rows)
    assert model_scores.load_model_scores(model_id) is None


def test_a_score_without_the_count_of_its_mask_is_told_by_its_slice(home):
    rows = stored(cine("anna", masked=True))
    model_id = add_model()
    score_as(model_id, rows, same)
    with behind(home) as connection:
        connection.execute("DELETE FROM mask_label")
        connection.commit()
    with pytest.raises(NotFound, match=f"slice {rows[0].id} has a score"):
        model_scores.load_model_scores(model_id)
