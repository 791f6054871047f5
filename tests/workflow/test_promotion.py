"""A candidate is judged by patients nobody learns from, promoted by a person, and the way back is open."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import jobs
from core.errors import BadCheckpoint, Conflict, NotPromotable
from core.labels import Label
from core.records import ModelRow, Origin, Prediction, PromotionKind, RunKind, Split
from core.settings import settings
from core.store import masks, promotions, scores
from core.store.database import open_store
from core.store.slices import Filter, list_slices
from core.store.trail import Action, events
from core.workflow import prediction, promotion
from core.workflow.candidate import beside, three_pictures
from core.workflow.chosen_slices import choose_slices
from core.workflow.model_verdict import judge
from core.workflow.models import active_model, register
from core.workflow.people import Reader
from core.workflow.scoring import score_model, score_slice
from tests.workflow.hearts import add_heart, add_hearts
from tests.workflow.small import save_model

pytestmark = pytest.mark.usefixtures("model")
ANNA, BERTA, CARL = (Reader(name, signed_in=True) for name in ("anna", "berta", "carl"))
Spoil = Callable[[np.ndarray], np.ndarray]


def perfect(mask: np.ndarray) -> np.ndarray:
    return mask


def without(label: Label, rows: int) -> Spoil:
    """Miss so many of the label's rows, from the top."""

    def spoil(mask: np.ndarray) -> np.ndarray:
        spoilt = mask.copy()
        first = np.flatnonzero((mask == label).any(axis=1))[:rows]
        here = np.zeros(mask.shape, bool)
        here[first] = True
        spoilt[here & (mask == label)] = 0
        return spoilt

    return spoil


def mixed(spoils: list[Spoil]) -> Spoil:
    """The slices one after the other spoilt in their own ways."""
    turn = iter(range(10**6))
    return lambda mask: spoils[next(turn) % len(spoils)](mask)


def candidate(home: Path, name: str, seed: int = 7) -> ModelRow:
    return register(open_store(), save_model(home.parent / f"{name}.safetensors", name, seed))


def score_as(model: ModelRow, spoil: Spoil, *splits: Split) -> None:
    """Let the model have said the truth, spoilt in a way that the test knows."""
    store, found = open_store(), []
    for row in list_slices(store, Filter(splits=splits or (Split.VALIDATION, Split.TEST)), limit=None):
        truth = masks.newest_version(store, row.id)
        said = spoil(truth.mask)
        probabilities = np.stack([said == label for label in Label]).astype(np.float32)
        found.append(score_slice(row, truth.id, truth.mask, Prediction(said, probabilities, said[None])))
    scores.save_scores(store, model.id, found)


def pair(home: Path, ours: Spoil, theirs: Spoil) -> ModelRow:
    """A candidate and the active model, both scored on a hold-out of five patients."""
    add_hearts()
    model = candidate(home, "candidate")
    score_as(active_model(), theirs)
    score_as(model, ours)
    return model


def test_one_that_is_better_on_a_label_and_worse_on_none_is_promoted(home):
    before = active_model()
    model = pair(home, without(Label.LEFT_VENTRICLE, 1), without(Label.LEFT_VENTRICLE, 3))
    verdict = judge(model.id)
    assert verdict.allowed
    assert (verdict.split, verdict.n_slices, verdict.n_patients) == (Split.TEST, 3, 3)
    assert "Dice rises: LV from 0." in verdict.reason
    promotion.promote(model.id, ANNA)
    assert active_model().id == model.id
    (line,) = promotion.history()
    assert (line.model, line.previous, line.row.kind) == ("candidate", "unet-cine", PromotionKind.PROMOTED)
    assert (line.row.reader, line.row.reason, line.row.verdict) == ("anna", "", verdict.reason)
    assert line.row.previous_id == before.id


def test_a_label_that_falls_by_more_than_a_hundredth_refuses_it_however_much_another_gains(home):
    model = pair(home, without(Label.RIGHT_VENTRICLE, 3), without(Label.LEFT_VENTRICLE, 3))
    verdict = judge(model.id)
    assert not verdict.allowed
    assert "falls by more than 0.01: RV from 1.000 to 0." in verdict.reason
    before = active_model()
    with pytest.raises(NotPromotable, match=r"falls by more than 0\.01"):
        promotion.promote(model.id, ANNA)
    assert active_model() == before
    assert promotion.history() == []


def test_one_that_is_no_better_anywhere_is_refused(home):
    model = pair(home, perfect, perfect)
    with pytest.raises(NotPromotable, match="no label's Dice is better"):
        promotion.promote(model.id, ANNA)


