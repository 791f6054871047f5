"""Many slices at once: what a preview shows is what is done, and undone."""

import io

import numpy as np
import pytest
from PIL import Image

from core.errors import BadInput, Conflict
from core.labels import FOREGROUND, Label
from core.records.slices import Status
from core.records.spreads import SpreadKind
from core.store.database import open_store
from core.store.masks import drafts, presence
from core.store.slices.slices import set_status
from core.workflow.review.spread import acts
from core.workflow.review.spread.ends import stack_ends
from core.workflow.review.spread.pictures import pictures
from core.workflow.review.spread.preview import preview_spread
from core.workflow.review.spread.request import Along, Guard, SpreadRequest
from tests.workflow.review.readers import DRAWN, draw, save
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")
LV, WALL, RV = Label.LEFT_VENTRICLE, Label.MYOCARDIUM, Label.RIGHT_VENTRICLE


def request(kind=SpreadKind.COPY, labels=FOREGROUND, positions=(0, 4), phases=(0, 0), **options):
    return SpreadRequest(kind, tuple(labels), positions, phases, **options)


def stack(n_positions=5, n_phases=1, **options):
    """Rows by position, then phase."""
    return stored(cine("anna", n_positions, n_phases, **options))


def mask(row):
    draft = drafts.load_draft(open_store(), row.id, "ann")
    return None if draft is None else draft.mask


def test_a_label_is_copied_from_the_readers_own_strokes_and_taken_back():
    rows = stack()
    draw(rows[1], "ann", HEART)
    draw(rows[3], "ann", DRAWN)
    shown = preview_spread(rows[1].id, "ann", request(labels=[LV], positions=(1, 4)))
    assert [change.words for change in shown.changes] == ["slice 3", "slice 4", "slice 5"]
    done = acts.do_spread(shown, 30.0)
    assert done.slice_ids == tuple(row.id for row in rows[2:])
    assert np.array_equal(mask(rows[2]) == LV, HEART == LV)
    assert not (mask(rows[2]) == RV).any()
    assert np.array_equal(mask(rows[3]) == RV, (DRAWN == RV) & (HEART != LV))
    assert mask(rows[0]) is None
    assert drafts.load_draft(open_store(), rows[3].id, "ann").seconds == 12.5 + 10
    assert acts.last_spread(rows[0].series_id, "ann").name == done.name
    assert acts.last_spread(rows[0].series_id, "bob") is None
    assert acts.undo_spread(done.name, "ann") == done.slice_ids
    assert mask(rows[2]) is None
    assert np.array_equal(mask(rows[3]), DRAWN)


def test_what_lies_between_two_slices_is_filled_in_through_every_phase():
    rows = stack(5, 2)
    ends = [row for row in rows if row.position in (0, 4)]
    for row in ends:
        draw(row, "ann", HEART)
    asked = request(SpreadKind.INTERPOLATE, positions=(0, 4), phases=(0, 1))
    shown = preview_spread(rows[0].id, "ann", asked)
    assert len(shown.changes) == 6
    assert all(np.array_equal(change.mask, HEART) for change in shown.changes)
    assert shown.changes[3].words == "slice 2, phase 2 of 2"
    acts.do_spread(shown)
    draw(ends[0], "ann", DRAWN, seq=2)
    with pytest.raises(BadInput, match="changes no slice"):
        acts.do_spread(preview_spread(rows[0].id, "ann", request(SpreadKind.RESIZE, [RV], (5, 9))))


def test_what_lies_between_two_phases_is_filled_in():
    rows = stack(1, 3)
    draw(rows[0], "ann", HEART)
    draw(rows[2], "ann", HEART)
    asked = request(SpreadKind.INTERPOLATE, positions=(0, 0), phases=(0, 2), along=Along.PHASES)
    (change,) = preview_spread(rows[1].id, "ann", asked).changes
    assert np.array_equal(change.mask, HEART)


def test_a_label_is_deleted_and_another_grown_where_it_is():
    rows = stack(3)
    for row in rows[:2]:
        draw(row, "ann", HEART)
    acts.do_spread(preview_spread(rows[0].id, "ann", request(SpreadKind.DELETE, [RV])))
    assert all(np.array_equal(mask(row), np.where(HEART == RV, 0, HEART)) for row in rows[:2])
    shown = preview_spread(rows[0].id, "ann", request(SpreadKind.RESIZE, [WALL], pixels=1))
    assert shown.n_same == 1
    assert all((change.mask > 0).sum() > (HEART > 1).sum() for change in shown.changes)


