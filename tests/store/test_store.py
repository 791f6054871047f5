"""What goes into the store comes out the same, and nothing that was saved is ever changed."""

import threading
from collections import Counter

import numpy as np
import pytest

from core.errors import Conflict, NotFound, StoreUnavailable
from core.records.masks import Origin
from core.records.slices import Split, Status
from core.store.masks import masks, predictions
from core.store.models import models
from core.store.series.arrivals import Added, Arrival
from core.store.series.patients import draw_split
from core.store.series.series import add_series, list_series, series_row
from core.store.slices import slice_counts, slices
from core.store.slices.filters import Filter, Order
from tests.store.predicted import save_prediction
from tests.store.small import damaged_images, open_at, small_series

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
    assert save_prediction(store, slice_id, MASK, said, 0.5, model_id, "unet")
    row = slices.slice_row(store, slice_id)
    assert (row.status, row.newest_origin, row.uncertainty) == (Status.PREDICTED, Origin.MODEL, 0.5)
    assert save_prediction(store, slice_id, MASK, said, 0.5, model_id, "unet")
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
    assert not save_prediction(store, slice_id, MASK, said, 0.2, model_id, "unet")
    assert np.array_equal(masks.newest_version(store, slice_id).mask, 3 - MASK)
    kept = predictions.load_prediction(store, slice_id)
    assert np.array_equal(kept.mask, MASK)
    assert kept.probabilities == pytest.approx(said, abs=1 / 510 + 1e-6)
    assert kept.confidence == pytest.approx(confidence, abs=1 / 510 + 1e-6)
    assert kept.model_id == model_id
    assert slices.slice_row(store, slice_id).status == Status.APPROVED


def test_exactly_one_model_is_active(store):
    one, two = model(store, "one"), model(store, "two")
    assert models.active_model(store) is None
    assert models.activate_first(store, one).id == one
    assert models.activate_first(store, two).id == one  # from then on only a promotion changes it
    with store.unit_of_work() as session:
        models.make_active(session, two)
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
        save_prediction(store, row.id, MASK, said, doubt, model(store), "unet")
    by_doubt = slices.list_slices(store, order=Order.UNCERTAINTY, limit=4)
    assert [row.uncertainty for row in by_doubt] == [0.9, 0.5, 0.1, None]
    assert slices.count_slices(store, Filter(statuses=(Status.PREDICTED,))) == 3
    assert slices.count_slices(store, Filter(splits=(Split.TEST,))) == 2
    assert {row.patient for row in slices.list_slices(store, Filter(patient="P3"))} == {"p3"}
    assert slices.count_slices(store, Filter(patient="%")) == 0  # no wild cards
    assert [row.id for row in slices.list_slices(store, offset=8, limit=5)] == [9, 10]
    there = slices.slices_at(store, rows[0].series_id, [(1, 0), (7, 0)])
    assert [row.id for row in there] == [rows[1].id]
    assert slice_counts.count_by_split_and_status(store)[Split.TEST, Status.PREDICTED] == 2


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
    assert [row.image_sha256[:12] in told for told in damaged_images(store)] == [True]


@pytest.mark.sqlite
def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "septum.sqlite").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreUnavailable, match="damaged"):
        open_at(tmp_path)


@pytest.mark.sqlite
def test_a_home_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="SEPTUM_HOME"):
        open_at(tmp_path / "file" / "home")