def test_against_the_hold_out_a_written_reason_is_needed_and_kept(home):
    model = pair(home, perfect, perfect)
    with pytest.raises(NotPromotable, match="too short"):
        promotion.promote(model.id, ANNA, "because")
    promotion.promote(model.id, ANNA, "it reads the apex better on our scanner")
    (line,) = promotion.history()
    assert line.row.kind == PromotionKind.OVERRIDDEN
    assert line.row.reason == "it reads the apex better on our scanner"
    assert "no label's Dice is better" in line.row.verdict


def test_where_administrators_are_named_nobody_else_overrides(home, monkeypatch):
    model = pair(home, perfect, perfect)
    monkeypatch.setenv("SEPTUM_ADMINISTRATORS", "berta, carl")
    settings.cache_clear()
    with pytest.raises(NotPromotable, match="Only an administrator"):
        promotion.promote(model.id, ANNA, "it reads the apex better")
    promotion.promote(model.id, CARL, "it reads the apex better")
    assert active_model().id == model.id


def test_one_hallucinated_label_on_slices_without_it_counts_against_the_candidate(home):
    """Where only the candidate has the label, it has a Dice of 0 and the active model none."""
    add_hearts(test=0)
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
    assert "RV from 1.000 to 0.667" in verdict.reason


def test_a_hold_out_without_any_mask_judges_nobody(home):
    add_heart(1, Split.TEST, masked=False)
    verdict = judge(candidate(home, "candidate").id)
    assert not verdict.allowed
    assert "No slice of the hold-out has a mask" in verdict.reason


def test_without_test_masks_validation_judges_and_says_so(home):
    add_hearts(test=0)
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


def test_the_active_model_itself_and_a_model_whose_file_was_replaced_are_not_promoted(home):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    with pytest.raises(NotPromotable, match="is the active model"):
        promotion.promote(active_model().id, ANNA, "a long enough reason")
    Path(model.path).write_bytes(b"something else")
    with pytest.raises(BadCheckpoint, match="gone or was replaced"):
        promotion.promote(model.id, ANNA)


def test_two_who_promote_at_once_do_not_undo_each_other(home):
    store, before = open_store(), active_model()
    first, second = candidate(home, "first", 1), candidate(home, "second", 2)
    said = {"kind": PromotionKind.PROMOTED, "reader": "anna", "reason": "", "verdict": ""}
    promotions.promote(store, first.id, instead_of=before.id, **said)
    with pytest.raises(Conflict, match="became active meanwhile"):
        promotions.promote(store, second.id, instead_of=before.id, **said)
    assert active_model().id == first.id


def test_roll_back_undoes_one_promotion_after_the_other(home):
    original = active_model()
    add_hearts()
    first, second = candidate(home, "first", 1), candidate(home, "second", 2)
    assert promotion.roll_back_target() is None
    with pytest.raises(NotPromotable, match="no promotion is left"):
        promotion.roll_back(ANNA)
    for model in (first, second):
        promotion.promote(model.id, ANNA, "to have something to go back from")
    assert promotion.roll_back(ANNA).id == first.id
    assert active_model().id == first.id
    assert promotion.roll_back(BERTA).id == original.id
    assert active_model().id == original.id
    assert promotion.roll_back_target() is None
    assert [line.row.kind for line in promotion.history()[:2]] == [PromotionKind.ROLLED_BACK] * 2


def test_after_a_promotion_unread_slices_are_predicted_again_and_name_their_model(home, monkeypatch):
    monkeypatch.setattr(jobs, "start", lambda kind: None)
    add_hearts()
    series = add_heart(90, Split.TRAIN, masked=False, n_slices=2)
    prediction.start_prediction()
    jobs.work_off(open_store(), RunKind.PREDICTION)
    assert promotion.waiting_for_prediction() == 0
    model = candidate(home, "candidate")
    promotion.promote(model.id, ANNA, "for the sake of the test")
    assert promotion.waiting_for_prediction() == 2
    prediction.start_prediction()
    jobs.work_off(open_store(), RunKind.PREDICTION)
    for row in list_slices(open_store(), Filter(series_id=series)):
        version = masks.newest_version(open_store(), row.id)
        assert (version.origin, version.author, version.model_id) == (Origin.MODEL, "candidate", model.id)


