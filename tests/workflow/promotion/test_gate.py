"""What the hold-out says of a candidate: gains that are shown or may be luck, and who was learnt from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import NotPromotable
from core.jobs.worker import drain_queue
from core.labels import Label
from core.metrics.statistics.bootstrap import bootstrap_mean_of_means
from core.network import checkpoint
from core.records.masks import Origin
from core.records.models import ModelRow, PromotionKind
from core.records.runs import RunKind
from core.records.slices import Split
from core.store.database import open_store
from core.store.masks import masks
from core.store.models.models import model_row
from core.store.runs.runs import run_row
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.evaluation.candidate import compare_with_active
from core.workflow.evaluation.score_model import score_model
from core.workflow.models.patient_marks import PatientMarks
from core.workflow.models.registry import active_model, register
from core.workflow.promotion import promote
from core.workflow.promotion.gate import judge, learnt_from
from core.workflow.training.runs import start_training
from tests.workflow.hearts import LOAD, add_heart, add_hearts, tiny_request
from tests.workflow.promotion.candidates import ANNA, candidate, mixed, pair, perfect, score_as, without
from tests.workflow.small import save_model

pytestmark = pytest.mark.usefixtures("model")


def test_a_gain_that_may_be_luck_is_told_with_its_interval_and_not_promoted_by_itself(home):
    worse, better = without(Label.LEFT_VENTRICLE, 3), without(Label.LEFT_VENTRICLE, 1)
    model = pair(home, mixed([perfect, better, better]), mixed([worse, perfect, perfect]))
    verdict = judge(model.id)
    assert "Dice rises: LV from" in verdict.reason
    assert verdict.finding.gain.low < 0 < verdict.finding.gain.mean < verdict.finding.gain.high
    assert (
        f"(95 % interval {verdict.finding.gain.low:+.3f} to {verdict.finding.gain.high:+.3f})"
        in verdict.reason
    )
    assert "could be luck" in verdict.reason
    with pytest.raises(NotPromotable, match="could be luck"):
        promote.promote(model.id, ANNA)
    promote.promote(model.id, ANNA, "the one that got better is the scanner we use")
    assert "could be luck" in promote.history()[0].row.verdict


def test_the_interval_of_the_verdict_is_that_of_the_comparison_beside_it(home):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 3))
    verdict, compared = judge(model.id), compare_with_active(model.id, active_model().id, Split.TEST)
    shown = compared.comparison.metrics["dice"].cells[None]
    assert (verdict.finding.gain.mean, verdict.finding.gain.low) == (
        shown.difference.mean,
        shown.difference.low,
    )
    assert verdict.finding.gain.low > 0
    assert (
        f"{verdict.finding.gain.mean:+.3f} (95 % interval {verdict.finding.gain.low:+.3f} to"
        in verdict.reason
    )


@pytest.mark.parametrize(("test", "told"), [(1, "slices of 1 test patient judge"), (9, "9 test patients")])
def test_fewer_than_ten_patients_are_too_few_to_tell_and_promote_only_with_a_reason(home, test, told):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 3), test)
    verdict = judge(model.id)
    assert not verdict.allowed
    assert verdict.reason.startswith("Too few to tell: ")
    assert told in verdict.reason
    missing = "9 more test patients" if test == 1 else "1 more test patient"
    assert f"it takes 10; approve slices of {missing} on the Review page." in verdict.reason
    with pytest.raises(NotPromotable, match="Too few to tell"):
        promote.promote(model.id, ANNA)
    promote.promote(model.id, ANNA, "it reads the apex better on our scanner")
    assert promote.history()[0].row.kind == PromotionKind.OVERRIDDEN


def test_too_few_patients_still_say_what_fell_so_far(home):
    model = pair(home, without(Label.RIGHT_VENTRICLE, 3), perfect, 2)
    assert "So far Dice falls: RV from 1.000 to 0." in judge(model.id).reason


def test_of_two_models_one_at_most_is_offered_in_place_of_the_other(home):
    """A model that was promoted is not offered to be replaced by the one that it replaced."""
    model = pair(home, perfect, mixed([without(Label.LEFT_VENTRICLE, 1), perfect]))
    before = active_model()
    assert judge(model.id).allowed
    promote.promote(model.id, ANNA)
    assert not judge(before.id).allowed


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
    assert learnt_from(model, {patient, "nobody"}) == ({patient}, True)
    child = register(open_store(), save_model(home.parent / "child.safetensors", "child", 3), model.id)
    # Its weights have seen what its parent's had; what it has learnt itself, nobody says.
    assert learnt_from(child, {patient, "nobody"}) == ({patient}, False)


def with_card(home: Path, name: str, **values: object) -> ModelRow:
    """A model whose card says so."""
    path = home.parent / f"{name}.safetensors"
    network, config = checkpoint.load(save_model(home.parent / "plain" / f"{name}.safetensors", name, 4))
    checkpoint.save(path, network, replace(config, **values))
    return register(open_store(), path)


def test_a_training_tells_its_patients_to_its_own_store_alone(home):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD)
    drain_queue(open_store(), RunKind.TRAINING)
    model = model_row(open_store(), run_row(open_store(), run_id).model_id)
    trained, everybody = {f"p{seed}" for seed in range(6)}, {f"p{seed}" for seed in range(11)}
    assert learnt_from(model, everybody) == (trained, True)
    assert not {name for name in everybody if name in model.card}


def test_of_a_model_that_another_store_trained_it_cannot_be_told_whom_it_learnt_from(home):
    add_hearts(test=12)
    marks = PatientMarks(b"the key of another store")
    data = {"store": marks.store, "patient_marks": [marks.of(f"p{seed}") for seed in range(20)]}
    model = with_card(home, "elsewhere", data=data)
    assert learnt_from(model, {"p8"}) == (set(), False)
    score_as(active_model(), without(Label.LEFT_VENTRICLE, 3))
    score_as(model, perfect)
    told = " ".join(judge(model.id).caveats)
    assert "Cannot tell whether elsewhere learnt from patients of the hold-out" in told


def test_one_hallucinated_label_on_slices_without_it_counts_against_the_candidate(home):
    """Where only the candidate has the label, it has a Dice of 0 and the active model none."""
    add_hearts(test=9)
    series = add_heart(80, Split.TEST, n_slices=3)
    rows = list_slices(open_store(), Filter(series_id=series))
    bare = masks.newest_version(open_store(), rows[0].id)
    masks.save_version(
        open_store(), rows[0].id, np.zeros_like(bare.mask), origin=Origin.READER, author="anna",
        parent_id=bare.id, status="approved",
    )  # fmt: skip

    def invents(mask: np.ndarray) -> np.ndarray:
        if mask.any():
            return mask
        found = mask.copy()
        found[:4, :4] = Label.RIGHT_VENTRICLE
        return found

    model = candidate(home, "candidate")
    score_as(active_model(), without(Label.LEFT_VENTRICLE, 1))
    score_as(model, invents)
    verdict = judge(model.id)
    assert not verdict.allowed
    assert "RV from 1.000 to 0.917" in verdict.reason


def test_a_hold_out_without_any_mask_judges_nobody(home):
    add_heart(1, Split.TEST, masked=False)
    verdict = judge(candidate(home, "candidate").id)
    assert not verdict.allowed
    assert "No slice of the hold-out has a mask" in verdict.reason


def test_without_test_masks_validation_judges_and_says_so(home):
    add_hearts(validation=10, test=0)
    model = candidate(home, "candidate")
    score_as(active_model(), without(Label.LEFT_VENTRICLE, 2))
    score_as(model, perfect)
    verdict = judge(model.id)
    assert (verdict.allowed, verdict.split) == (True, Split.VALIDATION)
    assert any("also chose which weights" in caveat for caveat in verdict.caveats)


def test_what_is_not_scored_yet_is_named_and_judged_once_it_is(home):
    add_hearts()
    model = candidate(home, "candidate")
    verdict = judge(model.id)
    assert not verdict.allowed
    assert verdict.to_score == (model.id, active_model().id)
    for model_id in verdict.to_score:
        score_model(model_id, (verdict.split,))
    assert judge(model.id).n_slices == 3