def test_slices_that_somebody_vouches_for_are_left_alone_unless_they_are_asked_for():
    rows = stack(5, masked=True)
    draw(rows[0], "ann", DRAWN)
    draw(rows[2], "bob", DRAWN)
    save(rows[2], "bob", approve=True)
    draw(rows[3], "bob", DRAWN + np.uint8(0))
    save(rows[3], "bob")
    set_status(open_store(), rows[3].id, Status.REJECTED)
    draw(rows[4], "bob", HEART * (HEART != RV))
    save(rows[4], "bob")
    asked = request(labels=[RV, WALL])
    shown = preview_spread(rows[0].id, "ann", asked)
    assert [change.words for change in shown.changes] == ["slice 5"]
    assert shown.left_alone == {Guard.REFERENCE: ("slice 2",)}
    assert shown.n_same == 2
    everything = request(SpreadKind.DELETE, guarded=frozenset(Guard))
    assert len(preview_spread(rows[0].id, "ann", everything).changes) == 5
    some = preview_spread(rows[0].id, "ann", request(SpreadKind.DELETE))
    assert some.left_alone == {
        Guard.REFERENCE: ("slice 1", "slice 2"),
        Guard.APPROVED: ("slice 3",),
        Guard.REJECTED: ("slice 4",),
    }


def test_who_else_is_at_work_and_what_waits_for_a_choice_is_told():
    rows = stack(3)
    draw(rows[0], "ann", HEART)
    draw(rows[1], "ann", DRAWN)
    draw(rows[1], "bob", HEART)
    save(rows[1], "bob")
    presence.record_presence(open_store(), rows[2].id, "bob")
    shown = preview_spread(rows[0].id, "ann", request())
    assert [(change.words, change.others) for change in shown.changes] == [("slice 3", ("bob",))]
    assert shown.undecided == ("slice 2",)


def test_a_mask_that_is_another_one_since_the_preview_stops_all():
    rows = stack()
    draw(rows[0], "ann", HEART)
    shown = preview_spread(rows[0].id, "ann", request())
    draw(rows[0], "ann", DRAWN, seq=2)
    with pytest.raises(Conflict, match="slice 1 has another mask than the preview showed"):
        acts.do_spread(shown)
    assert mask(rows[1]) is None


def test_an_undo_names_the_slice_that_somebody_saved():
    rows = stack()
    draw(rows[0], "ann", HEART)
    done = acts.do_spread(preview_spread(rows[0].id, "ann", request()))
    draw(rows[2], "bob", DRAWN)
    save(rows[2], "bob")
    with pytest.raises(Conflict, match="bob has saved slice 3 since"):
        acts.undo_spread(done.name, "ann")


def test_what_cannot_be_done_is_told():
    rows = stack(3)
    with pytest.raises(BadInput, match="no left ventricle yet"):
        preview_spread(rows[0].id, "ann", request(labels=[LV]))
    with pytest.raises(BadInput, match="the two ends have no"):
        preview_spread(rows[0].id, "ann", request(SpreadKind.INTERPOLATE, positions=(0, 2)))
    with pytest.raises(BadInput, match="no label"):
        request(labels=[])
    with pytest.raises(BadInput, match="nothing between these slices"):
        request(SpreadKind.INTERPOLATE, positions=(1, 2))
    with pytest.raises(BadInput, match="by 1 to 10 pixels, not by 11"):
        request(SpreadKind.RESIZE, pixels=-11)
    with pytest.raises(BadInput, match="401 slices, more than 400"):
        preview_spread(rows[0].id, "ann", request(SpreadKind.DELETE, positions=(0, 400)))


def test_pictures_show_a_slice_before_and_after_around_the_heart():
    rows = stack(2)
    draw(rows[0], "ann", HEART)
    shown = preview_spread(rows[0].id, "ann", request())
    (picture,) = pictures(shown.changes, 60)
    drawn = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
    assert drawn.shape == (60, 104, 3)
    coloured = np.ptp(drawn, axis=2) > 40
    assert not coloured[:, :50].any()
    assert coloured[:, 54:].sum() > 100


def test_the_ends_of_a_stack_are_told_from_its_masks():
    rows = stack(6)
    assert stack_ends(rows[0].id) == ("", "")
    for row in rows:
        small = np.zeros_like(HEART)
        small[2 : 4 + 2 * row.position, 4:12] = LV
        draw(row, "ann", small)
        save(row, "ann")
    assert stack_ends(rows[0].id) == ("apex", "base")
