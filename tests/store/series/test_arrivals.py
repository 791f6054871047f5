"""The same pixels come in once, whatever they are called; pictures that several patients show are told."""

import multiprocessing
import threading
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from core.records.masks import Origin
from core.records.provenance import SeriesProvenance, SliceProvenance
from core.records.slices import Geometry, Series, Slice, SourceFile, Split, Status
from core.store.masks import masks
from core.store.series import identities
from core.store.series.arrivals import Arrival, DuplicateSeries
from core.store.series.provenance import original_uid, slice_provenance
from core.store.series.series import (
    add_series,
    find_by_source,
    list_series,
    series_row,
    series_sources,
)
from core.store.slices import slices
from tests.store.small import open_at, small_series

FORKS = multiprocessing.get_context("forkserver")


def bare(series: Series) -> Series:
    return replace(series, slices=tuple(replace(item, mask=None) for item in series.slices))


@pytest.mark.parametrize("changed", ["name", "geometry", "notes", "order", "fewer"])
def test_the_same_pixels_are_no_second_series_whatever_else_is_said_of_them(store, changed):
    series = small_series(n_positions=3)
    first = add_series(store, series)
    geometry = replace(series.geometry, affine=((1.0, 0, 0, 1e-9), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)))
    again = {
        "name": replace(series, name="SAX cine"),
        "geometry": replace(series, geometry=geometry),
        "notes": replace(series, notes=("another",)),
        "order": replace(series, slices=series.slices[::-1]),
        "fewer": replace(series, slices=series.slices[1:]),
    }[changed]
    added = add_series(store, again)
    assert (added.series_ids, added.arrival, added.differs) == (first.series_ids, Arrival.UNCHANGED, ())
    assert len(list_series(store)) == 1


def test_masks_that_come_later_are_attached_and_those_that_are_there_change_nothing(store):
    series = small_series(masked=True)
    add_series(store, bare(series))
    added = add_series(store, series)
    assert (added.arrival, added.n_attached, added.n_left) == (Arrival.ATTACHED, 2, 0)
    for row, item in zip(slices.list_slices(store), series.slices, strict=True):
        assert (row.status, row.newest_origin) == (Status.APPROVED, Origin.REFERENCE)
        assert np.array_equal(masks.newest_version(store, row.id).mask, item.mask)
    assert add_series(store, series).arrival is Arrival.UNCHANGED
    assert add_series(store, bare(series)).arrival is Arrival.UNCHANGED
    other = tuple(replace(item, mask=3 - item.mask) for item in series.slices)
    added = add_series(store, replace(series, slices=other))
    assert (added.arrival, added.n_attached, added.n_left) == (Arrival.UNCHANGED, 0, 2)


def test_phases_that_came_in_one_by_one_are_known_when_they_come_together(store):
    ed, es = small_series("anna", "ED", seed=1), small_series("anna", "ES", seed=2)
    ids = add_series(store, ed).series_ids + add_series(store, es).series_ids
    later = tuple(replace(item, phase=1) for item in es.slices)
    joined = replace(ed, name="ED+ES", slices=ed.slices + later)
    added = add_series(store, joined)
    assert (set(added.series_ids), added.arrival) == (set(ids), Arrival.UNCHANGED)


def test_a_series_that_is_only_partly_there_is_new_and_says_what_it_shares(store):
    first = add_series(store, small_series(n_positions=2))
    more = small_series(n_positions=2)
    fresh = Slice(2, 0, np.full((6, 5), 7, np.uint16) + np.arange(5, dtype=np.uint16))
    added = add_series(store, replace(more, name="longer", slices=(*more.slices, fresh)))
    assert added.created
    assert added.duplicates == (
        DuplicateSeries(first.series_id, "anna", "cine", Split(list_series(store)[0].split), 2),
    )


def test_the_same_picture_of_another_patient_is_told_with_other_splits_first(store):
    add_series(store, small_series("anna", split=Split.TRAIN))
    add_series(store, small_series("berta", split=Split.TEST))
    added = add_series(store, small_series("cem", split=Split.TRAIN))
    assert added.created
    assert [(one.patient, one.split, one.n_slices) for one in added.duplicates] == [
        ("berta", Split.TEST, 2),
        ("anna", Split.TRAIN, 2),
    ]


