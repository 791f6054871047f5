"""What goes into the store comes out the same, and nothing that was saved is ever changed."""

import threading
from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from core.errors import Conflict, NotFound, StoreUnavailable
from core.records import Origin, Split, Status
from core.store import drafts, masks, models, predictions, presence, slices
from core.store.arrivals import Added, Arrival
from core.store.patients import draw_split
from core.store.series import add_series, list_series, series_row
from core.store.slices import Filter, Order
from tests.store.small import open_at, small_series

MASK = np.arange(30, dtype=np.uint8).reshape(6, 5) % 4


def first_slice(store, **options) -> int:
    add_series(store, small_series(**options))
    return slices.list_slices(store)[0].id


def test_a_series_comes_back_with_pixels_geometry_and_notes(store):
    series = small_series(masked=True)
    added = add_series(store, series)
    assert added.created
    row = series_row(store, added.series_id)
    assert row.geometry == series.geometry
    assert (row.patient, row.name, row.notes, row.n_positions) == ("anna", "cine", ("a note",), 2)
    for kept, original in zip(slices.list_slices(store), series.slices, strict=True):
        assert np.array_equal(slices.slice_pixels(store, kept), original.pixels)
        assert kept.spacing_mm == (1.5, 1.25)
        assert (kept.status, kept.newest_origin) == (Status.APPROVED, Origin.REFERENCE)
        assert np.array_equal(masks.newest_version(store, kept.id).mask, original.mask)


def test_the_same_import_again_changes_nothing_and_says_so(store):
    first = add_series(store, small_series(masked=True))
    assert add_series(store, small_series(masked=True)) == Added(
        first.series_ids, Arrival.UNCHANGED, split=first.split
    )
    assert len(list_series(store)) == 1
    assert slices.count_slices(store) == 2


def test_other_pixels_under_the_same_name_are_another_series(store):
    add_series(store, small_series(seed=1))
    assert add_series(store, small_series(seed=2)).created


def test_a_patients_split_is_decided_once(store):
    add_series(store, small_series("anna", "one", seed=1, split=Split.TEST))
    added = add_series(store, small_series("anna", "two", seed=2, split=Split.TRAIN))
    assert series_row(store, added.series_id).split == Split.TEST
    assert {row.split for row in slices.list_slices(store)} == {Split.TEST}


def test_a_thousand_more_patients_leave_the_test_patients_as_they_are(store):
    names = [f"patient{number}" for number in range(1000)]
    before = {name for name in names[:100] if draw_split(name, "seed") == Split.TEST}
    after = {name for name in names if draw_split(name, "seed") == Split.TEST}
    assert before == after & set(names[:100])
    drawn = Counter(draw_split(name, "seed") for name in names)
    assert 650 < drawn[Split.TRAIN] < 750
    assert 70 < drawn[Split.VALIDATION] < 130
    assert 150 < drawn[Split.TEST] < 250
    assert any(draw_split(name, "another seed") != draw_split(name, "seed") for name in names)


def test_a_save_that_started_from_an_old_version_is_a_conflict_and_loses_nothing(store):
    slice_id = first_slice(store)

    def save(mask, parent_id, author):
        return masks.save_version(
            store, slice_id, mask, origin=Origin.READER, author=author, parent_id=parent_id
        )

    first = save(MASK, None, "ann")
    second = save(3 - MASK, first, "bob")
    with pytest.raises(Conflict, match=f"bob saved version {second}"):
        save(MASK, first, "ann")
    kept = masks.versions(store, slice_id)
    assert [(version.id, version.parent_id) for version in kept] == [(second, first), (first, None)]
    assert np.array_equal(kept[0].mask, 3 - MASK)
    assert np.array_equal(kept[1].mask, MASK)


def test_of_many_saves_at_once_on_one_parent_exactly_one_wins(store):
    slice_id = first_slice(store)
    outcomes, barrier = [], threading.Barrier(8)

    def save(number):
        barrier.wait()
        try:
            masks.save_version(
                store, slice_id, MASK, origin=Origin.READER, author=f"reader {number}", parent_id=None
            )
            outcomes.append("saved")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 7 + ["saved"]
    assert len(masks.versions(store, slice_id)) == 1


def test_a_mask_of_another_size_or_label_is_no_version(store):
    slice_id = first_slice(store)
    for bad in (MASK[:-1], MASK + 4, MASK.astype(np.int64)):
        with pytest.raises(ValueError, match="mask must"):
            masks.save_version(store, slice_id, bad, origin=Origin.READER, author="a", parent_id=None)
    assert masks.versions(store, slice_id) == []


def model(store, name="unet") -> int:
    return models.register_model(store, name=name, sha256=name, path=f"{name}.safetensors", card="{}").id


