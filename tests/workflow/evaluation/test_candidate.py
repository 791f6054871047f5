"""A candidate beside the active model: every metric in pairs, and the slices that changed most."""

import numpy as np
import pytest

from core.labels import Label
from core.records.masks import Origin
from core.records.slices import Split
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.evaluation.candidate import compare_with_active, three_pictures
from core.workflow.models.registry import active_model
from tests.workflow.hearts import add_heart, add_hearts
from tests.workflow.promotion.candidates import candidate, pair, perfect, score_as, without

pytestmark = pytest.mark.usefixtures("model")


def test_beside_the_active_model_every_metric_is_paired_and_told_in_words(home):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 3))
    found = compare_with_active(model.id, active_model().id, Split.TEST)
    assert (found.comparison.n_slices, found.comparison.n_patients) == (12, 12)
    assert [row.title for row in found.comparison.metrics.values()] == ["Dice", "IoU", "HD95", "Volume error"]
    dice, _, distance, volume = found.comparison.metrics.values()
    cell = dice.cells[Label.LEFT_VENTRICLE]
    assert cell.candidate == 1
    assert cell.difference.mean == pytest.approx(1 - cell.baseline)
    assert cell.difference.low > 0
    assert "better on LV" in dice.sentence()
    assert "no difference shown on RV and Myo" in dice.sentence()
    assert "better on LV" in distance.sentence()
    assert dice.cells[None].candidate == 1
    # 3 rows of the LV are missing; each pixel stands for 0.18 x 0.18 x 0.8 cm3.
    truths = [
        masks.newest_version(open_store(), row.id).mask
        for row in list_slices(open_store(), Filter(splits=(Split.TEST,)), limit=None)
    ]
    missing = [np.sum(truth != without(Label.LEFT_VENTRICLE, 3)(truth)) for truth in truths]
    assert volume.cells[Label.LEFT_VENTRICLE].baseline == pytest.approx(np.mean(missing) * 0.18 * 0.18 * 0.8)
    assert volume.cells[Label.LEFT_VENTRICLE].candidate == 0


def test_slices_that_got_better_and_worse_are_named_and_pictured(home):
    add_hearts()
    rows = list_slices(open_store(), Filter(splits=(Split.TEST,)))
    model = candidate(home, "candidate")
    score_as(active_model(), without(Label.LEFT_VENTRICLE, 2))
    worst = masks.newest_version(open_store(), rows[0].id).mask

    def mixed(mask: np.ndarray) -> np.ndarray:
        return without(Label.LEFT_VENTRICLE, 6)(mask) if np.array_equal(mask, worst) else mask

    score_as(model, mixed)
    found = compare_with_active(model.id, active_model().id, Split.TEST)
    assert [item.slice_id for item in found.worse] == [rows[0].id]
    assert {item.slice_id for item in found.better} == {rows[1].id, rows[2].id}
    assert found.worse[0].candidate < found.worse[0].active
    assert found.better[0].candidate > found.better[0].active
    pictures = three_pictures(rows[0].id, active_model().id, model.id)
    assert all(png.startswith(b"\x89PNG") for png in pictures)
    assert len(set(pictures)) == 3


def test_the_slice_to_blame_for_a_fallen_label_comes_first_and_may_be_one_without_the_label(home):
    """The LV is invented on one slice that has none; other slices lose more of the myocardium than that."""
    add_hearts(test=11)
    series = add_heart(80, Split.TEST)
    (row,) = list_slices(open_store(), Filter(series_id=series))
    bare = masks.newest_version(open_store(), row.id)
    mask = np.where(bare.mask == Label.LEFT_VENTRICLE, Label.MYOCARDIUM, bare.mask).astype(np.uint8)
    masks.save_version(
        open_store(), row.id, mask, origin=Origin.READER, author="anna", parent_id=bare.id, status="approved"
    )

    def invents(truth: np.ndarray) -> np.ndarray:
        if (truth == Label.LEFT_VENTRICLE).any():
            return truth
        found = truth.copy()
        found[:2, :2] = Label.LEFT_VENTRICLE
        return found

    model = candidate(home, "candidate")
    score_as(active_model(), perfect)
    score_as(model, invents)
    found = compare_with_active(model.id, active_model().id, Split.TEST)
    assert found.finding.fallen == (Label.LEFT_VENTRICLE,)
    cell = found.comparison.metrics["dice"].cells[Label.LEFT_VENTRICLE]
    assert cell.candidate - cell.baseline == pytest.approx(cell.difference.mean)
    assert cell.difference.mean < -0.05
    (first, *_) = found.worse
    assert (first.slice_id, first.part, first.candidate) == (row.id, Label.LEFT_VENTRICLE, 0.0)
    assert np.isnan(first.active)
