"""A corrected mask carried through the beat of a heart in the store, and taken back."""

import numpy as np
import pytest

from core.errors import BadInput, Conflict
from core.imaging.phantom.cine import beating_heart
from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import drafts, masks, spreads
from core.store.masks.reader_view import view_slice
from core.store.slices.slices import set_status, slice_row
from core.workflow.hearts.carry import LeftAlone, carried, keep_carried, plan_carry
from tests.workflow.hearts.stored import add_without_masks

N_POSITIONS, N_PHASES, ED, ES = 2, 6, 0, 2
EVERYWHERE = [(position, phase) for position in range(N_POSITIONS) for phase in range(N_PHASES)]
HEART = beating_heart(1, N_POSITIONS, N_PHASES, size=80, spacing_mm=2.4, slice_distance_mm=20.0).series
TRUTH = {(image.position, image.phase): image.mask for image in HEART.slices}


@pytest.fixture
def ids(home):
    """(position, phase) -> slice id of a heart without masks."""
    return add_without_masks(HEART)


def series_of(ids):
    return slice_row(open_store(), ids[0, 0]).series_id


def approve(ids, *places):
    for place in places:
        masks.save_version(
            open_store(),
            ids[place],
            TRUTH[place],
            origin=Origin.READER,
            author="bob",
            parent_id=None,
            status=Status.APPROVED,
        )


def draw(ids, place, reader="ann"):
    look = view_slice(open_store(), ids[place], reader)
    drafts.save_draft(
        open_store(), ids[place], reader, TRUTH[place], parent_id=look.seen.parent_id, seq=1, tab="t"
    )


def shown(ids, place, reader="ann"):
    return view_slice(open_store(), ids[place], reader).mask


def overlap(one, other):
    return 2 * ((one == other) & (one > 0)).sum() / ((one > 0).sum() + (other > 0).sum())


def test_two_corrected_phases_are_carried_through_the_beat_and_taken_back_as_one(ids):
    approve(ids, (1, ED), (1, ES))
    places = [(1, phase) for phase in range(N_PHASES)]
    plan = plan_carry(series_of(ids), "ann", places)
    assert [target.look.row.phase for target in plan.targets] == [1, 3, 4, 5]
    assert all(set(target.sources) == {ids[1, ED], ids[1, ES]} for target in plan.targets)
    made = list(carried(plan))
    assert all(shown(ids, (1, phase)) is None for phase in (1, 3, 4, 5))  # nothing is kept before it was seen
    name = keep_carried(plan, made, seconds=8.0)
    for phase in (1, 3, 4, 5):
        mask = shown(ids, (1, phase))
        assert overlap(mask, TRUTH[1, phase]) > 0.93
        assert shown(ids, (1, phase), "bob") is None  # a draft of the reader who asked
        assert slice_row(open_store(), ids[1, phase]).status == Status.IN_PROGRESS
    assert set(spreads.undo_spread(open_store(), "ann", name, {})) == {
        ids[1, phase] for phase in (1, 3, 4, 5)
    }
    assert all(shown(ids, (1, phase)) is None for phase in (1, 3, 4, 5))
    assert slice_row(open_store(), ids[1, 3]).status == Status.NEW


def test_every_slice_comes_with_where_it_is_unsure(ids):
    approve(ids, (0, ED))
    (made,) = carried(plan_carry(series_of(ids), "ann", [(0, 5)]))
    assert made.unsure.shape == made.mask.shape
    assert 0 < made.unsure_share < 1


def test_the_reader_s_own_strokes_are_carried_and_never_another_s(ids):
    draw(ids, (0, ED))
    assert {target.sources for target in plan_carry(series_of(ids), "ann", [(0, 1)]).targets} == {
        (ids[0, ED],)
    }
    with pytest.raises(BadInput, match="is corrected yet"):
        plan_carry(series_of(ids), "bob", [(0, 1)])


def test_what_somebody_has_drawn_approved_or_rejected_gets_nothing(ids):
    approve(ids, (0, ED), (0, ES))
    draw(ids, (0, 1))
    set_status(open_store(), ids[0, 4], Status.REJECTED)
    plan = plan_carry(series_of(ids), "ann", [(0, phase) for phase in range(N_PHASES)], [ids[0, ED]])
    assert [target.look.row.phase for target in plan.targets] == [3, 5]
    assert plan.left_alone == {
        ids[0, 1]: LeftAlone.DRAWN,
        ids[0, ES]: LeftAlone.DRAWN,
        ids[0, 4]: LeftAlone.DRAWN,
    }


def test_a_chosen_slice_counts_whoever_made_its_mask(ids):
    masks.save_version(
        open_store(),
        ids[0, ED],
        TRUTH[0, ED],
        origin=Origin.MODEL,
        author="m",
        parent_id=None,
        status=Status.PREDICTED,
    )
    with pytest.raises(BadInput, match="is corrected yet"):
        plan_carry(series_of(ids), "ann", EVERYWHERE)
    plan = plan_carry(series_of(ids), "ann", [(0, 1)], [ids[0, ED]])
    assert len(plan.targets) == 1


def test_where_no_phase_of_a_position_is_corrected_the_next_position_is_carried(ids):
    approve(ids, (0, ED))
    plan = plan_carry(series_of(ids), "ann", EVERYWHERE)
    sources = {(target.look.row.position, target.look.row.phase): target.sources for target in plan.targets}
    assert sources[1, ED] == (ids[0, ED],)
    assert plan.left_alone == {ids[1, phase]: LeftAlone.TOO_FAR for phase in range(1, N_PHASES)}


def test_nothing_is_kept_when_a_slice_changed_after_it_was_seen(ids):
    approve(ids, (0, ED))
    plan = plan_carry(series_of(ids), "ann", [(0, 1), (0, 5)])
    made = list(carried(plan))
    draw(ids, (0, 5))
    with pytest.raises(Conflict, match="slice 1, phase 6 of 6"):
        keep_carried(plan, made)
    assert shown(ids, (0, 1)) is None
    assert (shown(ids, (0, 5)) == TRUTH[0, 5]).all()


def test_nothing_is_kept_when_what_it_came_from_changed(ids):
    draw(ids, (0, ED))
    plan = plan_carry(series_of(ids), "ann", [(0, 1)])
    made = list(carried(plan))
    look = view_slice(open_store(), ids[0, ED], "ann")
    drafts.save_draft(
        open_store(),
        ids[0, ED],
        "ann",
        np.zeros_like(TRUTH[0, ED]),
        parent_id=None,
        seq=2,
        tab="t",
        since=look.seen.strokes,
    )
    with pytest.raises(Conflict, match="slice 1, phase 1"):
        keep_carried(plan, made)


def test_only_the_chosen_ones_are_kept_and_none_is_refused(ids):
    approve(ids, (0, ED))
    plan = plan_carry(series_of(ids), "ann", [(0, 1), (0, 5)])
    made = list(carried(plan))
    keep_carried(plan, made[:1])
    assert shown(ids, (0, 1)) is not None
    assert shown(ids, (0, 5)) is None
    with pytest.raises(BadInput, match="no slice is chosen"):
        keep_carried(plan, [])