def test_a_prediction_is_shown_where_nobody_has_drawn_and_never_replaces_a_person(store):
    slice_id, model_id = first_slice(store), model(store)
    confidence = np.linspace(0.5, 1, 30).reshape(6, 5)
    said = np.stack([confidence, 1 - confidence, 0 * confidence, 0 * confidence])
    assert predictions.save_prediction(store, slice_id, MASK, said, 0.5, model_id, "unet")
    row = slices.slice_row(store, slice_id)
    assert (row.status, row.newest_origin, row.uncertainty) == (Status.PREDICTED, Origin.MODEL, 0.5)
    assert predictions.save_prediction(store, slice_id, MASK, said, 0.5, model_id, "unet")
    assert len(masks.versions(store, slice_id)) == 1  # the very same again is no new version

    newest = row.newest_version_id
    masks.save_version(
        store,
        slice_id,
        3 - MASK,
        origin=Origin.READER,
        author="ann",
        parent_id=newest,
        status=Status.APPROVED,
    )
    assert not predictions.save_prediction(store, slice_id, MASK, said, 0.2, model_id, "unet")
    assert np.array_equal(masks.newest_version(store, slice_id).mask, 3 - MASK)
    kept = predictions.load_prediction(store, slice_id)
    assert np.array_equal(kept.mask, MASK)
    assert kept.probabilities == pytest.approx(said, abs=1 / 510 + 1e-6)
    assert kept.confidence == pytest.approx(confidence, abs=1 / 510 + 1e-6)
    assert kept.model_id == model_id
    assert slices.slice_row(store, slice_id).status == Status.APPROVED


def test_a_later_stroke_replaces_the_draft_and_an_earlier_one_does_not(store):
    slice_id = first_slice(store)
    assert drafts.save_draft(store, slice_id, "ann", MASK, parent_id=None, seq=2)
    assert not drafts.save_draft(store, slice_id, "ann", 3 - MASK, parent_id=None, seq=1)
    assert np.array_equal(drafts.load_draft(store, slice_id, "ann").mask, MASK)
    assert drafts.load_draft(store, slice_id, "bob") is None
    assert slices.slice_row(store, slice_id).status == Status.IN_PROGRESS
    drafts.clear_draft(store, slice_id, "ann")
    assert drafts.load_draft(store, slice_id, "ann") is None
    assert slices.slice_row(store, slice_id).status == Status.NEW


def test_two_tabs_of_one_reader_never_overwrite_what_they_have_not_seen(store):
    slice_id = first_slice(store)

    def draw(tab, seq, since, mask=MASK):
        return drafts.save_draft(store, slice_id, "ann", mask, parent_id=None, tab=tab, seq=seq, since=since)

    assert draw("one", 1, 0)
    assert draw("one", 3, 0)  # its second stroke was never sent by itself
    assert draw("two", 4, 3)  # opened after the third
    for seq in (4, 5):
        with pytest.raises(Conflict, match="another browser tab"):
            draw("one", seq, 3, 3 - MASK)
    assert not draw("two", 4, 3)  # sent twice
    assert np.array_equal(drafts.load_draft(store, slice_id, "ann").mask, MASK)


def saved(store, slice_id, mask, reader, seq=1, approve=False) -> int:
    """The version that a reader makes of a slice drawn on from what is shown."""
    parent = slices.slice_row(store, slice_id).newest_version_id
    drafts.save_draft(store, slice_id, reader, mask, parent_id=parent, seq=seq, seconds=7.5)
    return drafts.publish_draft(store, slice_id, reader, seq=seq, note="apex", approve=approve)


def test_a_draft_becomes_a_version_and_is_gone(store):
    slice_id = first_slice(store)
    first = saved(store, slice_id, MASK, "ann")
    assert slices.slice_row(store, slice_id).status == Status.IN_PROGRESS
    second = saved(store, slice_id, 3 - MASK, "bob", approve=True)
    newest, oldest = masks.versions(store, slice_id)
    assert (newest.id, newest.parent_id, newest.author) == (second, first, "bob")
    assert (newest.origin, newest.note, newest.seconds) == (Origin.READER, "apex", 7.5)
    assert np.array_equal(newest.mask, 3 - MASK)
    assert np.array_equal(oldest.mask, MASK)
    assert slices.slice_row(store, slice_id).status == Status.APPROVED
    assert drafts.load_draft(store, slice_id, "bob") is None


def test_a_draft_that_changes_nothing_is_no_version(store):
    slice_id = first_slice(store)
    first = saved(store, slice_id, MASK, "ann")
    assert saved(store, slice_id, MASK, "ann", approve=True) == first
    assert len(masks.versions(store, slice_id)) == 1
    assert slices.slice_row(store, slice_id).status == Status.APPROVED


def test_an_empty_first_mask_is_a_version(store):
    slice_id = first_slice(store)
    assert saved(store, slice_id, np.zeros_like(MASK), "ann") == 1