def test_images_that_show_nothing_are_no_sign_of_anything(store):
    blank = (Slice(0, 0, np.zeros((6, 5), np.uint16)),)
    for patient in ("anna", "berta"):
        for name in ("one", "two"):
            added = add_series(store, replace(small_series(patient, name), slices=blank))
            assert (added.created, added.duplicates) == (True, ())
    assert not add_series(store, replace(small_series("anna", "two"), slices=blank)).created


def test_another_pixel_size_of_what_is_there_is_told(store):
    series = small_series()
    add_series(store, series)
    added = add_series(store, replace(series, geometry=replace(series.geometry, spacing_mm=(1.4, 1.4))))
    assert added.differs == ("its pixels measure 1.5 x 1.25 mm there, not 1.4 x 1.4 mm",)


def test_what_a_source_says_comes_back(store):
    series = small_series()
    file = SourceFile("sa_ED.nii.gz", replace(series.geometry, header=b"\x01\x02"), (0,))
    said = SeriesProvenance(
        "1.2", ("1.3", "1.4"), "1.5", "20200101", "F", 47.0, 1.7, 65.5, 60.0, 1000.0, "S", 1.5
    )
    image = SliceProvenance("1.2.3", 4, (1.0, -2.5, 3.0), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    slices_ = (replace(series.slices[0], provenance=image), series.slices[1])
    uids = (("1.2", "9.1"), ("1.2.3", "9.2"), ("7.7", "9.3"))
    told = replace(series, slices=slices_, files=(file,), phase_names=((0, "ED"),), provenance=said)
    row = series_row(store, add_series(store, replace(told, original_uids=uids)).series_id)
    assert (row.files, row.phase_names, row.provenance) == ((file,), ((0, "ED"),), said)
    assert slice_provenance(store, [1, 2]) == {1: image, 2: SliceProvenance()}
    assert [original_uid(store, kept) for kept in ("1.2", "1.2.3", "7.7", "nothing")] == [
        "9.1",
        "9.2",
        "",
        "",
    ]
    add_series(store, replace(told, name="another", slices=small_series(seed=3).slices, original_uids=uids))


def test_names_from_outside_are_made_fit_for_a_row_and_stay_apart(store):
    long = "p" * 300
    for patient in (long + "1", long + "2", "anna\x00\n\u202eb"):
        add_series(store, small_series(patient, "SAX\r\ncine\x00" + "n" * 300, seed=len(list_series(store))))
    names = [row.patient for row in list_series(store)]
    assert len(set(names)) == 3
    assert names[0] == "anna b"
    assert max(map(len, [*names, *(row.name for row in list_series(store))])) == 255


def test_series_are_found_by_the_files_they_came_in(store):
    add_series(store, small_series("anna", "Cmr_1", seed=1))
    add_series(store, small_series("berta", "cmr11", seed=2))
    assert [row.patient for row in find_by_source(store, "cmr_1")] == ["anna"]
    assert find_by_source(store, "cmr%") == []
    assert series_sources(store, [1, 2]) == {1: ("Cmr_1.nii.gz",), 2: ("cmr11.nii.gz",)}


def add_once(folder, number) -> None:
    add_series(open_at(folder), small_series(seed=number))


def test_many_processes_that_bring_the_same_series_at_once_leave_one(tmp_path):
    open_at(tmp_path)
    workers = [FORKS.Process(target=add_once, args=(tmp_path, 0)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    store = open_at(tmp_path)
    assert len(list_series(store)) == 1
    assert slices.count_slices(store) == 2


def test_many_threads_that_bring_a_new_patient_at_once_agree_on_the_patient_and_the_key(store):
    barrier, outcomes, keys = threading.Barrier(6), [], []

    def bring(number: int) -> None:
        barrier.wait()
        keys.append(identities.identity_key(store))
        outcomes.append(add_series(store, small_series("anna", seed=number % 2)).arrival)

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {Arrival.NEW: 2, Arrival.UNCHANGED: 4}
    assert (len(set(keys)), len(keys[0])) == (1, 32)
    assert len({row.split for row in list_series(store)}) == 1


def test_a_picture_in_a_flat_geometry_is_known_again(store):
    pixels = np.arange(30, dtype=np.uint8).reshape(6, 5)
    one = Series("p", "a", Geometry("png", (6, 5), (1.8, 1.8)), (Slice(0, 0, pixels, source="a.png"),))
    assert add_series(store, one).created
    assert not add_series(store, replace(one, name="b", folder="elsewhere")).created