def test_beside_the_active_model_every_metric_is_paired_and_told_in_words(home):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 3))
    found = beside(model.id, active_model().id, Split.TEST)
    assert (found.n_slices, found.n_patients) == (3, 3)
    assert [row.name for row in found.metrics] == ["Dice", "IoU", "HD95", "Volume error"]
    dice, _, distance, volume = found.metrics
    cell = dice.cells[Label.LEFT_VENTRICLE]
    assert cell.candidate == 1
    assert cell.difference.mean == pytest.approx(1 - cell.active)
    assert cell.difference.low > 0
    assert "better on LV" in dice.sentence
    assert "no difference shown on RV and Myo" in dice.sentence
    assert "better on LV" in distance.sentence
    assert dice.cells[None].candidate == 1
    # 3 rows of the LV are missing; each pixel stands for 0.18 x 0.18 x 0.8 cm3.
    truths = [
        masks.newest_version(open_store(), row.id).mask
        for row in list_slices(open_store(), Filter(splits=(Split.TEST,)))
    ]
    missing = [np.sum(truth != without(Label.LEFT_VENTRICLE, 3)(truth)) for truth in truths]
    assert volume.cells[Label.LEFT_VENTRICLE].active == pytest.approx(np.mean(missing) * 0.18 * 0.18 * 0.8)
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
    found = beside(model.id, active_model().id, Split.TEST)
    assert [item.slice_id for item in found.worse] == [rows[0].id]
    assert {item.slice_id for item in found.better} == {rows[1].id, rows[2].id}
    assert found.worse[0].gain < 0 < found.better[0].gain
    pictures = three_pictures(rows[0].id, active_model().id, model.id)
    assert all(png.startswith(b"\x89PNG") for png in pictures)
    assert len(set(pictures)) == 3


def test_a_thousand_more_patients_change_nothing_about_the_hold_out_that_judged(home):
    store = open_store()
    for seed in range(20):
        add_heart(seed, None)  # drawn by the store itself
    model = candidate(home, "candidate")
    promotion.promote(model.id, ANNA, "before the store grows")
    frozen = promotions.holdout(store)
    assert frozen.n_patients >= 1
    before = {row.patient: row.split for row in list_slices(store, limit=None)}
    for seed in range(20, 1020):
        add_heart(seed, None, looks_like=0)
    after = {row.patient: row.split for row in list_slices(store, limit=None)}
    assert len(after) == 1020
    assert {patient: after[patient] for patient in before} == before
    assert promotions.holdout(store).n_patients > frozen.n_patients
    assert promotions.holdout(store, frozen.n_patients) == frozen
    assert promotion.history()[0].holdout_unchanged
    judges = {patient for patient, split in after.items() if split != Split.TRAIN}
    learnt = {item.patient for item in choose_slices(store) if item.split == Split.TRAIN}
    assert len(learnt) > 500
    assert not learnt & judges
    tested = {patient for patient, split in after.items() if split == Split.TEST}
    assert not {item.patient for item in choose_slices(store, final=True)} & tested


def test_a_hold_out_that_was_tampered_with_is_noticed(home):
    from sqlalchemy import update

    from core.store.tables import PatientTable

    add_hearts()
    promotion.promote(candidate(home, "candidate").id, ANNA, "before somebody tampers")
    assert promotion.history()[0].holdout_unchanged
    with open_store().unit_of_work() as session:
        moved = update(PatientTable).where(PatientTable.split == Split.TEST).values(split=Split.TRAIN)
        session.execute(moved)
    assert not promotion.history()[0].holdout_unchanged


def test_against_the_hold_out_and_back_go_administrators_alone_where_any_are_named(home, monkeypatch):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    monkeypatch.setenv("SEPTUM_ADMINISTRATORS", "berta, carl")
    settings.cache_clear()
    before = active_model()
    promotion.promote(model.id, ANNA)  # as the hold-out says, everybody may
    for reader in (ANNA, Reader("carl")):  # a name that nobody vouches for is no administrator's
        with pytest.raises(NotPromotable, match=r"dministrator"):
            promotion.roll_back(reader)
    assert active_model().id == model.id
    promotion.roll_back(CARL)
    assert active_model().id == before.id
    done = [(line.person, line.action) for line in events(open_store(), 2)]
    assert done == [("carl", Action.MODEL_ROLLED_BACK), ("anna", Action.MODEL_PROMOTED)]


def test_nobody_promotes_without_a_name(home):
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    for act in (lambda: promotion.promote(model.id, Reader("")), lambda: promotion.roll_back(Reader(""))):
        with pytest.raises(NotPromotable, match="give your name"):
            act()


def test_of_many_who_promote_at_the_very_same_time_exactly_one_wins(home):
    store, before = open_store(), active_model()
    made = [candidate(home, f"candidate {number}", number) for number in range(1, 7)]
    start, outcomes = threading.Barrier(len(made)), []

    def take(model: ModelRow) -> None:
        start.wait()
        try:
            promotions.promote(
                store, model.id, instead_of=before.id, kind=PromotionKind.PROMOTED, reader="anna", reason="",
                verdict="",
            )  # fmt: skip
            outcomes.append(model.id)
        except Conflict:
            outcomes.append(None)

    threads = [threading.Thread(target=take, args=(model,)) for model in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [model_id for model_id in outcomes if model_id is not None]
    assert outcomes.count(None) == len(made) - 1
    assert active_model().id == won
    assert [row.model_id for row in promotions.promotions(store)] == [won]
