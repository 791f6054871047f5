"""What the hold-out says of a candidate: gains that are shown or may be luck, and who was learnt from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import jobs
from core.errors import NotPromotable
from core.labels import Label
from core.metrics.summary import bootstrap_mean_of_means
from core.network import checkpoint
from core.records import ModelRow, RunKind, Split
from core.store.database import open_store
from core.store.models import model_row
from core.store.runs import run_row
from core.workflow import promotion
from core.workflow.candidate import beside
from core.workflow.model_cards import read_card
from core.workflow.model_verdict import judge, learnt_from
from core.workflow.models import active_model, register
from core.workflow.training_runs import start_training
from tests.workflow.hearts import LOAD, add_hearts, tiny_request
from tests.workflow.small import save_model
from tests.workflow.test_promotion import ANNA, candidate, mixed, pair, perfect, score_as, without

pytestmark = pytest.mark.usefixtures("model")


def test_a_gain_that_may_be_luck_is_told_with_its_interval_and_not_promoted_by_itself(home):
    worse, better = without(Label.LEFT_VENTRICLE, 3), without(Label.LEFT_VENTRICLE, 1)
    model = pair(home, mixed([perfect, better, better]), mixed([worse, perfect, perfect]))
    verdict = judge(model.id)
    assert "Dice rises: LV from" in verdict.reason
    assert verdict.gain.low < 0 < verdict.gain.mean < verdict.gain.high
    assert f"(95 % interval {verdict.gain.low:+.3f} to {verdict.gain.high:+.3f})" in verdict.reason
    assert "could be luck" in verdict.reason
    with pytest.raises(NotPromotable, match="could be luck"):
        promotion.promote(model.id, ANNA)
    promotion.promote(model.id, ANNA, "the one that got better is the scanner we use")
    assert "could be luck" in promotion.history()[0].row.verdict


def test_the_interval_of_the_verdict_is_that_of_the_comparison_beside_it(home):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 3))
    verdict, shown = judge(model.id), beside(model.id, active_model().id, Split.TEST).metrics[0].cells[None]
    assert (verdict.gain.mean, verdict.gain.low) == (shown.difference.mean, shown.difference.low)
    assert verdict.gain.low > 0
    assert f"{verdict.gain.mean:+.3f} (95 % interval {verdict.gain.low:+.3f} to" in verdict.reason
    assert any("Only 3 patients judged" in caveat for caveat in verdict.caveats)


def test_one_patient_alone_cannot_tell_whether_a_gain_is_luck(home):
    add_hearts(test=1)
    model = candidate(home, "candidate")
    score_as(active_model(), without(Label.LEFT_VENTRICLE, 3))
    score_as(model, perfect)
    verdict = judge(model.id)
    assert not verdict.allowed
    assert "one patient cannot tell" in verdict.reason


def test_two_models_that_differ_by_luck_alone_are_seldom_promoted():
    """The figures of docs/metrics.md: with ten patients one twin in 25, where any gain let 3 in 4 pass."""
    random, passed, gained = np.random.default_rng(0), 0, 0
    for _ in range(200):
        both = random.normal(0, 0.015, (10, 1, 3)) + random.normal(0, 0.03, (10, 6, 3))
        found = bootstrap_mean_of_means(both.reshape(60, 3), np.repeat(np.arange(10), 6).tolist())
        passed += found.low > 0
        gained += bool((both.mean(axis=(0, 1)) > 0).any())
    assert passed <= 20
    assert gained >= 120


@pytest.mark.parametrize("patient", ["SCD/01", "a/b/c", "anna"])
@pytest.mark.parametrize("kept", ["as now", "by an earlier version"])
def test_who_was_learnt_from_is_known_whatever_slashes_are_in_the_names(home, patient, kept):
    data = {"training_slices": [f"{patient}/series/one/0/4/12"]}
    if kept == "as now":
        data |= {"training_patients": [patient]}
    model = with_card(home, "learnt", data=data)
    assert learnt_from(model, {patient, "nobody"}) == {patient}
    child = register(open_store(), save_model(home.parent / "child.safetensors", "child", 3), model.id)
    assert learnt_from(child, {patient, "nobody"}) == {patient}  # its weights have seen what its parent's had


def with_card(home: Path, name: str, **values: object) -> ModelRow:
    """A model whose card says so."""
    path = home.parent / f"{name}.safetensors"
    network, config = checkpoint.load(save_model(home.parent / "plain" / f"{name}.safetensors", name, 4))
    checkpoint.save(path, network, replace(config, **values))
    return register(open_store(), path)


def test_a_training_tells_its_patients_beside_its_slices(home):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD)
    jobs.work_off(open_store(), RunKind.TRAINING)
    model = model_row(open_store(), run_row(open_store(), run_id).model_id)
    assert read_card(model).training_patients == {f"p{seed}" for seed in range(6)}
