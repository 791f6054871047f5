"""How the readers' work goes is told from what they saved, and nothing is made up where nothing is known."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.labels import FOREGROUND
from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.activity import ApprovedProposals, HourOfChanges, SavedCorrections, approved_proposals
from core.store.slices.slices import set_status
from core.workflow.dashboard import activity, trend
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RV, MYO, LV = FOREGROUND


def propose(row, mask=HEART) -> int:
    """The model's mask of a slice."""
    return masks.save_version(
        open_store(),
        row.id,
        mask,
        origin=Origin.MODEL,
        author="unet",
        parent_id=None,
        status=Status.PREDICTED,
    )


def correct(row, mask, parent_id, seconds=None) -> int:
    """A reader's mask, approved."""
    return masks.save_version(
        open_store(),
        row.id,
        mask,
        origin=Origin.READER,
        author="ann",
        parent_id=parent_id,
        seconds=seconds,
        status=Status.APPROVED,
    )


def change(hours: int, before: Status | None, after: Status, n: int) -> HourOfChanges:
    return HourOfChanges(NOON + timedelta(hours=hours), before, after, n)


def judged(dice_like: list[int], patients: list[str]) -> ApprovedProposals:
    """Slices of 10 LV pixels of which the model had so many right."""
    confusions = np.zeros((len(dice_like), 4, 4), np.int64)
    for index, right in enumerate(dice_like):
        confusions[index, LV, LV], confusions[index, LV, 0] = right, 10 - right
    times = np.array([NOON + timedelta(minutes=index) for index in range(len(dice_like))])
    return ApprovedProposals(np.arange(len(dice_like)), np.array(patients, object), times, confusions)


def test_an_empty_store_has_no_activity():
    seen = activity.activity()
    assert (seen.n_corrections, seen.n_judged, seen.moments, seen.days, seen.steps) == (0, 0, (), (), ())
    assert math.isnan(seen.seconds)
    assert "Approve 20 more" in seen.verdict


def test_statuses_add_up_at_every_moment():
    changes = [
        change(0, None, Status.NEW, 5),
        change(1, Status.NEW, Status.PREDICTED, 5),
        change(3, Status.PREDICTED, Status.APPROVED, 2),
    ]
    found = activity.moments(changes, NOON + timedelta(hours=6))
    assert [(moment.at - NOON) // HOUR for moment in found] == [0, 1, 2, 3, 4, 6]
    assert [sum(moment.n_slices.values()) for moment in found] == [0, 5, 5, 5, 5, 5]
    assert found[-1].n_slices[Status.APPROVED] == 2
    assert found[-1].n_slices[Status.NEW] == 0
    assert [moment.n_slices[Status.APPROVED] for moment in found] == [0, 0, 0, 0, 2, 2]


@pytest.mark.parametrize("minutes", [1, 59, 60, 61, 119])
def test_the_first_hour_is_told_from_none_whenever_it_is_asked_for(minutes):
    found = activity.moments([change(0, None, Status.NEW, 5)], NOON + timedelta(minutes=minutes))
    assert [moment.n_slices[Status.NEW] for moment in found] == [0, 5, 5][: 2 + (minutes > 60)]
    assert found[-1].at == NOON + timedelta(minutes=minutes)


def test_a_clock_that_was_set_back_gives_moments_in_order():
    found = activity.moments([change(2, None, Status.NEW, 5)], NOON)
    assert [moment.at for moment in found] == sorted(moment.at for moment in found)


def test_a_month_is_told_day_by_day():
    changes = [change(hour, None, Status.NEW, 1) for hour in range(24 * 30)]
    found = activity.moments(changes, NOON + timedelta(days=30))
    assert len(found) == 32  # as many midnights, and now
    assert found[-1].n_slices[Status.NEW] == 24 * 30


def test_pace_is_of_active_work_and_leaves_out_what_nobody_measured():
    seconds = np.array([30.0, 60.0, 90.0, math.nan])
    saved = SavedCorrections(np.arange(4) % 2, np.array([NOON] * 4), seconds)
    (day,) = activity.days(saved)
    assert (day.n_corrections, day.n_slices, day.seconds) == (4, 2, 60.0)
    assert day.per_hour == pytest.approx(60.0)


def test_approving_as_it_was_and_correcting_are_told_apart():
    first, second, third, _ = stored(cine(n_positions=4, n_phases=1))
    propose(first)
    set_status(open_store(), first.id, Status.APPROVED)
    changed = HEART.copy()
    changed[0, 0] = LV
    correct(second, changed, propose(second), seconds=40.0)
    propose(third)  # nobody has judged it yet
    seen = activity.activity()
    assert (seen.n_judged, seen.n_unchanged, seen.n_corrections, seen.seconds) == (2, 1, 1, 40.0)
    assert seen.agreement < 1.0


def test_a_slice_is_judged_by_what_is_approved_now():
    row = stored(cine(n_positions=1, n_phases=1))[0]
    first = propose(row)
    second = correct(row, np.zeros_like(HEART), first)
    correct(row, HEART, second)
    found = approved_proposals(open_store())
    assert found.slice_ids.tolist() == [row.id]
    assert np.array_equal(np.diag(found.confusions[0]), np.bincount(HEART.ravel(), minlength=4))


def test_a_mask_drawn_where_no_model_was_judges_none():
    rows = stored(cine(n_positions=2, n_phases=1, masked=True))
    correct(rows[0], np.zeros_like(HEART), rows[0].newest_version_id)
    assert activity.activity().n_judged == 0


def test_steps_hold_every_slice_in_the_order_of_approval():
    found = trend.steps(judged([4] * 30 + [9] * 30, [f"p{number % 6}" for number in range(60)]))
    assert sum(step.n_slices for step in found) == 60
    dice = [step.dice[LV].mean for step in found]
    assert dice == sorted(dice)
    assert dice[0] == pytest.approx(8 / 14)
    assert [step.until for step in found] == sorted(step.until for step in found)
    assert trend.steps(judged([4] * 4, ["p"] * 4)) == ()


@pytest.mark.parametrize(
    ("right", "told"),
    [
        ([4] * 30 + [9] * 30, "Readers change less than before: Dice 0.571 on the first 30 slices, 0.947"),
        ([9] * 30 + [4] * 30, "Readers change more than before"),
        ([4, 9] * 30, "No change shown in how much readers correct"),
    ],
)
def test_the_verdict_says_whether_the_model_gets_better(right, told):
    found = judged(right, [f"p{number % 7}" for number in range(60)])
    assert trend.verdict(trend.heart_dice(found), found.patients).startswith(told)


def test_one_patient_is_too_few_for_a_verdict():
    found = judged([4] * 30 + [9] * 30, ["p"] * 60)
    assert "Too few patients" in trend.verdict(trend.heart_dice(found), found.patients)