def test_nothing_drawn_and_nothing_there_cannot_be_saved(store):
    with pytest.raises(NotFound, match="draw or predict"):
        drafts.publish_draft(store, first_slice(store), "ann", approve=True)


def test_a_draft_whose_last_stroke_is_missing_is_not_saved(store):
    slice_id = first_slice(store)
    drafts.save_draft(store, slice_id, "ann", MASK, parent_id=None, seq=4)
    with pytest.raises(Conflict, match="has not reached"):
        drafts.publish_draft(store, slice_id, "ann", seq=5)
    assert masks.versions(store, slice_id) == []
    assert drafts.load_draft(store, slice_id, "ann").seq == 4


def test_the_second_of_two_readers_is_told_and_may_go_on_from_the_firsts_mask(store):
    slice_id = first_slice(store)
    drafts.save_draft(store, slice_id, "ann", MASK, parent_id=None, seq=1)
    theirs = saved(store, slice_id, 3 - MASK, "bob", approve=True)
    with pytest.raises(Conflict, match="bob saved"):
        drafts.publish_draft(store, slice_id, "ann")
    assert np.array_equal(drafts.load_draft(store, slice_id, "ann").mask, MASK)
    drafts.rebase_draft(store, slice_id, "ann")
    mine = drafts.publish_draft(store, slice_id, "ann")
    assert masks.version(store, mine).parent_id == theirs


def test_readers_on_one_slice_know_of_each_other_for_a_while(store, monkeypatch):
    slice_id = first_slice(store)
    assert presence.touch(store, slice_id, "ann") == []
    assert presence.touch(store, slice_id, "bob") == ["ann"]
    assert presence.touch(store, slice_id, "ann") == ["bob"]
    later = presence.now() + timedelta(minutes=1)
    monkeypatch.setattr(presence, "now", lambda: later)
    assert presence.touch(store, slice_id, "ann") == []


def test_exactly_one_model_is_active(store):
    one, two = model(store, "one"), model(store, "two")
    assert models.active_model(store) is None
    models.set_active(store, one)
    models.set_active(store, two)
    assert [row.active for row in models.list_models(store)] == [True, False]
    assert models.active_model(store).id == two
    assert model(store, "one") == one  # the same weights again


def test_the_queue_filters_sorts_and_pages(store):
    for number in range(5):
        add_series(
            store, small_series(f"p{number}", seed=number, split=Split.TRAIN if number else Split.TEST)
        )
    rows = slices.list_slices(store)
    for row, doubt in zip(rows, (0.1, 0.9, 0.5), strict=False):
        said = np.full((4, *MASK.shape), 0.25)
        predictions.save_prediction(store, row.id, MASK, said, doubt, model(store), "unet")
    by_doubt = slices.list_slices(store, order=Order.UNCERTAINTY, limit=4)
    assert [row.uncertainty for row in by_doubt] == [0.9, 0.5, 0.1, None]
    assert slices.count_slices(store, Filter(statuses=(Status.PREDICTED,))) == 3
    assert slices.count_slices(store, Filter(splits=(Split.TEST,))) == 2
    assert {row.patient for row in slices.list_slices(store, Filter(patient="P3"))} == {"p3"}
    assert slices.count_slices(store, Filter(patient="%")) == 0  # no wild cards
    assert [row.id for row in slices.list_slices(store, offset=8, limit=5)] == [9, 10]
    there = slices.slices_at(store, rows[0].series_id, [(1, 0), (7, 0)])
    assert [row.id for row in there] == [rows[1].id]
    assert slices.count_by(store)[Split.TEST, Status.PREDICTED] == 2


def test_what_is_not_there_is_told(store):
    for ask in (slices.slice_row, series_row, masks.version, models.model_row):
        with pytest.raises(NotFound, match="there is no"):
            ask(store, 99)


def test_a_store_opens_again_with_everything_in_it(tmp_path):
    add_series(open_at(tmp_path), small_series())
    assert slices.count_slices(open_at(tmp_path)) == 2


@pytest.mark.parametrize("harm", ["flip", "truncate", "delete"])
def test_a_damaged_image_is_found_and_told(store, harm):
    add_series(store, small_series())
    row = slices.list_slices(store)[1]
    (path,) = [file for file in store.arrays.folder.rglob("*.npy") if file.stem == row.image_sha256]
    data = bytearray(path.read_bytes())
    if harm == "delete":
        path.unlink()
    else:
        data[-1] ^= 1
        path.write_bytes(data if harm == "flip" else data[:-4])
    with pytest.raises(StoreUnavailable, match="import its series again"):
        slices.slice_pixels(store, row)
    assert slices.damaged_arrays(store) == [row.image_sha256]


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "septum.sqlite").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreUnavailable, match="damaged"):
        open_at(tmp_path)


def test_a_home_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="SEPTUM_HOME"):
        open_at(tmp_path / "file" / "home")
